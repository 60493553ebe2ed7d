"""What every command is handed: the home folder, the language, and how to answer people and programs."""

import dataclasses
import json
import sys
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Language, Text
from weixi.kernel.period import Month

if TYPE_CHECKING:
    from weixi.engine import Store, Table

EngineName = Literal["duckdb", "spark"]

# A pipe or a file has no width of its own; rich would cut tables at 80 columns.
WIDTH_OF_A_PIPE = 160


class Session:
    """One call of the command: all state lies under `home`; `language` is what people are answered in.

    A command takes it with `@click.pass_obj`. Answers go to stdout, progress and errors to stderr.
    """

    def __init__(self, home: Path, language: Language) -> None:
        self.home = home
        self.language = language
        self.out = _console(stderr=False)
        self.err = _console(stderr=True)
        self._stores: dict[EngineName, Store] = {}

    def store(self, engine: EngineName = "duckdb", memory_limit: str | None = None) -> "Store":
        """The store under `home` on that engine; opened once a call, with that memory for the engine if one is given.

        Raises UsageError where the engine is not installed.
        """
        if engine not in self._stores:
            # The engine takes 0.3 s to import: `weixi --help` does without.
            from weixi.engine import Store, open_engine

            self._stores[engine] = Store(self.home, open_engine(engine, self.home / "scratch", memory_limit))
        return self._stores[engine]

    def latest(
        self, table: "Table", code: str, nothing: Text, remedy: Text, engine: EngineName = "duckdb"
    ) -> Month:
        """The latest month that the table has. Raises DataError, in those words, where it has none."""
        partitions = self.store(engine).partitions(table)
        if not partitions:
            raise DataError(code, nothing, remedy, where=str(self.home))
        return max(Month.from_number(int(partition.key["month"])) for partition in partitions)

    def close(self) -> None:
        """Give back what the engines hold."""
        for store in self._stores.values():
            store.engine.close()
        self._stores.clear()

    def text(self, text: Text) -> str:
        """The text in the session's language."""
        return text.say(self.language)

    def say(self, text: Text) -> None:
        """One line for people, on stdout, in the session's language."""
        self.out.print(self.text(text), markup=False, highlight=False, soft_wrap=True)

    def print(self, renderable: RenderableType) -> None:
        """A table, a tree or any other rich renderable, on stdout."""
        self.out.print(renderable)

    def json(self, value: object) -> None:
        """A value for programs, on stdout: dates as ISO, months as YYYY-MM, data classes as objects."""
        sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n")

    def progress(self) -> Progress:
        """A progress display on stderr; silent where stderr is not a terminal. Use it with `with`."""
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.err,
            transient=True,
            disable=not self.err.is_terminal,
        )


def parse_day(text: str) -> date:
    """The day written as `2026-01-15` or `20260115`. Raises UsageError for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise UsageError(
            "day.form",
            Text(f"“{text}”不是一个日期", f"“{text}” is not a day"),
            Text("请写成 2026-01-15", "write it as 2026-01-15"),
        ) from fault


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=WIDTH_OF_A_PIPE)


def _plain(value: object) -> object:
    """The value in JSON's own types. Raises TypeError for a type that has no agreed form."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, Month | Path):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(item) for item in items]
    raise TypeError(f"{type(value).__name__} has no JSON form")
