"""What a text is put in: strings of programming languages, dumps, feeds, transfer encodings."""

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


@mangling("container", "a JSON string, outside of ASCII as \\uXXXX (REST API, JSONL)")
@always
def json_string(text: str) -> str:
    return json.dumps({"id": 7, "content": {"rendered": text}, "lang": "x"})


@mangling("container", "a JSON string as PHP writes it: / as \\/")
@always
def json_php(text: str) -> str:
    return json.dumps({"content": {"rendered": text, "protected": False}}).replace("/", "\\/")


@mangling("container", "a JSON string with <, >, & and quotes as \\u0022 (JSON_HEX_QUOT)")
@always
def json_hex(text: str) -> str:
    inside = json.dumps(text)[1:-1].replace('\\"', '"')
    return '{"content":"' + "".join(f"\\u{ord(c):04X}" if c in "\"'&<>" else c for c in inside) + '"}'


@mangling("container", "JSON in a JSON string, several levels", parameter=number("levels", 2, 3))
def json_nested(text: str, _rng: Random, levels: int) -> str:
    for _ in range(levels):
        text = json.dumps({"data": text})
    return text


@mangling("container", "a line of JSONL among others")
@always
def jsonl(text: str) -> str:
    rows = (
        {"url": "https://example.org/1", "text": "—"},
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
    return f"INSERT INTO `wp_posts` VALUES (7,1,'2023-01-10 08:00:00','{text.translate(table)}','Titre','','publish');\n"


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
    return f"<item>\n<content:encoded><![CDATA[{inside}]]></content:encoded>\n<excerpt:encoded><![CDATA[]]></excerpt:encoded>\n</item>"  # fmt: skip


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


@mangling("container", "PHP's var_export()")
@always
def php_var_export(text: str) -> str:
    return "array (\n  'content' => '" + text.replace("\\", "\\\\").replace("'", "\\'") + "',\n)"


@mangling("container", "Python's repr() of a text")
@always
def python_repr(text: str) -> str:
    return f"{{'text': {text!r}}}"


@mangling("container", "Python's repr() of UTF-8 bytes: \\xc2\\xbb")
@always
def python_bytes(text: str) -> str:
    return repr(text.encode("utf-8", "surrogatepass"))


@mangling(
    "container",
    "a string of JavaScript: \\x22 and \\u00bb",
    parameter=choice("style", ("hex", "single", "template")),
)
def javascript(text: str, _rng: Random, style: str) -> str:
    if style == "template":
        return "const post = `" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`;"
    inside = json.dumps(text)[1:-1].replace('\\"', '"').replace("'", "\\'").replace("</", "<\\/")
    if style == "hex":
        inside = inside.replace('"', "\\x22").replace("<", "\\x3C").replace("=", "\\x3D")
    return f"var post = '{inside}';"


@mangling("container", "a string of C: octal escapes")
@always
def c_string(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    octal = "".join(
        c if c.isascii() else "".join(f"\\{b:03o}" for b in c.encode("utf-8", "surrogatepass"))
        for c in inside
    )
    return f'static const char post[] = "{octal}";'


@mangling("container", "a quoted word of a shell script")
@always
def shell(text: str) -> str:
    return "POST='" + text.replace("'", "'\\''") + "'\n"


@mangling("container", "a .properties file: \\uXXXX, : and = escaped")
@always
def properties(text: str) -> str:
    inside = (
        json.dumps(text)[1:-1].replace('\\"', '"').replace("=", "\\=").replace(":", "\\:").replace("#", "\\#")
    )
    return f"post.content={inside}\n"


@mangling("container", "YAML, a double-quoted scalar folded at 80 columns")
@always
def yaml_quoted(text: str) -> str:
    inside = json.dumps(text, ensure_ascii=False)[1:-1]
    # A backslash at the end of a line joins; one that escapes must not be torn from what it escapes.
    lines = re.findall(r"(?:\\u.{4}|\\.|[^\\]){1,78}", inside)
    return 'content: "' + "\\\n  ".join(lines) + '"\n'


@mangling("container", "YAML, a block scalar", parameter=choice("style", ("literal", "folded")))
def yaml_block(text: str, _rng: Random, style: str) -> str:
    return (
        f"content: {'|' if style == 'literal' else '>'}\n"
        + "\n".join("  " + line for line in text.split("\n"))
        + "\n"
    )


@mangling("container", "YAML, a single-quoted scalar")
@always
def yaml_single(text: str) -> str:
    return "content: '" + text.replace("'", "''").replace("\n", "\n\n  ") + "'\n"


@mangling("container", "TOML, a multi-line string")
@always
def toml(text: str) -> str:
    return 'content = """\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""\n'


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
    island = json.dumps({"@type": "Article", "articleBody": "—"})
    return (
        "<!DOCTYPE html>\n<html><head><title>a [b]</title><script>var a=[1,2];</script>"
        f'<script type="application/ld+json">{island}</script></head>\n<body><main>{text}</main></body></html>\n'
    )
