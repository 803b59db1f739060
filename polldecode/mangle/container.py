"""What a text is put in on its way: dumps, feeds, tables, logs, transfer encodings."""

from __future__ import annotations

import csv
import io
import json
import quopri
import re
from html import escape
from random import Random
from urllib.parse import quote, quote_plus

from polldecode.mangle.insertion import hard_lines
from polldecode.mangle.registry import always, choice, mangling, number


@mangling("container", "a line of JSONL among others")
@always
def jsonl(text: str) -> str:
    rows = (
        {"url": "https://example.org/1", "text": "-"},
        {"url": "https://example.org/2", "text": text},
        {"text": ""},
    )
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"


@mangling("container", "an INSERT of mysqldump")
@always
def sql_mysql(text: str) -> str:
    table = str.maketrans(
        {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\0", "\x1a": "\\Z"}
    )
    row = f"(7,1,'2023-01-10 08:00:00','{text.translate(table)}','Titre','','publish')"
    return f"INSERT INTO `wp_posts` VALUES {row};\n"  # noqa: S608 (written to a file, never run)


@mangling("container", "an INSERT with doubled quotes (SQLite, SQL standard)")
@always
def sql_standard(text: str) -> str:
    return "INSERT INTO posts VALUES(7,'" + text.replace("'", "''") + "','publish');\n"


@mangling("container", "a row of PostgreSQL's COPY")
@always
def sql_copy(text: str) -> str:
    table = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
    return f"7\t{text.translate(table)}\t\\N\n"


@mangling(
    "container", "a row of CSV", name="csv", parameter=choice("delimiter", ("comma", "semicolon", "tab"))
)
def csv_row(text: str, _rng: Random, delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter={"comma": ",", "semicolon": ";", "tab": "\t"}[delimiter])
    writer.writerow(["7", "Titre", text, "publish"])
    return out.getvalue()


@mangling("container", "CDATA of an export (WXR)")
@always
def cdata(text: str) -> str:
    inside = text.replace("]]>", "]]]]><![CDATA[>")
    content = f"<content:encoded><![CDATA[{inside}]]></content:encoded>"
    return f"<item>\n{content}\n<excerpt:encoded><![CDATA[]]></excerpt:encoded>\n</item>"


@mangling(
    "container",
    "entities escaped again, as in the description of a feed",
    parameter=number("levels", 1, 2, 3),
)
def escaped(text: str, _rng: Random, levels: int) -> str:
    for _ in range(levels):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text


@mangling(
    "container",
    "everything outside of ASCII as an entity",
    parameter=choice("style", ("decimal", "hex", "named")),
)
def entities(text: str, _rng: Random, style: str) -> str:
    from html.entities import codepoint2name

    def entity(found: re.Match[str]) -> str:
        code = ord(found[0])
        if style == "named" and code in codepoint2name:
            return f"&{codepoint2name[code]};"
        return f"&#x{code:X};" if style == "hex" else f"&#{code};"

    return re.sub(r'[^\x00-\x7f]|"' if style != "named" else r"[^\x00-\x7f]", entity, text)


@mangling("container", "an XML attribute, line breaks as &#10;")
@always
def xml_attribute(text: str) -> str:
    return '<post body="' + escape(text).replace("\n", "&#10;").replace("\t", "&#9;") + '"/>'


@mangling("container", "an RSS item")
@always
def rss(text: str) -> str:
    return f"<item><title>Titre</title><description>{escape(text, quote=False)}</description></item>"


@mangling("container", "PHP's serialize()")
@always
def php_serialized(text: str) -> str:
    return f'a:2:{{s:2:"id";i:7;s:7:"content";s:{len(text.encode("utf-8", "surrogatepass"))}:"{text}";}}'


@mangling(
    "container", "percent-encoded (a form, a data URL)", parameter=choice("style", ("uri", "form", "twice"))
)
def percent(text: str, _rng: Random, style: str) -> str:
    if style == "form":
        return "action=save&content=" + quote_plus(text, errors="replace")
    once = quote(text, safe="", errors="replace")
    return "data:text/html," + once if style == "uri" else quote(once)


@mangling("container", "quoted-printable of a mail")
@always
def quoted_printable(text: str) -> str:
    body = quopri.encodestring(text.encode("utf-8", "replace")).decode("ascii")
    return f"Content-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n{body}"


@mangling("container", "an iCalendar or vCard property, folded at 75 columns")
@always
def folded_property(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "\r\n ".join(hard_lines("DESCRIPTION:" + inside, 74)) + "\r\n"


@mangling("container", "a patch that adds the text", parameter=choice("sign", ("added", "removed")))
def diff(text: str, _rng: Random, sign: str) -> str:
    return "--- a/post.html\n+++ b/post.html\n@@ -0,0 +1 @@\n" + "\n".join(
        ("+" if sign == "added" else "-") + line for line in text.split("\n")
    )


@mangling("container", "a line of a log")
@always
def log_line(text: str) -> str:
    return f"2023-01-10T08:00:00Z INFO [app] saved post_id=7 content={json.dumps(text)}\n"


@mangling("container", "an HTML document with scripts and a JSON-LD island")
@always
def html_page(text: str) -> str:
    island = json.dumps({"@type": "Article", "articleBody": "-"})
    return (
        "<!DOCTYPE html>\n<html><head><title>a [b]</title><script>var a=[1,2];</script>"
        f'<script type="application/ld+json">{island}</script></head>\n'
        f"<body><main>{text}</main></body></html>\n"
    )
