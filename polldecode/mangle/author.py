"""How a shortcode is written in the first place: by the plugin, by hand, by a page builder."""

from __future__ import annotations

import re
from random import Random

from polldecode.mangle.chance import between, pick
from polldecode.mangle.places import SHORTCODE, in_attributes, in_shortcodes, in_tags
from polldecode.mangle.registry import always, choice, mangling

WORD = re.compile(r"""[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']+)|\S+""")


def words(attrs: str) -> list[str]:
    """The attributes of a shortcode, each in one piece, spaces around its = included."""
    return WORD.findall(attrs)


@mangling("author", "payload before the id")
@always
def params_first(text: str) -> str:
    return in_shortcodes(
        text, lambda m: f"[{m['tag']}" + "".join(f" {a}" for a in reversed(words(m["attrs"]))) + "]"
    )


@mangling("author", "single quotes around the values")
@always
def single_quotes(text: str) -> str:
    return in_attributes(text, lambda m: f"{m['name']}='{m['value']}'")


@mangling("author", "the id in single, the payload in double quotes")
@always
def mixed_quotes(text: str) -> str:
    return in_attributes(text, lambda m: f"id='{m['value']}'" if m["name"] == "id" else m[0])


@mangling("author", "no quotes around the values")
@always
def unquoted(text: str) -> str:
    return in_attributes(text, lambda m: f"{m['name']}={m['value']}" if m["value"] else m[0])


@mangling("author", "spaces on both sides of each =")
@always
def spaces_around_equals(text: str) -> str:
    return in_attributes(text, lambda m: f'{m["name"]} = "{m["value"]}"')


@mangling("author", "each attribute on a line of its own")
@always
def newlines_between_attributes(text: str) -> str:
    return in_shortcodes(
        text, lambda m: f"[{m['tag']}" + "".join(f"\n\t{a}" for a in words(m["attrs"])) + "\n]"
    )


@mangling("author", "attributes the plugin does not know, before, between and behind")
def extra_attributes(text: str, rng: Random, _value: object) -> str:
    others = ('class="wide"', "align=center", "hidden", 'data-x="1"', 'title="Notre sondage"', "name='box 2'")

    def more(attrs: str) -> str:
        return "".join(f" {pick(rng, others)} {attr}" for attr in words(attrs)) + f" {pick(rng, others)}"

    return in_shortcodes(text, lambda m: f"[{m['tag']}{more(m['attrs'])}]")


@mangling("author", "tag and names in capitals, as an editor's title case leaves them")
@always
def uppercase_tag(text: str) -> str:
    upper = in_attributes(text, lambda m: m[0].replace(m["name"], m["name"].upper(), 1))
    return in_shortcodes(upper, lambda m: f"[{m['tag'].upper()}{m['attrs']}]")


@mangling("author", "capital first letters: Expert_Review_Poll Id= Params=")
@always
def title_case_tag(text: str) -> str:
    title = in_attributes(text, lambda m: m[0].replace(m["name"], m["name"].title(), 1))
    return in_shortcodes(title, lambda m: f"[{m['tag'].title()}{m['attrs']}]")


@mangling("author", "self-closing: [… /]")
@always
def self_closing(text: str) -> str:
    return in_shortcodes(text, lambda m: f"[{m['tag']}{m['attrs']} /]")


@mangling("author", "with a closing tag: […][/…]")
@always
def enclosing(text: str) -> str:
    return in_shortcodes(text, lambda m: f"{m[0]}[/{m['tag']}]")


@mangling("author", "with a closing tag around a text of the editor")
@always
def enclosing_text(text: str) -> str:
    return in_shortcodes(text, lambda m: f"{m[0]} Votez ! [/{m['tag']}]")


@mangling("author", "escaped for display: [[…]]")
@always
def double_brackets(text: str) -> str:
    return in_tags(text, lambda tag: f"[{tag}]")


@mangling("author", "several spaces between the attributes")
def wide_spaces(text: str, rng: Random, _value: object) -> str:
    return in_tags(text, lambda tag: "".join(c if c != " " else " " * between(rng, 2, 5) for c in tag))


@mangling("author", "no-break spaces between the attributes, as pasted from a web page")
@always
def nbsp_between_attributes(text: str) -> str:
    return in_tags(text, lambda tag: tag.replace(" ", "\xa0"))


@mangling("author", 'no space behind a value: id="1"params=', keeps_id=False)
@always
def no_space_between_attributes(text: str) -> str:
    return in_shortcodes(text, lambda m: f"[{m['tag']} " + "".join(words(m["attrs"])) + "]")


@mangling("author", "id empty", keeps_id=False)
@always
def empty_id(text: str) -> str:
    return in_attributes(text, lambda m: 'id=""' if m["name"] == "id" else m[0])


@mangling("author", "no id", keeps_id=False)
@always
def no_id(text: str) -> str:
    return in_attributes(text, lambda m: "" if m["name"] == "id" else m[0])


QUOTES = {"english": "“”", "german": "„“", "polish": "„”", "french": "«»", "reversed": "»«",
          "swedish": "””", "single": "‘’", "single-low": "‚‘", "angle": "‹›", "corner": "「」",
          "full-width": "＂＂", "backtick": "``", "acute": "´´", "prime": "″″"}  # fmt: skip


@mangling("author", "quotes of a word processor typed around the values", parameter=choice("pair", QUOTES))
def typed_quotes(text: str, _rng: Random, pair: str) -> str:
    opening, closing = tuple(QUOTES[pair])
    return in_attributes(text, lambda m: f"{m['name']}={opening}{m['value']}{closing}")


@mangling("author", "the same shortcode again at the end of the text")
@always
def repeated(text: str) -> str:
    found = SHORTCODE.search(text)
    return f"{text}\n\n{found[0]}" if found else text


@mangling("author", "in a list, a quotation, a heading or a table cell")
def in_markup(text: str, rng: Random, _value: object) -> str:
    around = (
        "<ul>\n<li>{}</li>\n</ul>",
        "<blockquote>{}</blockquote>",
        "<h2>{}</h2>",
        "<table><tr><td>{}</td></tr></table>",
        '<p style="text-align: center;">{}</p>',
        '<div class="wp-block-group">{}</div>',
    )
    return in_tags(text, lambda tag: pick(rng, around).format(tag))


@mangling("author", "other shortcodes right beside it")
@always
def among_siblings(text: str) -> str:
    return in_tags(
        text, lambda tag: f'[gallery ids="1,2,3"]{tag}[expert_review_likes style="button-1-color"]'
    )


@mangling("author", "bold, italic or a link around parts of the shortcode")
def tags_inside(text: str, rng: Random, _value: object) -> str:
    name = pick(rng, ("b", "em", "span", "strong"))
    return in_shortcodes(text, lambda m: f"[<{name}>{m['tag']}</{name}>{m['attrs']}]")
