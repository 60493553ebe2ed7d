"""Targets issued by a person: by size, by difficulty, in versions, tried out, signed for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

import pytest

from handmade.tables import Row
from weixi.engine import Partition, Store
from weixi.flow.assessment import (
    SCORECARD,
    TARGET_BASIS,
    TARGET_CELL,
    TARGET_ENTRY,
    Order,
    Sheet,
    SheetRow,
    Split,
    acknowledge,
    assess,
    issue_targets,
    observed_months,
    read_sheet,
    sheet_versions,
    target_entries,
    what_if,
)
from weixi.flow.cohort import TARGET, build_target, check_tree
from weixi.flow.decision import PLAN
from weixi.flow.segment import LABEL
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.period import Month
from weixi.kernel.terms import Light
from weixi.playbook import Playbook

DECEMBER, JANUARY, FEBRUARY = Month.of(2024, 12), Month.of(2025, 1), Month.of(2025, 2)
NOW = datetime(2025, 2, 1, 8, tzinfo=UTC)
RETENTION, CHURN = "dynamic_retention_rate", "churn_rate"
GONE = {"service_status": "EXITED", "exit_type": "CANCELLED", "bill_fen": 0}
LINES = 200
"""Line n: odd with owner A1X, even with A1Y. Lines 1 to 100 are EXPIRING, of which A1X has 80."""


def owner(n: int) -> str:
    return "A1X" if n <= 80 or n > 180 else "A1Y"


def order(month: Month = FEBRUARY, split: Split = Split.DIFFICULTY, **given: Any) -> Order:
    return Order(**{"month": month, "split": split, "reason": "年初下达", "actor": "王", "now": NOW, **given})


@pytest.fixture
def issued(
    store: Store,
    operator: Callable[..., None],
    put: Callable[..., Partition],
    playbook: Playbook,
) -> Playbook:
    """December and January, in which 20 of the 100 expiring lines leave and 2 of the 100 stable ones; two KPIs."""
    base = {n: {"owner_code": owner(n), "bill_fen": 9000} for n in range(1, LINES + 1)}
    left = [*range(1, 101, 5), 120, 190]
    january = {n: {**row, **(GONE if n in left else {})} for n, row in base.items()}
    operator(base, {JANUARY: january})
    put(LABEL, [label(n) for n in base], month=DECEMBER.number)
    plan = replace(playbook, kpis=playbook.kpis[1:])
    build_target(store, plan, JANUARY)
    assess(store, plan, JANUARY)
    return plan


def label(n: int) -> Row:
    stage = "EXPIRING" if n <= 100 else "STABLE"
    words = {"grade": "REGULAR", "cluster": "GENERAL", "category": "PERSONAL"}
    return {"subscriber_id": n, "band": "B80", "stage": stage, **words}


def rows_of(sheet: Sheet, kpi: str) -> Mapping[str, SheetRow]:
    return {row.node_code: row for row in sheet.rows if row.kpi == kpi}


def counts(sheet: Sheet, kpi: str) -> dict[str, int]:
    return {
        code: row.target_count for code, row in rows_of(sheet, kpi).items() if code in ("A1X", "A1Y", "P")
    }


def test_the_months_observed_reach_back_to_date_0() -> None:
    assert observed_months(JANUARY) == (Month.of(2024, 11), DECEMBER)
    assert observed_months(FEBRUARY) == (DECEMBER, JANUARY)
    assert observed_months(Month.of(2025, 9)) == (DECEMBER, Month.of(2025, 8))


@pytest.mark.req("P12")
def test_a_ceiling_by_difficulty_follows_what_lines_of_a_kind_did(store: Store, issued: Playbook) -> None:
    by_size = issue_targets(store, issued, order(split=Split.SIZE))
    assert counts(read_sheet(store, FEBRUARY), CHURN) == {"P": 10, "A1X": 5, "A1Y": 5}
    issue_targets(store, issued, order())
    sheet = read_sheet(store, FEBRUARY)
    cells = store.rows(
        "SELECT second_trait, observed_count, event_count, chance_ppm FROM cell WHERE kpi = $kpi ORDER BY second_trait",
        inputs={"cell": store.require(TARGET_CELL, month=FEBRUARY.number, version=3)},
        parameters={"kpi": CHURN},
    )
    # 22 of 200 leave, which is not rare: 20 observations at 11 % beside the 100 of each kind.
    expected = {"": 110_000, "EXPIRING": 185_000, "STABLE": 35_000}
    assert {row["second_trait"]: row["chance_ppm"] for row in cells} == expected
    # A1X: 80 expiring and 20 stable lines, 15.5 leavers expected; A1Y 20 and 80, 6.5.
    churn = rows_of(sheet, CHURN)
    assert (churn["A1X"].weight, churn["A1Y"].weight) == (15_500, 6_500)
    assert counts(sheet, CHURN) == {"P": 10, "A1X": 7, "A1Y": 3}
    assert sheet.gaps == ()
    assert sheet.checked == sum(row.children_count is not None for row in sheet.rows) > 0
    assert by_size.key["version"] == 2


def test_owners_of_equal_skill_have_closer_odds_by_difficulty(store: Store, issued: Playbook) -> None:
    """The lines' true chances of leaving are known here: 20 % and 2 %, whoever looks after them."""
    odds = {}
    for split in Split:
        issue_targets(store, issued, order(split=split, totals={CHURN: 22}))
        ceiling = counts(read_sheet(store, FEBRUARY), CHURN)
        odds[split] = [at_most(ceiling["A1X"], 80, 20), at_most(ceiling["A1Y"], 20, 80)]
    gap = {split: abs(one - other) for split, (one, other) in odds.items()}
    assert gap[Split.SIZE] > 0.8
    assert gap[Split.DIFFICULTY] < 0.2


def at_most(ceiling: int, expiring: int, stable: int) -> float:
    """The exact chance that no more than `ceiling` of those lines leave."""

    def binomial(n: int, p: Fraction) -> list[Fraction]:
        return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]

    hard, easy = binomial(expiring, Fraction(1, 5)), binomial(stable, Fraction(1, 50))
    return float(sum(h * e for i, h in enumerate(hard) for j, e in enumerate(easy) if i + j <= ceiling))


def test_a_run_leaves_what_was_issued_and_the_scorecard_uses_it(store: Store, issued: Playbook) -> None:
    sheet = issue_targets(store, issued, order(JANUARY, Split.SIZE, rates={RETENTION: Decimal("0.5")}))
    card = store.require(SCORECARD, month=JANUARY.number)
    assert card.manifest.note["target_version"] == 2
    lights = store.rows(
        "SELECT light FROM card WHERE kpi = $kpi AND node_code = 'P'",
        inputs={"card": card},
        parameters={"kpi": RETENTION},
    )
    assert lights == [{"light": "GREEN"}]
    build_target(store, issued, JANUARY)
    assess(store, issued, JANUARY)
    assert store.require(SCORECARD, month=JANUARY.number).fingerprint == card.fingerprint
    assert store.require(TARGET, month=JANUARY.number, version=2).fingerprint == sheet.fingerprint
    first, second = sheet_versions(store, JANUARY)
    assert (first.version, first.reason, first.splits) == (1, "", {})
    assert (second.actor, second.reason, second.rates[RETENTION]) == ("王", "年初下达", "0.5")
    assert second.given == (RETENTION,)
    assert second.seal is not None


@pytest.mark.req("P12")
def test_a_version_is_acknowledged_once_and_a_revision_again(store: Store, issued: Playbook) -> None:
    issue_targets(store, issued, order(split=Split.SIZE))
    acknowledge(store, FEBRUARY, 2, "A", actor="李", now=NOW, remark="同意")
    with pytest.raises(UsageError, match=r"target\.acknowledged"):
        acknowledge(store, FEBRUARY, 2, "A", actor="赵", now=NOW)
    with pytest.raises(UsageError, match=r"org\.no_node"):
        acknowledge(store, FEBRUARY, 2, "Z", actor="李", now=NOW)
    issue_targets(store, issued, order())
    assert read_sheet(store, FEBRUARY).version.acknowledged == {}
    assert read_sheet(store, FEBRUARY, 2).version.acknowledged["A"].actor == "李"
    acknowledge(store, FEBRUARY, 3, "A", actor="李", now=NOW)
    said = [(e.action.value, e.version, e.node_code) for e in target_entries(store, FEBRUARY)]
    assert said == [("ISSUED", 2, ""), ("ACKNOWLEDGED", 2, "A"), ("ISSUED", 3, ""), ("ACKNOWLEDGED", 3, "A")]


def test_trying_out_writes_nothing(store: Store, issued: Playbook) -> None:
    before = [
        p.fingerprint
        for t in (TARGET, TARGET_BASIS, TARGET_CELL, TARGET_ENTRY, SCORECARD)
        for p in store.history(t)
    ]
    seals = (store.home / "seals.jsonl").read_text()
    found = what_if(store, issued, order(JANUARY, Split.SIZE, totals={CHURN: 30}))
    after = [
        p.fingerprint
        for t in (TARGET, TARGET_BASIS, TARGET_CELL, TARGET_ENTRY, SCORECARD)
        for p in store.history(t)
    ]
    assert (before, seals) == (after, (store.home / "seals.jsonl").read_text())
    top = next(each for each in found.changes if each.kpi == CHURN and each.node_code == "P")
    assert (found.version, found.compared, found.valued) == (2, 1, JANUARY)
    assert (top.old_count, top.new_count) == (5, 30)
    assert (top.old_light, top.new_light) == (Light.RED, Light.GREEN)
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "target.no_reason"),
        ({"reason": "见 13012345678"}, "target.personal"),
        ({"totals": {CHURN: 201}}, "target.total"),
        ({"rates": {"revenue_retention_rate": Decimal(1)}}, "target.kpi"),
        ({"month": JANUARY}, "target.no_history"),
        ({"month": Month.of(2026, 3)}, "target.no_base"),
    ],
)
def test_what_cannot_be_issued_is_said(
    store: Store, issued: Playbook, given: dict[str, Any], code: str
) -> None:
    with pytest.raises((UsageError, DataError)) as caught:
        issue_targets(store, issued, order(**given))
    assert caught.value.code == code
    assert [p.key["version"] for p in store.partitions(TARGET)] == [1]


def test_missing_history_names_the_months_and_size_needs_none(store: Store, issued: Playbook) -> None:
    with pytest.raises(DataError, match="2024-11") as caught:
        issue_targets(store, issued, order(JANUARY))
    assert "--split churn_rate=size" in caught.value.remedy.zh
    assert issue_targets(store, issued, order(JANUARY, Split.SIZE)).key["version"] == 2


def test_nothing_observed_is_no_difficulty(
    store: Store,
    issued: Playbook,
    put: Callable[..., Partition],
    outcome: Callable[..., None],
    playbook: Playbook,
) -> None:
    task = {
        "household_key": "H", "line_count": 1, "kind": "run_out", "task_type": "BALANCE", "level": "RED",
        "happens_date": NOW.date(), "task_date": NOW.date(), "window_start_date": NOW.date(),
        "window_end_date": NOW.date(), "unit_code": "A1", "owner_code": "A1X", "node_code": "A1X",
        "is_assessed": True, "subscriber_id": 2,
    }  # fmt: skip
    for month in (JANUARY, FEBRUARY):
        put(PLAN, [{**task, "task_id": f"{month}-{k}"} for k in (1, 2, 3)], month=month.number)
    outcome(JANUARY, {f"{JANUARY}-1": {"is_verified": False}, f"{JANUARY}-2": {"is_verified": False}})
    with pytest.raises(DataError, match=r"target\.no_events"):
        issue_targets(store, playbook, order())
    completion = "warning_task_completion_rate"
    issue_targets(store, playbook, order(splits={completion: Split.SIZE}))
    assert rows_of(read_sheet(store, FEBRUARY), completion)["A1X"].target_count == 2  # 35 % of 3, rounded up
    outcome(JANUARY, {f"{JANUARY}-1": {}, f"{JANUARY}-2": {"is_verified": False}})
    issue_targets(store, playbook, order())
    found = rows_of(read_sheet(store, FEBRUARY), completion)["A1X"]
    assert (found.weight, found.target_count) == (1500, 2)


@pytest.mark.req("P10")
def test_every_line_of_the_book_counts_at_one_node(store: Store, issued: Playbook) -> None:
    found = check_tree(store, JANUARY)
    assert (found.line_count, found.assigned_count) == (LINES, LINES)
    assert (found.orphan_count, found.duplicate_count) == (0, 0)
