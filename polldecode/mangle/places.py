"""Where in a text the damage falls: the shortcodes and payloads of the plugin, as long as they are still
whole."""

from __future__ import annotations

import re
from collections.abc import Callable

# No value of these shortcodes holds a bracket: payloads are base64, the others are escaped by the plugin.
SHORTCODE = re.compile(r"\[(?P<tag>expert_review\w*)(?P<attrs>[^\[\]]*)\]", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(?P<name>[\w-]+)\s*=\s*(?P<quote>["']?)(?P<value>[^"'\s]*)(?P=quote)""")
# %7B, or %5B of a list; an equals sign with something behind it is an escape's, not padding.
PAYLOAD = re.compile(r"J[TV][A-Za-z0-9+/]{14,}(?:={1,2}(?![0-9A-Za-z\s]))?")


def in_shortcodes(text: str, change: Callable[[re.Match[str]], str]) -> str:
    """``text`` with each shortcode changed; a match has ``tag`` and ``attrs``."""
    return SHORTCODE.sub(change, text)


def in_attributes(text: str, change: Callable[[re.Match[str]], str]) -> str:
    """``text`` with each attribute of each shortcode changed; a match has ``name``, ``quote`` and
    ``value``."""
    return in_shortcodes(text, lambda m: f"[{m['tag']}{ATTRIBUTE.sub(change, m['attrs'])}]")


def in_payloads(text: str, change: Callable[[str], str]) -> str:
    """``text`` with each payload changed."""
    return PAYLOAD.sub(lambda m: change(m[0]), text)


def in_tags(text: str, change: Callable[[str], str]) -> str:
    """``text`` with the inside of each shortcode, brackets included, changed."""
    return SHORTCODE.sub(lambda m: change(m[0]), text)
