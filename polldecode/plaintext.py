"""A text of the plugin, which may hold HTML, as plain text for people."""

from __future__ import annotations


def plain_text(html: str) -> str:
    """``html`` without tags, entities decoded, white space collapsed.

    By the standard library's HTML parser, so that ``a < b`` and ``I <3 you`` stay what they are.
    """
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    from html.parser import HTMLParser  # costs start-up time and most texts have no markup

    pieces: list[str] = []

    class Text(HTMLParser):
        def handle_data(self, data: str) -> None:
            pieces.append(data)

        def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
            if tag in BREAKS:
                pieces.append(" ")

        handle_startendtag = handle_starttag

    parser = Text(convert_charrefs=True)
    parser.feed(html)
    parser.close()
    return " ".join("".join(pieces).split())


BREAKS = frozenset({"br", "p", "div", "li", "hr", "td", "tr"})
