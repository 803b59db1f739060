"""``polldecode generate``: seeded articles with polls, damaged as asked; as fixtures or as a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from polldecode.cli.terminal import complain, is_screen
from polldecode.cli.words import STDIN, count

if TYPE_CHECKING:
    from polldecode.samples import Sample

DEFAULT_COUNT = 10
DEFAULT_DENSITY = "1/400"


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
    form: Annotated[
        FormatName | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"What to write: {', '.join(FormatName)}.",
            show_default="as the suffix of -o, or text",
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="A new file, or a folder for text and html; - is stdout.",
            show_default="stdout",
        ),
    ] = None,
    corpus: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Write so much instead of a count, e.g. 400MB.")
    ] = None,
    density: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", help="Documents of a corpus that hold a poll.", show_default=DEFAULT_DENSITY
        ),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="Print languages, locales and manglings.")] = False,
) -> None:
    """Make test data: articles with polls, damaged as they are in the world.

    Example: polldecode generate --lang fr --mangle texturize:fr_FR -o posts.jsonl
    """
    if listing:
        from polldecode.cli.listing import print_list

        print_list()
        return
    if corpus is not None and (number is not None or votes):
        raise typer.BadParameter("a corpus has a size, no --count and no --votes", param_hint="--corpus")
    if corpus is None and density is not None:
        raise typer.BadParameter("only a --corpus has a density", param_hint="--density")
    from polldecode.fixtures import format_for, write

    target = None if output in (None, STDIN) else output
    try:
        name = format_for(target, form.value if form else None)
        if target is None:
            check_stream(name, one=number == 1)
        if corpus is None:
            made = fixtures(number or DEFAULT_COUNT, seed, lang or (), mangle or (), votes=votes)
        else:
            made = stream(corpus, density or DEFAULT_DENSITY, seed, lang or (), mangle or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    tally = Tally(made)
    try:
        write(tally, name, target)
    except FileExistsError as error:
        complain(f"{error.filename}: exists already; nothing is overwritten")
        raise typer.Exit(1) from error
    except BrokenPipeError:
        raise  # who reads stdout has enough: for app.py
    except (OSError, ImportError) as error:
        complain(f"{target or 'stdout'}: {getattr(error, 'strerror', None) or error}")
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        complain("interrupted" + (f"; there is no {target}" if target else ""))
        raise typer.Exit(130) from None
    if target is not None:
        complain(f"{target}: {tally.summary()}, seed {seed}")


def check_stream(name: str, *, one: bool) -> None:
    """Raises ValueError for a format that is not to be put on stdout."""
    if name == "parquet" and is_screen():
        raise ValueError("Parquet is not for a terminal; give a file with --output")
    if name == "html" and not one:
        raise ValueError("stdout is one stream and each page a file; give a folder with --output, or -n 1")


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
    from polldecode.samples import samples

    check_names(languages, manglings)
    return samples(number, seed=seed, languages=languages or ("",), manglings=manglings or ("",), votes=votes)


def stream(
    size: str, density: str, seed: int, languages: Sequence[str], manglings: Sequence[str]
) -> Iterator[Sample]:
    """Raises ValueError as above, and for what is no size or density."""
    from fractions import Fraction

    from polldecode.corpus import documents, size_of

    check_names(languages, manglings)
    try:
        share = Fraction(density)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise ValueError(f"{density!r} is no share such as 1/400 or 0.01")
    return documents(
        size_of(size), seed=seed, languages=languages, manglings=manglings or ("",), density=share
    )


def check_names(languages: Sequence[str], manglings: Sequence[str]) -> None:
    from polldecode.mangle import parse
    from polldecode.samples import language_of

    for code in languages:
        language_of(code)
    for spec in manglings:
        if not parse(spec):
            raise ValueError(f"no mangling is named in {spec!r}")
