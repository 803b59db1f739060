"""A text as a string literal: JSON, programming languages, configuration files."""

from __future__ import annotations

import json
import re
from random import Random

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
