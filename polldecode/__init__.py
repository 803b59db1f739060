"""Polls of the Expert Review plugin, back out of any text that ever held one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polldecode.errors import DecodeError, EncodeError
from polldecode.extract import extract, find_polls
from polldecode.extraction import Extraction
from polldecode.limits import Limits
from polldecode.models import Answer, Poll
from polldecode.payload import decode_payload, encode_payload
from polldecode.shortcodes import Shortcode, format_shortcode, iter_shortcodes

if TYPE_CHECKING:
    from polldecode import mangle

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


def __getattr__(name: str) -> Any:
    """``polldecode.mangle``, imported when it is asked for: readers of polls do not pay for the damage."""
    if name == "mangle":
        from importlib import import_module

        return import_module("polldecode.mangle")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
