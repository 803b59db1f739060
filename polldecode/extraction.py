"""Extraction: one thing found in a text, decoded or not, and where it stood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from polldecode.errors import DecodeError
from polldecode.models import Dialect, Params, Poll
from polldecode.payload import fast_json, json_of, json_params

if TYPE_CHECKING:
    from polldecode.wire import Carried

Form = Literal["shortcode", "payload"]
Content = Poll


class Repair(str):
    """The name of a repair, with the first example of it: what stood there, and what was made of it."""

    __slots__ = ("after", "before")
    before: str
    after: str

    def __new__(cls, name: str, before: str = "", after: str = "") -> Repair:
        repair = super().__new__(cls, name)
        repair.before, repair.after = before, after
        return repair


class Extraction:
    """One shortcode or bare payload of a text.

    ``start`` and ``end`` count in the units of the text given (characters of a str, bytes of bytes), and
    ``source`` is exactly what stands there. ``tag`` is None for a bare payload. ``attrs`` are the shortcode's
    attributes, names in lower case, quotes and entities gone (without the payload): ``id`` as it stands
    there; "" and absent are different things.

    ``params`` is the JSON object as carried, ``content`` the typed object made of it (``poll`` where that is
    a Poll). Where the text was cut or damaged, ``complete`` is False, ``error`` says at which stage and
    place, and ``params`` holds what is wholly there (None: nothing). ``repairs`` names what had to be undone
    to read it, in order. ``payload`` is the base64 text as it was read, free of everything that had come
    between.
    """

    __slots__ = (
        "_content",
        "_params",
        "attrs",
        "carried",
        "end",
        "error",
        "form",
        "payload",
        "repairs",
        "source",
        "start",
        "tag",
    )

    def __init__(
        self,
        tag: str | None,
        attrs: Mapping[str, str],
        params: Params | None,
        content: Content | None,
        error: DecodeError | None,
        repairs: tuple[str, ...],
        form: Form,
        start: int,
        end: int,
        source: str | bytes,
        payload: str = "",
        carried: Carried | None = None,
    ) -> None:
        self.tag = tag
        self.attrs = attrs
        self._params = params
        self._content = content
        self.error = error
        self.repairs = repairs
        self.form: Form = form
        self.start = start
        self.end = end
        self.source = source
        self.payload = payload
        # What params and poll are made of when somebody asks, as most only want one of them.
        self.carried = carried

    @property
    def params(self) -> Params | None:
        if self._params is None and self.carried is not None:
            self._params = json_params(json_of(self.carried[0]))
        return self._params

    @property
    def content(self) -> Content | None:
        if self._content is None and self.carried is not None:
            self._content = fast_json().poll_of(self.carried[1], int(self.attrs["id"]))
        return self._content

    @property
    def complete(self) -> bool:
        return self.error is None

    @property
    def poll(self) -> Poll | None:
        return self.content

    @property
    def dialect(self) -> Dialect | None:
        """The encoder of the plugin that writes this payload byte for byte; None where neither does."""
        from polldecode.dialects import dialect_of  # brings msgspec, which reading alone may not need

        if self.error is not None or not self.payload:
            return None
        return dialect_of(self.payload, self.carried)

    def moved(self, start: int, end: int, source: str | bytes) -> Extraction:
        """The same find in another text, or in other units."""
        return Extraction(
            self.tag,
            self.attrs,
            self._params,
            self._content,
            self.error,
            self.repairs,
            self.form,
            start,
            end,
            source,
            self.payload,
            self.carried,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extraction) and all(getattr(self, n) == getattr(other, n) for n in COMPARED)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ("tag", "attrs", "complete", "error", "repairs", "form", "start", "end", "content")
        return f"Extraction({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


COMPARED = (
    *("tag", "attrs", "params", "content", "error", "repairs"),
    *("form", "start", "end", "source", "payload"),
)
