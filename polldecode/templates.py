"""Lines of which the numbers are not known yet: who searches a range of a file cannot say how many lines are
before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple


class Records(NamedTuple):
    """Lines: a template with places for as many ``numbers`` as they are. ``digests`` has DIGEST bytes a line,
    the same for the same poll wherever it stands. (In few objects, as they go from process to process.)"""

    template: bytes = b""
    numbers: tuple[int, ...] = ()
    digests: bytes = b""

    def lines(self, before: int) -> bytes:
        """The lines, with so much added to each number."""
        return self.template % (tuple([n + before for n in self.numbers]) if before else self.numbers)


NONE = Records()


def joined(several: Sequence[Records]) -> Records:
    """The lines of all."""
    templates, numbers, digests = zip(*several, strict=True)
    return Records(b"".join(templates), tuple(chain.from_iterable(numbers)), b"".join(digests))
