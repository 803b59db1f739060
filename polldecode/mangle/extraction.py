"""What programs that turn pages into text, or one markup into another, leave of a shortcode."""

from __future__ import annotations

import re
import textwrap
from html import unescape
from random import Random

from polldecode.mangle.places import in_tags
from polldecode.mangle.registry import always, mangling, number

TAG = re.compile(r"<(?:!--.*?--|[^>]*)>", re.DOTALL)
BREAK = re.compile(r"<br\s*/?>\n?|</(?:p|li|h[1-6]|div|blockquote|tr)>\n?")


@mangling("extraction", "elements dropped, entities decoded, a line a block (BeautifulSoup's get_text)")
@always
def strip_tags(text: str) -> str:
    return unescape(TAG.sub("", BREAK.sub("\n", text)))


@mangling("extraction", "elements dropped, blocks joined without a space")
@always
def strip_tags_joined(text: str) -> str:
    return unescape(TAG.sub("", BREAK.sub("", text))).replace("\n\n", "")


@mangling("extraction", "Markdown: underscores escaped (markdownify)")
@always
def markdown_underscores(text: str) -> str:
    return text.replace("_", r"\_").replace("*", r"\*")


@mangling("extraction", "Markdown: brackets and underscores escaped (trafilatura, turndown)")
@always
def markdown(text: str) -> str:
    return re.sub(r"([\[\]_*])", r"\\\1", text)


@mangling("extraction", "Markdown: all punctuation escaped (html2text --escape-all)")
@always
def markdown_all(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()#+.!|>=-])", r"\\\1", text)


@mangling("extraction", "pandoc's Markdown: brackets, quotes, underscores and dollars escaped")
@always
def pandoc_markdown(text: str) -> str:
    return re.sub(r"""([\[\]_*"'$~^<>|])""", r"\\\1", text)


@mangling(
    "extraction",
    "wrapped between words, long words left whole (html2text)",
    parameter=number("columns", 78, 40),
)
def wrap_words(text: str, _rng: Random, columns: int) -> str:
    return "\n".join(fill(line, columns) for line in text.split("\n"))


def fill(line: str, columns: int, indent: str = "") -> str:
    # Split at ASCII spaces only, as those tools do: a no-break space stays with its guillemet.
    return textwrap.fill(
        line,
        columns,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


@mangling("extraction", "broken at every space inside the shortcode")
@always
def break_at_spaces(text: str) -> str:
    return in_tags(text, lambda tag: tag.replace(" ", "\n"))


@mangling("extraction", "indented two spaces, trailing spaces (inscriptis)")
@always
def indented(text: str) -> str:
    return "\n".join(f"  {line}  " for line in text.split("\n"))


@mangling("extraction", "laid out as by lynx -dump: three spaces, wrapped, link numbers")
@always
def lynx_dump(text: str) -> str:
    lines = ("\n".join("   " + part for part in fill(line, 69).split("\n")) for line in text.split("\n"))
    return "\n".join(lines) + "\n\nReferences\n\n   1. https://example.org/\n"


@mangling("extraction", "between nowiki tags of MediaWiki")
@always
def mediawiki_nowiki(text: str) -> str:
    return in_tags(text, lambda tag: f"<nowiki>{tag}</nowiki>")


@mangling("extraction", "in BBCode of a forum")
@always
def bbcode(text: str) -> str:
    return in_tags(text, lambda tag: f"[quote=admin][b]{tag}[/b][/quote]")


@mangling("extraction", "reStructuredText: underscores, backticks and bars escaped")
@always
def restructuredtext(text: str) -> str:
    return re.sub(r"([_`*|\\])", r"\\\1", text)


@mangling("extraction", "AsciiDoc: passed through with plus signs")
@always
def asciidoc_passthrough(text: str) -> str:
    return in_tags(text, lambda tag: f"+++{tag}+++")


@mangling("extraction", "Org mode: a verbatim span")
@always
def org_verbatim(text: str) -> str:
    return in_tags(text, lambda tag: f"={tag}=")


@mangling("extraction", "Textile: a code span")
@always
def textile(text: str) -> str:
    return in_tags(text, lambda tag: f"@{tag}@")


@mangling("extraction", "LaTeX: underscores, ampersands and quotes escaped")
@always
def latex(text: str) -> str:
    escaped = re.sub(r"([_&%$#{}])", r"\\\1", text)
    return re.sub('"', "''", re.sub(r'(?<=[\s(])"', "``", escaped)).replace("”", "''").replace("“", "``")


@mangling("extraction", "RTF: characters outside of ASCII as \\uN?, braces escaped", keeps_id=False)
@always
def rtf(text: str) -> str:
    def code(c: str) -> str:
        if c in "\\{}":
            return "\\" + c
        if c == "\n":
            return "\\par\n"
        if c.isascii():
            return c
        units = c.encode("utf-16-be")
        values = (int.from_bytes(units[n : n + 2], "big", signed=True) for n in range(0, len(units), 2))
        return "".join(f"\\u{value}?" for value in values)

    return "{\\rtf1\\ansi\n" + "".join(map(code, text)) + "\n}"


@mangling("extraction", "troff: quotes as escapes such as \\(Fc")
@always
def troff(text: str) -> str:
    table: dict[str, str | int | None] = {
        "“": r"\(lq",
        "”": r"\(rq",
        "«": r"\(Fo",
        "»": r"\(Fc",
        "’": r"\(cq",
        "″": r"\(sd",
        "′": r"\(fm",
        "\xa0": r"\~",
    }
    return text.translate(str.maketrans(table))


@mangling("extraction", "JSON of an article (trafilatura): text and comments, not ASCII")
@always
def article_json(text: str) -> str:
    import json

    return json.dumps({"title": "Titre", "text": text, "comments": ""}, ensure_ascii=False, indent=2)


@mangling("extraction", "XML of an article: paragraphs as elements, entities escaped")
@always
def article_xml(text: str) -> str:
    from xml.sax.saxutils import escape

    body = "\n".join(f"    <p>{escape(part)}</p>" for part in text.split("\n") if part.strip())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<doc sitename="Site">'
    return f"{head}\n  <main>\n{body}\n  </main>\n</doc>\n"


@mangling("extraction", "TEI of an article, with a line break element for each line")
@always
def tei(text: str) -> str:
    from xml.sax.saxutils import escape

    return "<TEI><text><body><p>" + escape(text).replace("\n", "<lb/>") + "</p></body></text></TEI>"


@mangling("extraction", "Slack's export: &, < and > escaped")
@always
def slack(text: str) -> str:
    return "*Redaction:* " + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@mangling("extraction", "Telegram's MarkdownV2: every reserved character escaped")
@always
def telegram(text: str) -> str:
    return re.sub(r"([_*\[\]()~`>#+=|{}.!-])", r"\\\1", text)


@mangling("extraction", "a Markdown code fence")
@always
def code_fence(text: str) -> str:
    return in_tags(text, lambda tag: f"```\n{tag}\n```")


@mangling("extraction", "a Markdown code span")
@always
def code_span(text: str) -> str:
    return in_tags(text, lambda tag: f"`{tag}`")


@mangling("extraction", "a row of a Markdown table")
@always
def table_row(text: str) -> str:
    return in_tags(text, lambda tag: f"| 1 | {tag} | oui |")
