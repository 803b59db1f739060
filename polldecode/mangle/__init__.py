"""The damage, forwards: what happens to a shortcode between an editor and a crawl, as named functions that
compose.

>>> mangle('[expert_review_poll id="7"]', "texturize:de_DE,markdown")
'\\\\[expert\\\\_review\\\\_poll id=“7″\\\\]'

``MANGLINGS`` holds each by name, with what it leaves of a poll. One module a stage: author, wordpress,
extraction, normalisation, insertion, container, charset, loss.
"""

from polldecode.mangle import (
    author,
    charset,
    container,
    extraction,
    insertion,
    literal,
    loss,
    normalisation,
    wordpress,
)
from polldecode.mangle.registry import (
    MANGLINGS,
    STAGES,
    Mangling,
    Step,
    all_specs,
    in_world_order,
    keeps_id,
    mangle,
    parse,
    recoverable,
    step_of,
)
from polldecode.mangle.typography import locales
from polldecode.mangle.wptexturize import texturize

__all__ = [
    "MANGLINGS",
    "STAGES",
    "Mangling",
    "Step",
    "all_specs",
    "author",
    "charset",
    "container",
    "extraction",
    "in_world_order",
    "insertion",
    "keeps_id",
    "literal",
    "locales",
    "loss",
    "mangle",
    "normalisation",
    "parse",
    "recoverable",
    "step_of",
    "texturize",
    "wordpress",
]
