"""Polls of the Expert Review plugin, back out of any text that ever held one."""

from __future__ import annotations

from polldecode.errors import DecodeError, EncodeError
from polldecode.extract import extract, find_polls
from polldecode.extraction import Extraction
from polldecode.limits import Limits
from polldecode.models import Answer, Poll
from polldecode.payload import decode_payload, encode_payload

__all__ = [
    "Answer",
    "DecodeError",
    "EncodeError",
    "Extraction",
    "Limits",
    "Poll",
    "decode_payload",
    "encode_payload",
    "extract",
    "find_polls",
]
