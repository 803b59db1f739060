"""``polldecode generate``: seeded articles with polls, damaged as asked; as fixtures or as a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from polldecode.cli.terminal import complain, is_screen, out, screen
from polldecode.cli.words import count

if TYPE_CHECKING:
    from polldecode.samples import Sample

DEFAULT_COUNT = 10


class FormatName(StrEnum):
    text = "text"
    html = "html"
    jsonl = "jsonl"
    warc = "warc"
    wxr = "wxr"
    parquet = "parquet"


def generate(
    number: Annotated[
        int | None,
        typer.Option("-n", "--count", min=1, help="Texts to make.", show_default=str(DEFAULT_COUNT)),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes everywhere.")] = 0,
    lang: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="A language of the texts; again for more.", show_default="all"),
    ] = None,
    mangle: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:VALUE],…",
            help="Damage, in that order; given again, texts take turns.",
            show_default="none",
        ),
    ] = None,
    votes: Annotated[bool, typer.Option("--votes", help="Give the answers votes.")] = False,
    form: Annotated[FormatName, typer.Option("--format", help="What to write.")] = FormatName.text,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="A new file, or a folder for text and html.",
            show_default="stdout",
        ),
    ] = None,
    corpus: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Write so much instead of a count, e.g. 400MB.")
    ] = None,
    density: Annotated[
        str, typer.Option(metavar="SHARE", help="Documents of a corpus that hold a poll.")
    ] = "1/400",
    listing: Annotated[bool, typer.Option("--list", help="Print languages, locales and manglings.")] = False,
) -> None:
    """Make test data: articles with polls, damaged as they are in the world.

    Example: polldecode generate -n 100 --lang fr --mangle texturize:fr_FR,wrap:76 --format html -o new/
    """
    if listing:
        print_list()
        return
    if corpus is not None and (number is not None or votes):
        raise typer.BadParameter("a corpus has a size, no --count and no --votes", param_hint="--corpus")
    if form is FormatName.parquet and output is None and is_screen():
        raise typer.BadParameter("Parquet is not for a terminal; give a file", param_hint="--output")
    from polldecode.fixtures import write

    try:
        if corpus is None:
            made = fixtures(number or DEFAULT_COUNT, seed, lang or (), mangle or ("",), votes=votes)
        else:
            made = stream(corpus, density, seed, lang or (), mangle or ("",))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    tally = Tally(made)
    try:
        write(tally, form.value, output)
    except FileExistsError as error:
        complain(f"{error.filename}: exists already; nothing is overwritten")
        raise typer.Exit(1) from error
    except (OSError, ImportError) as error:
        complain(f"{output or 'stdout'}: {getattr(error, 'strerror', None) or error}")
        raise typer.Exit(1) from error
    if output is not None:
        complain(f"{output}: {tally.summary()}, seed {seed}")


class Tally:
    """Samples on their way to a file, counted."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self.samples = samples
        self.texts = 0
        self.polls = 0

    def __iter__(self) -> Iterator[Sample]:
        for sample in self.samples:
            self.texts += 1
            self.polls += len(sample.planted)
            yield sample

    def summary(self) -> str:
        return f"{count(self.texts, 'text')} with {count(self.polls, 'poll')}"


def fixtures(
    number: int, seed: int, languages: Sequence[str], manglings: Sequence[str], *, votes: bool
) -> Iterator[Sample]:
    """Raises ValueError for an unknown language or mangling, before anything is written."""
    from polldecode.mangle import parse
    from polldecode.samples import language_of, samples

    for code in languages:
        language_of(code)
    for spec in manglings:
        parse(spec)
    return samples(number, seed=seed, languages=languages or ("",), manglings=manglings, votes=votes)


def stream(
    size: str, density: str, seed: int, languages: Sequence[str], manglings: Sequence[str]
) -> Iterator[Sample]:
    """Raises ValueError as above, and for what is no size or density."""
    from fractions import Fraction

    from polldecode.corpus import documents, size_of
    from polldecode.mangle import parse
    from polldecode.samples import language_of

    for code in languages:
        language_of(code)
    for spec in manglings:
        parse(spec)
    try:
        share = Fraction(density)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise ValueError(f"{density!r} is no share such as 1/400 or 0.01")
    return documents(size_of(size), seed=seed, languages=languages, manglings=manglings, density=share)


def print_list() -> None:
    """Three tables on a terminal, tab-separated lines through a pipe."""
    tables = (
        ("Languages", ("code", "locale", "script"), language_rows()),
        ("Locales of texturize", ("locale", "a shortcode becomes"), locale_rows()),
        ("Manglings", ("name", "values", "stage", "leaves", "what it does"), mangling_rows()),
    )
    if not is_screen():
        for _, _, rows in tables:
            for row in rows:
                out("\t".join(row))
        return
    from rich.table import Table
    from rich.text import Text

    console = screen()
    for title, columns, rows in tables:
        table = Table(
            title=title,
            title_justify="left",
            title_style="bold",
            box=None,
            pad_edge=False,
            padding=(0, 2, 0, 0),
        )
        for column in columns:
            table.add_column(
                column, header_style="dim", no_wrap=column in ("name", "code", "locale", "stage", "leaves")
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
        console.print()


def language_rows() -> list[tuple[str, ...]]:
    from polldecode.samples import languages

    return [(code, found.locale, found.script) for code, found in languages().items()]


def locale_rows() -> list[tuple[str, ...]]:
    from polldecode.mangle import locales, texturize

    return [
        (locale, texturize('[… id="244" params="…"]', locale).replace("\xa0", "⍽")) for locale in locales()
    ]


def mangling_rows() -> list[tuple[str, ...]]:
    from polldecode.mangle import MANGLINGS, STAGES, locales

    rows: list[tuple[str, ...]] = []
    for found in sorted(MANGLINGS.values(), key=lambda found: STAGES.index(found.stage)):
        examples = found.parameter.examples if found.parameter else ()
        values = "a locale" if examples == locales() else " ".join(examples)
        left = found.recoverable + ("" if found.keeps_id or found.recoverable == "none" else ", no id")
        rows.append((found.name, values, found.stage, left, found.description))
    return rows
