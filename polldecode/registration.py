"""What Hypothesis calls when it is imported (an entry point of pyproject.toml), so that
``st.from_type(Poll)`` works.

It costs everybody who has both installed the start of every test run: so the strategies are imported at the
first use.
"""

from __future__ import annotations


def register() -> None:
    import hypothesis.strategies as st

    from polldecode.models import Answer, Poll

    def polls(_type: type[Poll]) -> st.SearchStrategy[Poll]:
        from polldecode import strategies

        return strategies.polls()

    def answers(_type: type[Answer]) -> st.SearchStrategy[Answer]:
        from polldecode import strategies

        return strategies.answers()

    st.register_type_strategy(Poll, polls)
    st.register_type_strategy(Answer, answers)
