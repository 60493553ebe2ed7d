"""A month day by day on a simulated operator, then its own extract: both say the same of the same tasks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from weixi.demo.operator import Operator
from weixi.demo.walk import operator_for
from weixi.engine import Partition, Store, Table, open_engine
from weixi.flow.assessment import KPI
from weixi.flow.book import (
    DAY_EVENT,
    EVENT,
    IDENTITY,
    SUBSCRIBER_MONTH,
    Intake,
    day_key,
    fold_days,
    take_delivery,
)
from weixi.flow.decision import DAY_PLAN, PLAN
from weixi.flow.extract import load_mapping, of_day, open_files, open_folder
from weixi.flow.outcome import DAY_CLOSING, OPEN_TASK, OUTCOME, morning_of
from weixi.flow.run import open_playbook, run_day, run_month
from weixi.flow.warning import DAY_WARNING
from weixi.kernel.period import Month
from weixi.playbook import Playbook

JANUARY = Month.of(2026, 1)
NOW = datetime(2026, 2, 1, tzinfo=UTC)
MORNINGS = [date(2026, 1, day) for day in (3, 7, 10, 11, 15, 19, 23, 27, 30, 31)]
BALANCE = "prepaid_balance_running_out"


@dataclass(frozen=True)
class Daily:
    """January by the day; then by the month."""

    store: Store
    playbook: Playbook
    operator: Operator

    def rows(self, *partitions: Partition | None) -> list[Mapping[str, Any]]:
        return [row for p in partitions if p is not None for row in read(p)]

    def days(self, table: Table) -> list[Mapping[str, Any]]:
        return self.rows(*self.store.partitions(table))

    def closed(self) -> dict[str, Mapping[str, Any]]:
        return {row["task_id"]: row for row in self.days(DAY_CLOSING) if row["state"] == "CLOSED"}

    def withdrawn(self) -> dict[str, Mapping[str, Any]]:
        return {row["task_id"]: row for row in self.days(DAY_CLOSING) if row["state"] == "WITHDRAWN"}

    def outcome(self) -> dict[str, Mapping[str, Any]]:
        found = self.rows(self.store.require(OUTCOME, month=JANUARY.number))
        return {row["task_id"]: row for row in found}

    def tasks(self) -> dict[str, Mapping[str, Any]]:
        plan = self.rows(self.store.require(PLAN, month=JANUARY.number), *self.store.partitions(DAY_PLAN))
        return {row["task_id"]: row for row in plan}


def read(partition: Partition) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = pq.read_table(partition.files, partitioning=None).to_pylist()
    return rows


def take(store: Store, folder: Path, month: Month | None = None) -> None:
    extract = open_folder(folder, load_mapping("simulated"), month)
    take_delivery(store, extract, Intake(actor="test", now=NOW, month=month))


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daily]:
    folder = tmp_path_factory.mktemp("daily")
    playbook = open_playbook()
    home = folder / "home"
    home.mkdir()
    (home / "secret.key").write_text("5e" * 32)
    store = Store(home, open_engine("duckdb", scratch=home / "scratch"))
    operator = operator_for(playbook, 1_200, 5, JANUARY.plus(-4), folder / "extract", folder / "days")
    for k in range(-4, 1):
        operator.advance(JANUARY.plus(k))
    for k in range(-4, 0):
        take(store, operator.out, JANUARY.plus(k))
    run_month(store, playbook, JANUARY.plus(-1), now=NOW, actor="test")
    for k in range(31):
        day = JANUARY.first + timedelta(days=k)
        take(store, folder / "days" / day.isoformat())
        if day in MORNINGS:
            run_day(store, playbook, day)
    take(store, operator.out, JANUARY)
    run_month(store, playbook, JANUARY, now=NOW, actor="test")
    yield Daily(store, playbook, operator)
    store.engine.close()


def told(daily: Daily, folder: str, feed: str) -> list[Mapping[str, Any]]:
    """The rows of one of the operator's own files, with our number of the line."""
    assert daily.operator.daily is not None
    rows = pq.read_table(
        daily.operator.daily / folder / f"{feed}_{folder.replace('-', '')}.parquet"
    ).to_pylist()
    known = {row["source_key"]: row["subscriber_id"] for row in daily.days(IDENTITY)}
    return [{**row, "id": known.get(row["USER_ID"])} for row in rows]


@pytest.mark.req("X1")
def test_a_recharge_yesterday_closes_its_task_today(daily: Daily) -> None:
    """The operator's own files of the tenth and the eleventh against what the morning after the eleventh closed."""
    start = {
        row["subscriber_id"]
        for row in daily.rows(daily.store.require(DAY_CLOSING, **day_key(date(2026, 1, 10))))
    }
    paid: dict[int, int] = {}
    before: dict[int, int] = {}
    for k in range(11):
        day = date(2026, 1, k + 1)
        for row in told(daily, day.isoformat(), "event"):
            if row["EVT_TYPE"] == "01" and row["id"] is not None:
                amount = round(float(row["AMT"]) * 100)
                paid[row["id"]] = paid.get(row["id"], 0) + amount
                if k < 10:
                    before[row["id"]] = before.get(row["id"], 0) + amount
    now = {
        row["subscriber_id"]: row["service_status"]
        for row in daily.rows(daily.store.require(SUBSCRIBER_MONTH, month=202512))
    }
    due = [
        row
        for row in daily.tasks().values()
        if row["kind"] == BALANCE
        and row["window_start_date"] == JANUARY.first
        and row["withdrawn_rule"] is None
    ]
    expected = {
        row["subscriber_id"]
        for row in due
        if paid.get(row["subscriber_id"], 0) >= 5000 > before.get(row["subscriber_id"], 0)
        and now[row["subscriber_id"]] not in ("EXITED", "PROSPECT")
    }
    closings = daily.rows(daily.store.require(DAY_CLOSING, **day_key(date(2026, 1, 11))))
    closed = {
        row["subscriber_id"]
        for row in closings
        if row["kind"] == BALANCE and row["state"] == "CLOSED" and row["task_id"].startswith("202601-")
    }
    silenced = {row["subscriber_id"] for row in daily.withdrawn().values()}
    assert expected
    assert closed == expected - silenced - start


@pytest.mark.req("X1")
@pytest.mark.req("K2")
def test_the_days_closings_are_what_the_month_verifies(daily: Daily) -> None:
    """Tests that events decide: closed by some day, still in service, not withdrawn = verified at the month's end."""
    outcome, closed = daily.outcome(), daily.closed()
    on_events = {t for t, row in closed.items() if row["evidence"] == "EVENT"}
    for task in on_events:
        row = outcome[task]
        assert row["is_verified"] == row["is_retained"] or row["is_withdrawn"], task
    verified = {t for t, row in outcome.items() if row["kind"] == BALANCE and row["is_verified"]}
    late = {t for t, row in daily.tasks().items() if row["window_end_date"] > JANUARY.end}
    assert {t for t in verified if not outcome[t]["is_withdrawn"]} <= closed.keys()
    assert late  # of these the month says only what it knows: their windows go on
    assert len(on_events) > 50


@pytest.mark.req("X2")
def test_an_application_silences_the_household_to_the_kpi(daily: Daily) -> None:
    """From the operator's event, through the day's closing, to the denominator of the completion rate."""
    applied = {
        row["id"]
        for k in range(31)
        for row in told(daily, date(2026, 1, k + 1).isoformat(), "event")
        if row["EVT_TYPE"] == "07"
    }
    tasks, withdrawn, outcome = daily.tasks(), daily.withdrawn(), daily.outcome()
    due = {t for t, row in tasks.items() if row["subscriber_id"] in applied and row["withdrawn_rule"] is None}
    assert due
    assert due <= withdrawn.keys()
    assert {row["withdrawn_rule"] for row in withdrawn.values()} == {"port_out_application"}
    planned = {t for t, row in tasks.items() if row["withdrawn_rule"] is not None}
    assert {t for t, row in outcome.items() if row["is_withdrawn"]} == withdrawn.keys() | planned
    kpi = [
        row
        for row in daily.rows(daily.store.require(KPI, month=JANUARY.number))
        if row["calibre"].startswith("warning_task_completion_rate.verified") and row["level"] == "PROVINCE"
    ]
    counted = [
        row
        for row in outcome.values()
        if row["is_assessed"]
        and not row["is_holdout"]
        and not row["is_withdrawn"]
        and row["missing_column"] is None
    ]
    assert [(row["numerator"], row["denominator"]) for row in kpi] == [
        (sum(row["is_verified"] for row in counted), len(counted))
    ]


@pytest.mark.req("X2")
def test_nobody_silenced_held_out_or_busy_gets_a_second_task(daily: Daily) -> None:
    raised = 0
    for day in MORNINGS:
        key = day_key(day)
        busy = {row["household_key"] for row in daily.rows(daily.store.require(OPEN_TASK, **key))}
        new = daily.rows(daily.store.require(DAY_PLAN, **key))
        assert not busy & {row["household_key"] for row in new}
        assert len({row["household_key"] for row in new}) == len(new)
        assert all(row["window_start_date"] == day + timedelta(days=1) for row in new)
        raised += len(new)
    assert raised > 20


@pytest.mark.req("X2")
def test_a_query_is_warned_of_the_next_morning_with_its_hours(daily: Daily) -> None:
    asked = 0
    for day in MORNINGS:
        queried = {row["id"] for row in told(daily, day.isoformat(), "event") if row["EVT_TYPE"] == "06"}
        lines = {
            row["subscriber_id"]
            for row in daily.rows(daily.store.require(SUBSCRIBER_MONTH, month=202512))
            if row["line_use"] == "COMMERCIAL" and row["service_status"] not in ("EXITED", "PROSPECT")
        }
        found = daily.rows(daily.store.require(DAY_WARNING, **day_key(day)))
        warned = {row["subscriber_id"]: row["kind"] for row in found}
        assert {warned.get(line) for line in queried & lines} <= {"port_out_query"}
        asked += len(queried & lines)
        for task in morning_of(daily.store, daily.playbook, day).urgent:
            assert "4" in task.detail.zh
    assert asked


@pytest.mark.req("X1")
def test_a_repeated_day_and_a_repeated_morning_write_nothing(daily: Daily) -> None:
    day = date(2026, 1, 31)
    before = {p.path for table in (DAY_EVENT, DAY_CLOSING, DAY_PLAN) for p in daily.store.partitions(table)}
    assert daily.operator.daily is not None
    take(daily.store, daily.operator.daily / day.isoformat())
    run_day(daily.store, daily.playbook, day)
    after = {p.path for table in (DAY_EVENT, DAY_CLOSING, DAY_PLAN) for p in daily.store.partitions(table)}
    assert after == before


@pytest.mark.req("X1")
def test_days_folded_into_a_month_are_its_own_events_each_once(daily: Daily, tmp_path: Path) -> None:
    """A store that never gets the month's events, and gets one day twice under another date, folds the same rows."""
    home = tmp_path / "home"
    store = Store(home, daily.store.engine)
    assert daily.operator.daily is not None
    take(store, daily.operator.out, JANUARY.plus(-1))
    for k in range(31):
        take(store, daily.operator.daily / date(2026, 1, k + 1).isoformat())
    late = daily.operator.daily / "2026-01-15" / "event_20260115.parquet"
    again = of_day(open_files([late], load_mapping("simulated")), date(2026, 2, 1))
    take_delivery(store, again, Intake(actor="test", now=NOW))
    (folded,) = fold_days(store, JANUARY)

    def content(partition: Partition, of: Store) -> list[tuple[Any, ...]]:
        keys = {r["subscriber_id"]: r["source_key"] for p in of.partitions(IDENTITY) for r in read(p)}
        return sorted(
            (keys[r["subscriber_id"]], r["event_type"], r["happened_at"], r["amount_fen"] or 0)
            for r in read(partition)
        )

    known = {row["source_key"] for p in store.partitions(IDENTITY) for row in read(p)}
    month = daily.store.require(EVENT, month=JANUARY.number)
    assert content(folded, store) == [row for row in content(month, daily.store) if row[0] in known]
    take(store, daily.operator.out, JANUARY)
    assert fold_days(store, JANUARY) == []
    assert isinstance(store.require(EVENT, month=JANUARY.number).manifest.note["import"], str)


def test_the_simulated_balances_end_where_the_month_ends(daily: Daily) -> None:
    last = {row["id"]: round(float(row["BAL_AMT"]) * 100) for row in told(daily, "2026-01-31", "balance")}
    month = daily.rows(daily.store.require(SUBSCRIBER_MONTH, month=JANUARY.number))
    prepaid = [row for row in month if row["payment_type"] == "PREPAID" and row["subscriber_id"] in last]
    assert len(prepaid) > 500
    wrong = [row for row in prepaid if row["balance_fen"] not in (None, last[row["subscriber_id"]])]
    assert not wrong
