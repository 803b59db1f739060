"""A reading in its frame, as an Extraction."""

from __future__ import annotations

from dataclasses import replace

from polldecode.errors import DecodeError
from polldecode.extraction import Extraction
from polldecode.frame import TAG, Frame, frame_of, lone_frame
from polldecode.grammar import POLL_TAG
from polldecode.limits import Limits
from polldecode.models import Params, Poll, looks_like_poll, spliced_key
from polldecode.reader import Reading
from polldecode.repairs import repairs_within
from polldecode.views import View

REVIEW_TAG = "expert_review"


def framed(
    text: str | bytes, view: View, reading: Reading, limits: Limits, *, with_id: bool = True
) -> Extraction | None:
    """What was read, in its frame; None where it is no poll."""
    frame = frame_of(view.text, reading.start, reading.end)
    if not with_id:
        frame = replace(frame, attrs={name: value for name, value in frame.attrs.items() if name != "id"})
    params = reading.params
    if frame.tag != POLL_TAG:
        if frame.tag not in (None, REVIEW_TAG) or not params:
            return None
        if not looks_like_poll(params, whole=reading.error is None):
            return None
        if frame.tag:
            frame = replace(frame, tag=POLL_TAG)  # its last word is torn off: a review has no answers
    return built(text, view, frame, reading, params, reading.error, limits)


def built(
    text: str | bytes,
    view: View,
    frame: Frame,
    reading: Reading,
    params: Params | None,
    error: DecodeError | None,
    limits: Limits,
) -> Extraction:
    poll = None
    if params is not None:
        try:
            poll = Poll.from_params(params, id=frame.attrs.get("id"), limits=limits)
        except DecodeError as schema:
            error = error or schema
    if error is None and params is not None and (key := spliced_key(params)):
        error = DecodeError("schema", f"{key!r} is two keys: something is lost between them")
    if error and poll and not (poll.question or poll.answers):
        poll = None
    start, end = view.source_start(frame.start), view.source_end(frame.end)
    repairs = [*repairs_within(view, start, end), *frame.repairs]
    repairs += [repair for repair in reading.repairs if repair not in repairs]
    return Extraction(
        frame.tag,
        frame.attrs,
        params,
        poll,
        error,
        tuple(repairs),
        "shortcode" if frame.tag else "payload",
        start,
        end,
        text[start:end],
        reading.payload,
    )


def lone(text: str | bytes, view: View) -> Extraction | None:
    """A poll's shortcode with an id and no readable payload."""
    tag = TAG.search(view.text)
    if not tag or not tag["poll"] or view.text[: tag.start()].rstrip().endswith("/"):
        return None
    frame = lone_frame(view.text, tag)
    if not frame.attrs.get("id"):
        return None
    reason = "params hold no payload" if frame.attrs.get("params") else "a shortcode without params"
    error = DecodeError("payload", reason, None, frame.attrs.pop("params", ""))
    reading = Reading(frame.end, frame.end, [""], None, error, [])
    return built(text, view, frame, reading, None, error, Limits())
