"""Files → extractions with their places: one module a format, each with ``search(reading)``.

A literal search over bytes comes first everywhere: what has no evidence of a poll is neither parsed nor
decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from polldecode.sources.charsets import SNIFF, charset_of
from polldecode.sources.formats import RECODED, check_compression, format_of, left_packed, source
from polldecode.sources.found import Document, Finds, Found, Neighbours, Reading, each
from polldecode.sources.inputs import Input, expand, is_binary, open_stream
from polldecode.sources.problems import Missing, Unreadable
from polldecode.sources.recoded import Recoded
from polldecode.sources.streams import reason_of

__all__ = [
    "Document",
    "Finds",
    "Found",
    "Input",
    "Missing",
    "Neighbours",
    "Reading",
    "Unreadable",
    "each",
    "expand",
    "search",
]


def search(
    source_input: Input,
    *,
    start: int = 0,
    stop: int | None = None,
    column: str | None = None,
    report: Callable[[str], object] = lambda _: None,
    opened: Callable[[Reading], object] = lambda _: None,
) -> Iterator[Finds]:
    """Everything in one input, or in a range of it, in its order.

    What cannot be read of it is given to ``report``, in words; what could be read before is kept. ``opened``
    is given the Reading, whose stream says how far it is. Nothing is raised for what an input holds."""
    reading = None
    try:
        stream = open_stream(source_input)
    except Unreadable as error:
        report(str(error))
        return
    reading = Reading(source_input.path, stream, start, stop, column)
    opened(reading)
    try:
        head = stream.look(SNIFF)
        check_compression(source_input.path, head, stream.codec)
        name = format_of(source_input.path, head)
        if not source_input.named and name == "text" and is_binary(head):
            return
        if start == 0 and (packed := left_packed(source_input.path, head, stream.codec)):
            reading.problems.append(packed)  # what may be found in it, as in a member that is stored, is kept
        if start:
            stream.seek(start)
        charset = charset_of(head) if name in RECODED else None
        if charset is not None:
            reading.stream = Recoded(stream, charset)
        yield from source(name)(reading)
    except Unreadable as error:
        reading.problems.append(str(error))
    except (OSError, MemoryError, RecursionError) as error:
        reading.problems.append(reason_of(error))
    except Exception as error:  # a fault of ours must not cost the other inputs
        reading.problems.append(f"internal error: {type(error).__name__}: {error}")
    finally:
        stream.close()
        for problem in reading.problems:
            report(problem)
