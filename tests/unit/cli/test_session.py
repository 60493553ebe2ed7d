import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.engine import Store
from weixi.kernel.language import Language, Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Grade


@dataclass(frozen=True)
class Row:
    month: Month
    rate: Decimal
    grade: Grade
    notes: tuple[str, ...] = ()


@pytest.fixture
def session(home: Path) -> Session:
    return Session(home, Language.ZH)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (Decimal("0.975"), 0.975),
        (Decimal("100.00"), 100),
        (date(2025, 6, 30), "2025-06-30"),
        (datetime(2025, 6, 30, 1, 2, 3, tzinfo=UTC), "2025-06-30T01:02:03+00:00"),
        (Month.of(2025, 6), "2025-06"),
        (Grade.KEY, "KEY"),
        (Text("甲", "a"), {"zh": "甲", "en": "a"}),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({Month.of(2025, 6): Path("x/y")}, {"2025-06": "x/y"}),
        (
            [Row(Month.of(2025, 6), Decimal("0.5"), Grade.KEY, ("甲",))],
            [{"month": "2025-06", "rate": 0.5, "grade": "KEY", "notes": ["甲"]}],
        ),
    ],
)
def test_values_for_programs(
    value: object, expected: object, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.json(value)
    assert json.loads(capsys.readouterr().out) == expected


def test_chinese_stays_readable_in_json(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.json({"label": "重要客户"})
    assert "重要客户" in capsys.readouterr().out


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"bytes", Row])
def test_what_has_no_agreed_form_is_refused(value: object, session: Session) -> None:
    with pytest.raises((TypeError, ValueError)):
        session.json(value)


def test_a_line_is_said_as_it_is(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    text = "[red]80 元以上[/red] 共 1,234 户" + "，很长" * 100
    session.say(Text(text, "short"))
    assert capsys.readouterr().out == text + "\n"


def test_a_wide_table_is_not_cut_in_a_pipe(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    grid = Grid(*(f"column_number_{k}" for k in range(7)))
    session.print(grid)
    assert "column_number_6" in capsys.readouterr().out


def test_progress_is_silent_where_nobody_watches(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    with session.progress() as progress:
        task = progress.add_task("work", total=2)
        progress.advance(task)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_a_store_is_opened_once(session: Session, home: Path) -> None:
    store = session.store()
    assert isinstance(store, Store)
    assert store.home == home
    assert session.store() is store
    session.close()
    session.close()
    assert session.store() is not store
    session.close()
