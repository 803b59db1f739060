"""Text is searched in blocks and ranges; what is found is what `extract` finds in the whole."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from crawl import search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polldecode.extract import extract
from polldecode.models import Answer, Poll
from polldecode.samples import article, paragraph, planted, sample
from polldecode.shortcodes import format_shortcode
from polldecode.sources import Input, Reading, each, window
from polldecode.sources.charsets import SNIFF, charset_of
from polldecode.sources.found import characters, find_in
from polldecode.sources.inputs import open_stream
from polldecode.sources.ranges import MARGIN, start_of_context


def document(seed: int, *, filler: int, polls: int) -> bytes:
    """Prose and polls, mangled in places; ``filler`` paragraphs between two polls at most."""
    rng = random.Random(seed)
    parts = []
    for n in range(polls):
        piece = planted(rng).shortcode
        damage = rng.randrange(6)
        if damage == 0:
            piece = piece.replace('"', "\u201d")
        elif damage == 1:
            piece = piece[: rng.randrange(20, len(piece))]
        elif damage == 2:
            piece = "\n".join(piece[i : i + 76] for i in range(0, len(piece), 76))
        elif damage == 3:
            piece = piece[rng.randrange(40, 120) :]
        parts.append(piece)
        parts += [paragraph(rng) for _ in range(rng.randrange(filler + 1))]
        parts.append(rng.choice(("\n\n", "\n", " ")) + "é" * (n % 3))
    return "\n\n".join(parts).encode()


def spans(data: bytes) -> list[tuple[int, int, bool]]:
    return [(x.start, x.end, x.complete) for x in extract(data)]


def found_spans(path: Path, **ranges: int) -> list[tuple[int, int, bool]]:
    found = search(Input(str(path)), **ranges)
    return [(f.place.start or 0, f.place.end or 0, f.extraction.complete) for f in found]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), filler=st.sampled_from([0, 2, 60]), data=st.data())
def test_ranges_and_blocks_of_any_size_find_what_the_whole_text_holds(
    seed: int, filler: int, data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = document(seed, filler=filler, polls=40)
    content = content * (1 + 300_000 // len(content))
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    expected = spans(content)
    monkeypatch.setattr(window, "BLOCK", data.draw(st.sampled_from([1 << 12, 100_003, 1 << 20])))
    cuts = sorted(data.draw(st.lists(st.integers(1, len(content)), max_size=4)))
    edges = [0, *cuts, len(content)]
    found = [
        span
        for start, stop in pairwise(edges)
        if stop > start
        for span in found_spans(path, start=start, stop=stop)
    ]
    assert found == expected
    assert found_spans(path) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), cut=st.integers(1, 10**6), lines=st.booleans())
def test_lines_and_columns_of_ranges_add_up_to_those_of_the_whole(
    seed: int, cut: int, lines: bool, tmp_path: Path
) -> None:
    content = document(seed, filler=20, polls=30)
    if not lines:
        content = content.replace(b"\n", b" ")
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    cut = cut % len(content) or 1
    readings: list[Reading] = []
    places = []
    base = 0
    for start, stop in ((0, cut), (cut, len(content))):
        for found in search(Input(str(path)), start=start, stop=stop, opened=readings.append):
            assert found.place.line is not None
            places.append((found.place.line + base, found.place.column, found.place.start))
        base += readings[-1].lines
    whole = [(f.place.line, f.place.column, f.place.start) for f in each(find_in(content, "", None, None))]
    assert places == whole
    assert base == content.count(b"\n")


BETWEEN = [
    "",
    " ",
    "\n",
    "é",
    "\r\n\n",
    "ü\nß ",
    " 🙂 ",
    "\n" * 600,
    "\n" * 3_000,
    "x" * 5_000,
    "[/expert_review_poll]",
    "\n[/expert_review_poll]",
    "]",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    between=st.lists(st.sampled_from(BETWEEN), min_size=2, max_size=12),
    times=st.sampled_from([1, 9]),
    charset=st.sampled_from(["utf-8", "utf-16"]),
    cut=st.integers(1, 10**6),
    block=st.sampled_from([1 << 12, 1 << 19]),
)
def test_each_of_several_polls_is_placed_where_it_stands(
    between: list[str],
    times: int,
    charset: str,
    cut: int,
    block: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(len(between))
    page = "".join(gap + planted(rng).shortcode for gap in between * times)
    content = page.encode(charset)
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    monkeypatch.setattr(window, "BLOCK", block)
    cut = cut % len(content) or 1
    ranges = [(0, None)] if charset != "utf-8" else [(0, cut), (cut, len(content))]
    before, count = 0, 0
    for start, stop in ranges:
        readings: list[Reading] = []
        for found in search(Input(str(path)), start=start, stop=stop, opened=readings.append):
            place = found.place
            source = found.extraction.source
            assert content[place.start : place.end] == (
                source if isinstance(source, bytes) else source.encode("utf-16-le")
            )
            behind = content[: place.start].decode(charset)
            assert (place.line or 0) + before == behind.count("\n") + 1
            assert place.column == len(behind) - behind.rfind("\n")
            count += 1
        before += readings[-1].lines
    assert count == len(between) * times


@pytest.mark.parametrize("inside", [-20, -1, 0, 1, 19, 20, 100, 300, 399, 400])
@pytest.mark.parametrize("polls", [1, 3])
def test_a_poll_that_the_next_block_might_change_waits_for_it(
    polls: int, inside: int, tmp_path: Path
) -> None:
    code = format_shortcode(Poll(7, "Why?", (Answer("1", "x" * 60), Answer("2", "y" * 60))))
    codes = "\n".join([code] * polls)
    edge = SNIFF + window.BLOCK - MARGIN  # what ends behind it in the first blocks is not settled
    before = ("word " * (window.BLOCK // 4))[: edge - len(codes) + len(code) - inside]
    content = (before + codes + " word" * 20_000).encode()
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    assert found_spans(path) == spans(content)
    assert len(spans(content)) == polls


@pytest.mark.parametrize("back", [0, 5, 18, 21, 40])
def test_what_closes_a_poll_may_come_with_the_next_block(back: int, tmp_path: Path) -> None:
    codes = (format_shortcode(Poll(7, "Why?", (Answer("1", "x" * n),))) for n in range(48_700, 49_200))
    code = next(code for code in codes if len(code) > MARGIN + len("[expert_review_poll"))
    before = "word " * (window.BLOCK // 4)
    before = before[: SNIFF + window.BLOCK - back - len(code)]
    path = tmp_path / "page.txt"
    path.write_text(f"{before}{code}[/expert_review_poll]{' word' * 60_000}")
    end = len(before) + len(code) + len("[/expert_review_poll]")
    assert found_spans(path) == spans(path.read_bytes()) == [(len(before), end, True)]


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_charsets_are_read_by_their_mark_and_placed_in_bytes(charset: str, tmp_path: Path) -> None:
    mark = "\ufeff".encode(charset)
    content = mark + ("🙂 " * 40_000 + sample(3).text + "\n" + sample(4).text).encode(charset)
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    assert found_spans(path) == spans(content)
    assert len(found_spans(path)) == 2


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", ["Опрос дня ", "一二三，民意调查。", "How do you vote? ", "Η ψηφοφορία "])
@pytest.mark.parametrize("name", ["page.html", "page", "crawl.jsonl"])
def test_utf16_without_a_mark_is_known_by_its_nuls(
    name: str, words: str, charset: str, tmp_path: Path
) -> None:
    page = f"<html>\n<body>\n<p>{words * 20}</p>\n<p>{words * 3000}</p>\n{sample(3).text}\n</body>\n</html>\n"
    path = tmp_path / name
    path.write_bytes(page.encode(charset))
    (found,) = search(Input(str(path), named=False))
    assert found.extraction.complete
    assert found.place.start == len(page[: page.index("[expert")].encode(charset))
    assert found.place.line == page[: page.index("[expert")].count("\n") + 1


@pytest.mark.parametrize("seed", range(8))
def test_what_is_binary_is_not_taken_for_utf16(seed: int) -> None:
    rng = random.Random(seed)
    assert charset_of(rng.randbytes(8192)) is None
    assert (
        charset_of(b"".join(rng.randrange(-300, 300).to_bytes(4, "little", signed=True) for _ in range(2048)))
        is None
    )
    assert charset_of((b"\x7fELF" + rng.randbytes(60) + bytes(200)) * 30) is None
    assert charset_of(b"Eine Zeile mit\0 zu vielen Bytes.\n" * 20) is None
    assert charset_of("Unsinn".encode("utf-32-le")) is None


def test_the_mark_of_utf8_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"\xef\xbb\xbf" + planted(random.Random(1)).shortcode.encode())
    (found,) = search(Input(str(path)))
    assert (found.place.line, found.place.column, found.place.start) == (1, 1, 3)


BESIDE = {"cp1252": "« Été » — “vœux” … ", "cp1251": "«Ёлка» — ещё ", "iso8859-2": "Żółć ", "utf-8": "« 🎄 »"}


@pytest.mark.parametrize("charset", BESIDE)
def test_columns_are_characters_in_charsets_of_a_byte_too(charset: str, tmp_path: Path) -> None:
    before = f"<p>{BESIDE[charset] * 5}"
    path = tmp_path / "page.html"
    code = planted(random.Random(1)).shortcode.encode()
    path.write_bytes(f"{before}</p>\n{before}".encode(charset) + code)
    (found,) = search(Input(str(path)))
    assert (found.place.line, found.place.column) == (2, len(before) + 1)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.data())
def test_characters_of_parts_add_up(words: str, data: st.DataObject) -> None:
    raw = words.encode()
    cut = data.draw(st.integers(0, len(raw)))
    assert characters(raw) == len(words) == characters(raw[:cut]) + characters(raw[cut:])


def test_columns_in_a_line_of_many_polls_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def counting(text: str | bytes) -> int:
        counted.append(len(text))
        return characters(text)

    monkeypatch.setattr("polldecode.sources.found.characters", counting)
    line = "é".join(planted(random.Random(n)).shortcode for n in range(50))
    for text in (line, line.encode(), f"\n\n{line}\n{line}"):
        counted.clear()
        places = [one.place for one in each(find_in(text, "", None, None))]
        assert places[49].column == line.rfind("[") + 1
        assert sum(counted) <= len(text)


@pytest.mark.parametrize("before", [100, 30_000, 66_600])
@pytest.mark.parametrize("size", [30_000, 70_000, 200_000])
def test_a_range_that_begins_in_a_long_payload_finds_only_what_begins_in_it(
    before: int, size: int, tmp_path: Path
) -> None:
    poll = Poll(9, "a" * size, (Answer("1", "ja"),))
    damaged = planted(random.Random(1)).shortcode[:400]
    prose = "Ein kurzer Satz, wie er in jedem Text steht. " * 4_000
    content = f"{prose}\n\n{format_shortcode(poll)}\n\n{damaged}\n\n{prose}".encode()
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    cut = content.index(b"[expert") + before
    found = found_spans(path, start=0, stop=cut) + found_spans(path, start=cut, stop=len(content))
    assert found == spans(content)
    assert len(found) == 2


@given(start=st.integers(1, 400_000))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_range_of_whole_polls_is_read_from_near_its_beginning(start: int, tmp_path: Path) -> None:
    rng = random.Random(7)
    content = "\n\n".join(planted(rng).shortcode for _ in range(500)).encode()
    assert len(content) > 400_000
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    stream = open_stream(Input(str(path)))
    base = start_of_context(Reading(str(path), stream, start, len(content)))
    stream.close()
    assert 0 <= start - base <= MARGIN


def test_a_payload_larger_than_the_blocks_is_read_whole(tmp_path: Path) -> None:
    from polldecode import encode_payload

    payload = encode_payload(
        {"title": "é" * 60_000, "answers": [{"id": "1", "text": "ja"}], "style": "light-1"}
    )
    path = tmp_path / "page.txt"
    path.write_text(article(random.Random(1)) + f'[expert_review_poll id="5" params="{payload}"]' + "\n" * 10)
    for stop in (None, 100_000):
        (found,) = search(Input(str(path)), stop=stop)
        assert found.extraction.complete
        assert found.extraction.poll is not None
        assert len(found.extraction.poll.question) == 60_000


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "[{}]",
        "[[{}]]",
        "{}[/expert_review_poll]",
        "{} [/expert_review_poll]" * 2,
        "[{}[/expert_review_poll]]",
    ],
)
def test_a_find_in_a_file_becomes_the_extraction_of_its_text(around: str, tmp_path: Path) -> None:
    code = planted(random.Random(1)).shortcode
    text = f"a\n{around} b".replace("{}", code).encode()
    path = tmp_path / "page.txt"
    path.write_bytes(text)
    found = list(search(Input(str(path))))
    assert [one.extraction for one in found] == list(extract(text))
    assert [(one.place.start, one.place.end) for one in found] == [(x.start, x.end) for x in extract(text)]
