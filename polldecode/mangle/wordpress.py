"""What WordPress itself makes of a post that holds a shortcode it does not know."""

from __future__ import annotations

import re
from html import escape
from random import Random

from polldecode.mangle.places import in_tags
from polldecode.mangle.registry import always, choice, mangling
from polldecode.mangle.typography import locales
from polldecode.mangle.wptexturize import texturize

LOCALE = choice("locale", locales())
BLOCK = re.compile(r"<(?:/?(?:p|ul|ol|li|div|h[1-6]|blockquote|table|pre|figure|section)\b|!--)")


@mangling("wordpress", "wptexturize of a locale, as text", name="texturize", parameter=LOCALE)
def texturized(text: str, _rng: Random, locale: str) -> str:
    return texturize(text, locale)


@mangling("wordpress", "wptexturize of a locale, as HTML", parameter=LOCALE)
def texturize_html(text: str, _rng: Random, locale: str) -> str:
    return texturize(text, locale, html=True)


@mangling("wordpress", "the_content: texturize of a locale, paragraphs and line breaks", parameter=LOCALE)
def the_content(text: str, _rng: Random, locale: str) -> str:
    return autop(texturize(text, locale, html=True))


@mangling("wordpress", "wpautop: paragraphs and line breaks", name="autop")
@always
def paragraphs(text: str) -> str:
    return autop(text)


def autop(text: str) -> str:
    """Blank lines end a paragraph, other line breaks become <br />, as in wpautop(); block markup is left
    alone."""
    out = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
        inside = block.strip()
        out.append(inside if BLOCK.match(inside) else "<p>" + inside.replace("\n", "<br />\n") + "</p>")
    return "\n".join(out) + "\n"


@mangling("wordpress", "in a block comment of the block editor, quotes as \\u0022")
@always
def block_comment(text: str) -> str:
    def comment(tag: str) -> str:
        inside = (
            tag.replace("\\", "\\\\")
            .replace('"', "\\u0022")
            .replace("--", "\\u002d\\u002d")
            .replace("<", "\\u003c")
        )
        return f'<!-- wp:shortcode {{"text":"{inside}"}} /-->'

    return in_tags(text, comment)


@mangling("wordpress", "between the comments of a shortcode block")
@always
def shortcode_block(text: str) -> str:
    return in_tags(text, lambda tag: f"<!-- wp:shortcode -->\n{tag}\n<!-- /wp:shortcode -->")


@mangling("wordpress", "between the comments of a classic block")
@always
def freeform_block(text: str) -> str:
    return f"<!-- wp:freeform -->\n{text}\n<!-- /wp:freeform -->"


@mangling("wordpress", "in a code element")
@always
def in_code(text: str) -> str:
    return in_tags(text, lambda tag: f"<pre><code>{escape(tag)}</code></pre>")


@mangling("wordpress", "esc_html: quotes as &quot; and &#039;")
@always
def esc_html(text: str) -> str:
    return escape(text).replace("&#x27;", "&#039;")


@mangling("wordpress", "in an attribute of an element")
@always
def in_html_attribute(text: str) -> str:
    return in_tags(
        text, lambda tag: f'<a href="https://example.org/?a=1&amp;b=2" title="{escape(tag)}">lien</a>'
    )


@mangling("wordpress", "in the description of a page's head")
@always
def meta_description(text: str) -> str:
    return in_tags(text, lambda tag: f'<meta name="description" content="{escape(tag)}" />')


ENTITY = choice("style", ("decimal", "hex", "named"))


@mangling("wordpress", "brackets as entities, as plugins for code samples write them", parameter=ENTITY)
def bracket_entities(text: str, _rng: Random, style: str) -> str:
    opening, closing = {
        "decimal": ("&#91;", "&#93;"),
        "hex": ("&#x5B;", "&#x5D;"),
        "named": ("&lsqb;", "&rsqb;"),
    }[style]
    return in_tags(text, lambda tag: opening + tag[1:-1] + closing)


@mangling("wordpress", "the version of the feed: a link to the post behind it")
@always
def feed_footer(text: str) -> str:
    post, site = (
        '<a rel="nofollow" href="https://example.org/a/">Title</a>',
        '<a href="https://example.org">Site</a>',
    )
    return f"{text}\n<p>The post {post} appeared first on {site}.</p>\n"


@mangling("wordpress", "wrapped in a div by a page builder, with its own data attributes")
@always
def page_builder(text: str) -> str:
    return in_tags(
        text,
        lambda tag: (
            '<div class="elementor-shortcode" data-id="5f3c2a1" data-settings="{&quot;a&quot;:1}">'
            + tag
            + "</div>"
        ),
    )
