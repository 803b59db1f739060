"""What ``generate --list`` prints: for people on a terminal, tab-separated lines through a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from polldecode.cli.terminal import is_screen, out, screen
from polldecode.cli.words import count

if TYPE_CHECKING:
    from rich.table import Table

    from polldecode.mangle import Mangling

# What a mangling leaves of a poll, where it is not all.
LEAVES = {"full": "", "partial": "leaves a part", "none": "leaves nothing"}


def print_list() -> None:
    """Languages, locales and manglings."""
    if is_screen():
        print_tables()
        return
    for row in (*language_rows(), *locale_rows(), *mangling_rows()):
        out("\t".join(row))


def print_tables() -> None:
    from polldecode.mangle import STAGES, locales

    console = screen()
    languages = grid("Languages", "code", "locale", "script")
    for row in language_rows():
        languages.add_row(*row)
    console.print(languages)
    console.print()

    quotes = grid(f"{len(locales())} locales, of texturize", "a shortcode becomes", "in")
    for made, names in grouped((made, locale) for locale, made in locale_rows()):
        quotes.add_row(made, " ".join(names))
    console.print(quotes)

    ordered = [*in_stages()]
    width = max(len(found.name) for found in ordered)
    for stage in STAGES:
        console.print()
        table = grid(f"Manglings: {stage}", "name", "what it does")
        table.show_header = False
        table.columns[0].width = width
        for found in ordered:
            if found.stage == stage:
                add_mangling(table, found)
        console.print(table)


def grid(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for number, column in enumerate(columns, 1):
        table.add_column(column, header_style="dim", no_wrap=number < len(columns))
    return table


def add_mangling(table: Table, found: Mangling) -> None:
    """A row of the name and what it does, with the values below."""
    from rich.text import Text

    from polldecode.mangle import locales

    text = Text(found.description)
    if left := cost(found):
        text.append(f" ({left})", style="yellow")
    table.add_row(Text(found.name), text)
    values = values_of(found)
    if values == locales():
        values = (f"{count(len(values), 'locale')}, as fr_FR",)
    if values:
        table.add_row("", Text(f"values: {' '.join(values)}", style="cyan"))


def cost(found: Mangling) -> str:
    id_lost = not found.keeps_id and found.recoverable != "none"
    return ", ".join(filter(None, (LEAVES[found.recoverable], "loses the id" if id_lost else "")))


def grouped(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Pairs → each first with all of its seconds, in the order of their first."""
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    yield from groups.items()


def language_rows() -> list[tuple[str, ...]]:
    from polldecode.samples import languages

    return [(code, found.locale, found.script) for code, found in languages().items()]


def locale_rows() -> list[tuple[str, ...]]:
    from polldecode.mangle import locales, texturize

    return [
        (locale, texturize('[… id="244" params="…"]', locale).replace("\xa0", "⍽")) for locale in locales()
    ]


def mangling_rows() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for found in in_stages():
        left = found.recoverable + ("" if found.keeps_id or found.recoverable == "none" else ", no id")
        rows.append((found.name, " ".join(values_of(found)), found.stage, left, found.description))
    return rows


def in_stages() -> list[Mangling]:
    from polldecode.mangle import MANGLINGS, STAGES

    return sorted(MANGLINGS.values(), key=lambda found: STAGES.index(found.stage))


def values_of(found: Mangling) -> tuple[str, ...]:
    return found.parameter.examples if found.parameter else ()
