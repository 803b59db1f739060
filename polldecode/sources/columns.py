"""Columns of Arrow in memory: the texts in them that have evidence of a poll, and single values as text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from polldecode.search import next_hit
from polldecode.sources.found import text_or_bytes

KEY = 64  # bytes of the longest hash: columns of so wide values, all of one width, hold no text


def holds_text(kind: Any) -> bool:
    """Whether values of a type have text in them, however nested. A type that nobody knows yet may have: it
    is reported when it cannot be searched."""
    import pyarrow as pa
    from pyarrow import types

    if isinstance(kind, pa.BaseExtensionType):
        return holds_text(kind.storage_type)
    if types.is_dictionary(kind):
        return holds_text(kind.value_type)
    if types.is_nested(kind):
        return any(holds_text(kind.field(n).type) for n in range(kind.num_fields))
    if types.is_fixed_size_binary(kind):
        return bool(kind.byte_width > KEY)
    return not (types.is_primitive(kind) or types.is_decimal(kind) or types.is_null(kind))


def hits_in(column: Any) -> Iterator[tuple[int, str | bytes]]:
    """The values with evidence of a column in memory, and their rows. Raises ArrowException for a type that
    this version of pyarrow does not take apart."""
    import pyarrow as pa
    from pyarrow import compute, types

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        yield from hits_in(column.storage)
    elif types.is_dictionary(kind):
        texts = dict(hits_in(column.dictionary))
        for row, key in enumerate(column.indices.to_pylist() if texts else ()):
            if key in texts:
                yield row, texts[key]
    elif types.is_map(kind):
        entry = pa.struct([kind.key_field, kind.item_field])
        yield from hits_in(column.cast(pa.list_(entry)))
    elif types.is_struct(kind):
        children = (hits_in(child) for child in column.flatten() if holds_text(child.type))
        yield from sorted(chain.from_iterable(children), key=itemgetter(0))
    elif types.is_nested(kind):  # the kinds of lists
        rows = None
        for index, text in hits_in(column.flatten()):
            rows = rows if rows is not None else compute.list_parent_indices(column)
            yield rows[index].as_py(), text
    elif has_offsets(kind):
        yield from hits_between(column)
    else:  # views, and values of one width
        yield from hits_between(column.cast(pa.large_binary()))


def has_offsets(kind: Any) -> bool:
    from pyarrow import types

    narrow = types.is_string(kind) or types.is_binary(kind)
    return bool(narrow or types.is_large_string(kind) or types.is_large_binary(kind))


def hits_between(column: Any) -> Iterator[tuple[int, str | bytes]]:
    """The same of a column whose values stand in memory one after the other, between offsets."""
    import pyarrow as pa
    from pyarrow import types

    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return
    wide = types.is_large_string(column.type) or types.is_large_binary(column.type)
    ends = memoryview(offsets).cast("q" if wide else "i")[column.offset : column.offset + len(column) + 1]
    base = ends[0]
    values = pa.py_buffer(data).slice(base, ends[-1] - base).to_pybytes()
    hit = next_hit(values)
    while hit >= 0:
        row = bisect_right(ends, hit + base) - 1
        if column[row].is_valid:
            yield row, text_or_bytes(values[ends[row] - base : ends[row + 1] - base])
        hit = next_hit(values, ends[row + 1] - base)


def said(value: Any) -> str | None:
    """A single value as text; None for null, for what is no one value, and for what nobody can write."""
    import pyarrow as pa
    from pyarrow import types

    kind = value.type
    if not value.is_valid or types.is_nested(kind):
        return None
    if types.is_dictionary(kind):
        return said(value.value)
    if isinstance(value, pa.BinaryScalar) and not types.is_fixed_size_binary(kind):  # and of text
        return bytes(value.as_buffer()).decode("utf-8", "replace")
    try:
        plain = value.as_py()
    except (ValueError, OverflowError, LookupError, pa.ArrowException):
        return as_arrow_writes_it(value)
    return None if isinstance(plain, (bytes, dict, list)) else str(plain)


def object_in(value: Any) -> Any:
    """A struct or a map as a dict, any other value as ``said`` has it."""
    import pyarrow as pa
    from pyarrow import types

    if not value.is_valid or not types.is_nested(value.type):
        return said(value)
    try:
        plain = value.as_py()
        return (
            {key: each for key, each in plain if isinstance(key, str)} if types.is_map(value.type) else plain
        )
    except (ValueError, OverflowError, LookupError, TypeError, pa.ArrowException):
        return None


def as_arrow_writes_it(value: Any) -> str | None:
    """Times that Python has none for: with nanoseconds, before the year 1 or after 9999, and in a time zone
    that is not known here, which is given in UTC."""
    import pyarrow as pa
    from pyarrow import types

    zoned = types.is_timestamp(value.type) and value.type.tz is not None
    try:
        if zoned:
            value = value.cast(pa.timestamp(value.type.unit))
        text = value.cast(pa.string()).as_py()
    except (ValueError, pa.ArrowException):
        return None
    if text.startswith("<"):  # as Arrow says that it has none either
        return None
    whole, _, fraction = text.partition(".")  # which Parquet has where the seconds have none
    text = text if fraction.strip("0") else whole
    return f"{text}+00:00" if zoned else text
