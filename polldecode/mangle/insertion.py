"""What gets in between: line breaks, prefixes, invisible characters, inside payloads and inside names."""

from __future__ import annotations

import re
from html import unescape
from random import Random

from polldecode.mangle.chance import between, pick
from polldecode.mangle.places import in_payloads, in_shortcodes
from polldecode.mangle.registry import always, choice, mangling, number

INVISIBLE = {"zwsp": "\u200b", "zwnj": "\u200c", "zwj": "\u200d", "word-joiner": "\u2060", "bom": "\ufeff",
             "soft-hyphen": "\xad", "lrm": "\u200e", "rlm": "\u200f", "lre": "\u202a", "pdf": "\u202c",
             "lri": "\u2066", "pdi": "\u2069", "mongolian": "\u180e", "variation": "\ufe0f",
             "joiner": "\u034f", "invisible-times": "\u2062"}  # fmt: skip
SPACES = {"space": " ", "nbsp": "\xa0", "tab": "\t", "thin": "\u2009", "narrow": "\u202f",
          "ideographic": "\u3000", "newline": "\n", "crlf": "\r\n", "blank-line": "\n\n",
          "indent": "\n    ", "tab-indent": "\n\t", "space-newline": " \n",
          "line-separator": "\u2028", "vertical-tab": "\x0b", "form-feed": "\f", "nul": "\0"}  # fmt: skip
MARKUP = {"br": "<br />", "br-newline": "<br />\n", "br-html5": "<br>", "br-escaped": "&lt;br /&gt;",
          "wbr": "<wbr>", "span": "<span></span>", "shy": "&shy;", "zwsp-entity": "&#8203;",
          "zwsp-hex": "&#x200B;", "nbsp-entity": "&nbsp;", "zwnj-entity": "&zwnj;",
          "newline-entity": "&#10;", "crlf-entity": "&#13;&#10;", "tab-entity": "&#9;",
          "comment": "<!-- -->", "em": "</em><em>", "p": "</p>\n<p>"}  # fmt: skip
LINES = {"hyphen-newline": "-\n", "backslash-newline": "\\\n", "equals-newline": "=\n", "mail": "\n> ",
         "mail-twice": "\n>> ", "mail-nested": "\n> > ", "diff-added": "\n+ ", "diff-removed": "\n- ",
         "comment-hash": "\n# ", "comment-slashes": "\n// ", "comment-star": "\n * ",
         "latex-comment": "%\n", "escaped-newline": "\\n", "escaped-crlf": "\\r\\n",
         "string-concatenation": "\" +\n  \"", "string-adjacent": "\"\n  \""}  # fmt: skip
INTERRUPTIONS = {"advertisement": "\n\nAdvertisement\n\n", "link": "\n\nLire aussi : nos 12 conseils\n\n",
                 "page-number": "\n\n12\n\n", "page": "\n3/5 https://example.org/a 02.01.2024\n\f\n",
                 "script": "<script>window.ads = 1;</script>",
                 "element": "<div><p>Werbung</p></div>"}  # fmt: skip
INSERTED = {**INVISIBLE, **SPACES, **MARKUP, **LINES}


@mangling(
    "insertion",
    "something between the characters of the payload, at irregular distances",
    parameter=choice("what", INSERTED),
)
def insert(text: str, rng: Random, what: str) -> str:
    def spread(payload: str) -> str:
        out, start = [], 0
        while start < len(payload):
            end = start + between(rng, 12, 90)
            out.append(payload[start:end])
            start = end
        return INSERTED[what].join(out)

    return in_payloads(text, spread)


@mangling(
    "insertion",
    "something of the page in the middle of the payload: an advertisement, a page's foot and head",
    parameter=choice("what", INTERRUPTIONS),
)
def interrupted(text: str, rng: Random, what: str) -> str:
    def interrupt(payload: str) -> str:
        place = between(rng, min(40, len(payload)), max(len(payload) - 40, 40))
        return payload[:place] + INTERRUPTIONS[what] + payload[place:]

    return in_payloads(text, interrupt)


@mangling(
    "insertion", "an invisible character between each two of the payload", parameter=choice("what", INVISIBLE)
)
def insert_everywhere(text: str, _rng: Random, what: str) -> str:
    return in_payloads(text, INVISIBLE[what].join)


@mangling(
    "insertion", "an invisible character in tag and attribute names", parameter=choice("what", INVISIBLE)
)
def insert_in_names(text: str, _rng: Random, what: str) -> str:
    character = INVISIBLE[what]

    def spread(name: str) -> str:
        return name[:3] + character + name[3:] if len(name) > 3 else name

    def names(attrs: str) -> str:
        return re.sub(r"\bparams\b", lambda m: spread(m[0]), attrs)

    return in_shortcodes(
        text, lambda m: f"[{character.join(re.split('(?<=_)', m['tag']))}{names(m['attrs'])}]"
    )


@mangling(
    "insertion",
    "an invisible character around the shortcode and its values",
    parameter=choice("what", INVISIBLE),
)
def insert_at_edges(text: str, _rng: Random, what: str) -> str:
    c = INVISIBLE[what]
    return in_shortcodes(text, lambda m: f"{c}[{m['tag']}{m['attrs'].replace('=', '=' + c, 2)}{c}]{c}")


@mangling("insertion", "every line cut at a column", parameter=number("columns", 76, 72, 80, 64, 120, 998))
def wrap(text: str, _rng: Random, columns: int) -> str:
    return "\n".join(hard_lines(text, columns))


@mangling("insertion", "every line cut at a column, CRLF", parameter=number("columns", 76, 72, 998))
def wrap_crlf(text: str, _rng: Random, columns: int) -> str:
    return "\r\n".join(hard_lines(text, columns))


def hard_lines(text: str, columns: int) -> list[str]:
    return [
        line[start : start + columns]
        for line in text.split("\n")
        for start in range(0, max(len(line), 1), columns)
    ]


PREFIXES = {"mail": "> ", "mail-tight": ">", "mail-twice": ">> ", "mail-nested": "> > ", "bar": "| ",
            "added": "+ ", "removed": "- ", "indent": "    ", "tab": "\t", "hash": "# ", "slashes": "// ",
            "star": " * ", "semicolon": "; ", "dashes": "-- ", "percent": "% ", "initials": "JD> ",
            "box": "│ "}  # fmt: skip


@mangling("insertion", "every line cut at a column and given a prefix", parameter=choice("prefix", PREFIXES))
def quoted(text: str, _rng: Random, prefix: str) -> str:
    return "\n".join(PREFIXES[prefix] + line for line in hard_lines(text, 76))


@mangling(
    "insertion",
    "numbered lines, as cat -n and viewers of code print them",
    parameter=choice("style", ("cat", "colon", "grep")),
)
def line_numbers(text: str, _rng: Random, style: str) -> str:
    form = {"cat": "{:6d}\t{}", "colon": "{}: {}", "grep": "post.html:{}:{}"}[style]
    return "\n".join(form.format(row, line) for row, line in enumerate(text.split("\n"), 1))


@mangling("insertion", "mail in format=flowed: a space at soft line ends, > stuffed")
@always
def format_flowed(text: str) -> str:
    return " \r\n".join(hard_lines(text.replace("\n>", "\n >"), 72))


@mangling("insertion", "links made of long words: a zero-width space after each 20 characters")
@always
def breakable_words(text: str) -> str:
    return re.sub(r"(\S{20})(?=\S)", "\\1\u200b", unescape(text))


@mangling("insertion", "highlighted by a search: <mark> around a few characters of the payload")
def highlighted(text: str, rng: Random, _value: object) -> str:
    def mark(payload: str) -> str:
        place = between(rng, 4, max(len(payload) - 8, 4))
        return f"{payload[:place]}<mark>{payload[place : place + 3]}</mark>{payload[place + 3 :]}"

    return in_payloads(text, mark)


@mangling(
    "insertion",
    "coloured by a terminal: ANSI sequences around lines",
    parameter=choice("colour", ("31", "1;32")),
)
def ansi(text: str, _rng: Random, colour: str) -> str:
    return "\n".join(f"\x1b[{colour}m{line}\x1b[0m" for line in text.split("\n"))


@mangling("insertion", "control characters strewn between the words")
def control_characters(text: str, rng: Random, _value: object) -> str:
    return re.sub(" ", lambda _m: " " + pick(rng, ("", "", "", "\x01", "\x08", "\x7f")), text)


@mangling(
    "insertion",
    "line breaks of the editor in the payload, made <br /> by wpautop",
    parameter=number("columns", 60, 76),
)
def autop_in_payload(text: str, _rng: Random, columns: int) -> str:
    return in_payloads(text, lambda p: "<br />\n".join(p[n : n + columns] for n in range(0, len(p), columns)))


@mangling(
    "insertion",
    "text of a PDF: a soft hyphen at line ends, a form feed behind the page",
    parameter=number("columns", 90),
)
def pdf_text(text: str, _rng: Random, columns: int) -> str:
    lines = []
    for line in text.split("\n"):
        while len(line) > columns:
            lines.append(line[:columns] + "\xad")
            line = line[columns:]
        lines.append(line)
    return "\n".join(lines) + "\n\f"
