"""Proposals on a hand-made book: a planted threshold is found, its figures counted again row by row, accepted once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from handmade.playbooks import SOURCE, bare_playbook, bare_warning
from handmade.tables import put
from weixi.cli.app import house
from weixi.engine import Engine, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN_LINE
from weixi.flow.learning import (
    Ground,
    accept,
    find_proposal,
    propose,
    read_asked,
    read_proposals,
    read_stakes,
)
from weixi.flow.outcome import OUTCOME
from weixi.flow.segment import LABEL
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Parameter, Playbook, Source, Valuation

JUNE, JULY, AUGUST = Month.of(2025, 6), 202507, Month.of(2025, 8)
LINES = 2_400
WORDS = {"grade": "REGULAR", "band": "B80", "stage": "STABLE", "cluster": "GENERAL", "category": "PERSONAL"}
CONTACTED = 7
"""Every seventh line was contacted in the month after."""


@dataclass(frozen=True)
class Seen:
    """What one line was at the end of June, and what came of it by August."""

    line: int
    household: int
    silent: int
    age: int
    revenue: int
    left: bool
    is_contacted: bool


def parameter(name: str, value: int, unit: str) -> Parameter:
    source = Source("test", 1, "", at="plan.toml:7")
    return Parameter(name, value, unit, Text(name, name), source)


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    """One warning of silent lines, whose months are a figure; another that collects debts from the old."""
    rules = (
        bare_warning(
            "quiet", sql="COALESCE(silent_months >= 2, FALSE)", when="silent_months >= $quiet_months"
        ),
        bare_warning(
            "aged", sql="COALESCE(age >= 60, FALSE)", when="age >= $aged_years", task_type="ARREARS"
        ),
    )
    return bare_playbook(
        warnings=rules,
        parameters={
            "quiet_months": parameter("quiet_months", 2, "months"),
            "aged_years": parameter("aged_years", 60, "count"),
        },
        value=Valuation(60, {"MOBILE_MAIN": Decimal("0.5")}, SOURCE),
    )


@pytest.fixture(scope="module")
def seen(duckdb: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[Seen]]:
    """A book in which lines of one silent month leave more often than those of two or three: the figure is too high."""
    store = Store(tmp_path_factory.mktemp("learning"), duckdb)
    rng = np.random.default_rng(8)
    silent, age = rng.integers(0, 4, LINES), rng.integers(20, 90, LINES)
    revenue = rng.integers(5_000, 20_000, LINES)
    left = rng.random(LINES) < np.array([0.02, 0.6, 0.3, 0.3])[silent]
    rows = [
        Seen(n + 1, n // 2, int(silent[n]), int(age[n]), int(revenue[n]), bool(left[n]), n % CONTACTED == 0)
        for n in range(LINES)
    ]
    lines = [
        {"subscriber_id": row.line, "household_id": row.household, "birth_year": 2025 - row.age}
        for row in rows
    ]
    features = [
        {"subscriber_id": row.line, "silent_months": row.silent, "revenue_3m_fen": row.revenue}
        for row in rows
    ]
    tasks = [{"task_id": f"t{row.line}", "subscriber_id": row.line} for row in rows if row.is_contacted]
    gone = {"service_status": "EXITED", "exit_type": "PORTED_OUT", "exit_date": date(2025, 8, 9)}
    later = [{"subscriber_id": row.line, **(gone if row.left else {})} for row in rows]
    put(store, SUBSCRIBER_MONTH, lines, month=JUNE.number)
    put(store, SUBSCRIBER_MONTH, later, month=AUGUST.number)
    put(store, FEATURE, features, month=JUNE.number)
    put(store, FEATURE, features, month=AUGUST.number)
    put(store, LABEL, [{"subscriber_id": row.line, **WORDS} for row in rows], month=JUNE.number)
    put(
        store,
        PLAN_LINE,
        [{**task, "kind": "quiet", "happens_date": date(2025, 7, 9)} for task in tasks],
        month=JULY,
    )
    put(
        store,
        OUTCOME,
        [{**task, "kind": "quiet", "node_code": "U", "is_contacted": True} for task in tasks],
        month=JULY,
    )
    return store, rows


def test_a_planted_threshold_is_proposed_with_figures_that_count(
    seen: tuple[Store, list[Seen]], playbook: Playbook
) -> None:
    store, rows = seen
    propose(store, playbook, AUGUST)
    [found] = read_proposals(store, AUGUST)
    assert (found.code, found.value_now, found.value_proposed) == ("threshold:quiet_months:1", "2", "1")
    assert (found.file, found.line, found.path) == ("plan.toml", 7, "parameter.quiet_months.value")
    figures = found.evidence.figures
    gone = [row for row in rows if row.left]
    for name, least in (("now", 2), ("proposed", 1)):
        warned = [row for row in rows if row.silent >= least]
        caught = [row for row in warned if row.left]
        assert figures[f"warned_{name}"] == len(warned)
        assert figures[f"caught_{name}"] == len(caught)
        assert figures[f"precision_{name}"] == pytest.approx(len(caught) / len(warned), abs=1e-6)
        assert figures[f"recall_{name}"] == pytest.approx(len(caught) / len(gone), abs=1e-6)
    assert figures["leavers"] == len(gone)
    # A debt is collected from who stays as well: its figure is not asked about.
    assert read_asked(store, AUGUST) == (found,)


def test_a_value_that_breaks_the_playbook_is_not_looked_at(
    seen: tuple[Store, list[Seen]], playbook: Playbook
) -> None:
    store, _ = seen
    asked: list[tuple[str, str, str]] = []

    def is_sound(file: str, path: str, value: str) -> bool:
        asked.append((file, path, value))
        return value != "1"

    propose(store, playbook, AUGUST, is_sound)
    assert asked == [("plan.toml", "parameter.quiet_months.value", value) for value in ("1", "3")]
    assert read_proposals(store, AUGUST) == ()


def test_its_money_in_plain_loops(seen: tuple[Store, list[Seen]], playbook: Playbook) -> None:
    """What the second half of the households says: lines added less as many mean lines of the list."""
    store, rows = seen
    propose(store, playbook, AUGUST)
    [found] = read_proposals(store, AUGUST)
    stakes = read_stakes(store, playbook, AUGUST)
    kept = 6 / 20
    assert stakes.grounds["kept_rate"] is Ground.ASSUMED

    def loss(row: Seen) -> float:
        worth = 4 * 0.5 * row.revenue
        return row.left * worth / (1 - kept if row.is_contacted else 1)

    def is_second(row: Seen) -> bool:
        return sha256(f"{store.hash_key}:learning:H{row.household}".encode()).hexdigest()[:8] >= "80000000"

    half = [row for row in rows if is_second(row)]
    listed = [row for row in half if row.silent >= 2 or row.age >= 60]
    price = sum(loss(row) for row in listed) / len(listed)
    added = [row for row in half if row.silent == 1 and row.age < 60]
    assert found.evidence.effect == pytest.approx(2 * kept * sum(loss(row) - price for row in added))
    assert found.evidence.low is not None
    assert found.evidence.low > 0
    assert found.evidence.figures["confirmed_leavers"] == sum(row.left for row in added)
    assert stakes.mean_value_fen == pytest.approx(_year_of(rows))


def _year_of(rows: list[Seen]) -> float:
    """The margin of a year of the lines that are in service in August, a line."""
    there = [row for row in rows if not row.left]
    return sum(4 * 0.5 * row.revenue for row in there) / len(there)


def test_the_same_again_writes_nothing(seen: tuple[Store, list[Seen]], playbook: Playbook) -> None:
    store, _ = seen
    first = propose(store, playbook, AUGUST)
    assert propose(store, playbook, AUGUST).path == first.path
    assert first.manifest.seal is not None


def test_what_is_accepted_is_one_figure(seen: tuple[Store, list[Seen]], playbook: Playbook) -> None:
    store, _ = seen
    propose(store, playbook, AUGUST)
    [found] = read_proposals(store, AUGUST)
    text = b"""[parameter.quiet_months]
value = 2
unit = "months"
text = {zh = "x", en = "x"}

[parameter.aged_years]
value = 60
"""
    assert accept(text, found) == text.replace(b"value = 2", b"value = 1")
    with pytest.raises(UsageError, match="no longer 2"):
        accept(text.replace(b"value = 2", b"value = 3"), found)
    with pytest.raises(UsageError, match="has no figure"):
        accept(b"[playbook]\n", found)


def test_a_wrong_code_is_said_and_nothing_written(
    seen: tuple[Store, list[Seen]], playbook: Playbook, tmp_path: Path
) -> None:
    store, _ = seen
    propose(store, playbook, AUGUST)
    with pytest.raises(UsageError, match="no proposal"):
        find_proposal(store, AUGUST, "threshold:quiet_months")
    out = tmp_path / "draft.toml"
    found = CliRunner().invoke(
        house, ["--home", str(store.home), "--lang", "en", "learn", "accept", "nothing", "--out", str(out)]
    )
    assert found.exit_code == 2
    assert "there are: threshold:quiet_months:1" in found.output
    assert not out.exists()
