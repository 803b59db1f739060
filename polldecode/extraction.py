"""Extraction: one thing found in a text, decoded or not, and where it stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from polldecode.errors import DecodeError
from polldecode.models import Dialect, Params, Poll
from polldecode.payload import dialect_of

Form = Literal["shortcode", "payload"]
Content = Poll


@dataclass(frozen=True, slots=True)
class Extraction:
    """One shortcode or bare payload of a text.

    ``start`` and ``end`` count in the units of the text given (characters of a str, bytes of bytes), and ``source`` is
    exactly what stands there. ``tag`` is None for a bare payload. ``attrs`` are the shortcode's attributes, names in lower
    case, quotes and entities gone (without the payload): ``id`` as it stands there; "" and absent are different things.

    ``params`` is the JSON object as carried, ``content`` the typed object made of it (``poll`` where that is a Poll). Where
    the text was cut or damaged, ``complete`` is False, ``error`` says at which stage and place, and ``params`` holds what
    is wholly there (None: nothing). ``repairs`` names what had to be undone to read it, in order.
    ``payload`` is the base64 text as it was read, free of everything that had come between.
    """

    tag: str | None
    attrs: Mapping[str, str]
    params: Params | None
    content: Content | None
    complete: bool
    error: DecodeError | None
    repairs: tuple[str, ...]
    form: Form
    start: int
    end: int
    source: str | bytes = field(repr=False)
    payload: str = field(default="", repr=False)

    @property
    def poll(self) -> Poll | None:
        return self.content if isinstance(self.content, Poll) else None

    @property
    def dialect(self) -> Dialect | None:
        """The encoder of the plugin that writes this payload byte for byte; None where neither does."""
        return dialect_of(self.params, self.payload) if self.complete and self.params is not None else None
