"""Polls of the Expert Review plugin, back out of any text that ever held one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polldecode.encoders import encode_payload
from polldecode.errors import DecodeError, EncodeError
from polldecode.extract import extract, find_polls
from polldecode.extraction import Extraction
from polldecode.limits import Limits
from polldecode.models import Answer, Poll
from polldecode.payload import decode_payload

if TYPE_CHECKING:
    from polldecode import mangle
    from polldecode.shortcodes import Shortcode, format_shortcode, iter_shortcodes

__all__ = [
    "Answer",
    "DecodeError",
    "EncodeError",
    "Extraction",
    "Limits",
    "Poll",
    "Shortcode",
    "decode_payload",
    "encode_payload",
    "extract",
    "find_polls",
    "format_shortcode",
    "iter_shortcodes",
    "mangle",
]


LATER = {"Shortcode": "shortcodes", "format_shortcode": "shortcodes", "iter_shortcodes": "shortcodes"}


def __getattr__(name: str) -> Any:
    """What a reader of polls does not need, imported when it is asked for: as long as all the rest."""
    from importlib import import_module

    if name == "mangle":
        return import_module("polldecode.mangle")
    if name in LATER:
        return getattr(import_module(f"polldecode.{LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
