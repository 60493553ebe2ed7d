"""Each assessed KPI beside its target: pro-rated, in counts, with a light, last year and a rank."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from weixi.engine import Partition, Store
from weixi.flow.assessment import KPI, SCORECARD, build_kpi, build_scorecard, read_report
from weixi.flow.cohort import TARGET
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import KpiTarget, Playbook

JUNE = Month.of(2025, 6)
Put = Callable[..., Partition]
GROSS = "churn_rate.gross@1"
EXISTING = "dynamic_retention_rate.existing@1"
VERIFIED = "warning_task_completion_rate.verified@1"
LEVELS = {"P": "PROVINCE", "C": "CITY", "A": "COUNTY", "B": "COUNTY", "A1": "UNIT", "B1": "UNIT"}


@pytest.fixture
def card(
    store: Store, put: Put, tree: None, playbook: Playbook
) -> Callable[..., dict[tuple[str, str], dict[str, Any]]]:
    """Puts KPI values ((calibre, node) → (numerator, denominator)) and gives the scorecard by (KPI, node)."""

    def build(
        values: Mapping[tuple[str, str], tuple[int, int]],
        *,
        month: Month = JUNE,
        kpis: tuple[KpiTarget, ...] | None = None,
        not_computable: Mapping[str, list[str]] | None = None,
    ) -> dict[tuple[str, str], dict[str, Any]]:
        put_values(put, values, month, not_computable)
        plan = playbook if kpis is None else replace(playbook, kpis=kpis)
        written = build_scorecard(store, plan, month)
        found = store.rows(
            "SELECT kpi, node_code, rate, target_rate, gap_count, light, last_year_rate, rank FROM card",
            inputs={"card": written},
        )
        return {(row.pop("kpi"), row.pop("node_code")): row for row in found}

    return build


def put_values(
    put: Put,
    values: Mapping[tuple[str, str], tuple[int, int]],
    month: Month,
    not_computable: Mapping[str, list[str]] | None = None,
) -> None:
    rows = [
        {"calibre": calibre, "node_code": node, "level": LEVELS[node], "numerator": n, "denominator": d}
        for (calibre, node), (n, d) in values.items()
    ]
    note = {"not_computable": dict(not_computable or {}), "base": "2024-12", "unverifiable_tasks": {}}
    put(KPI, rows, month=month.number, note=note)


@pytest.mark.req("K4")
def test_the_ceilings_period_decides_what_is_allowed_so_far(
    card: Callable[..., Any], playbook: Playbook
) -> None:
    quarter = card({(GROSS, "P"): (300, 10_000)})["churn_rate", "P"]
    assert (quarter["target_rate"], quarter["light"]) == (0.15, "GREEN")
    yearly = (replace(playbook.kpi("churn_rate"), period="YEAR"),)
    year = card({(GROSS, "P"): (300, 10_000), (GROSS, "C"): (376, 10_000)}, kpis=yearly)
    assert (year["churn_rate", "P"]["target_rate"], year["churn_rate", "P"]["light"]) == (0.0375, "GREEN")
    assert year["churn_rate", "C"]["light"] == "YELLOW"
    march = card({(GROSS, "P"): (751, 10_000)}, month=Month.of(2025, 3))["churn_rate", "P"]
    assert (march["target_rate"], march["gap_count"], march["light"]) == (0.075, 1, "YELLOW")


@pytest.mark.parametrize(
    ("numerator", "denominator", "light", "gap"),
    [
        (35, 100, "GREEN", 0),
        (36, 100, "GREEN", 0),
        (343, 1000, "YELLOW", 7),  # exactly 98 % of the target
        (342, 1000, "RED", 8),
        (1, 3, "RED", 1),  # 35 % of three is 1.05: two are needed
        (0, 0, "NONE", 0),
    ],
)
@pytest.mark.req("K2")
def test_a_floor_is_met_exactly_or_by_nothing_less(
    card: Callable[..., Any], numerator: int, denominator: int, light: str, gap: int
) -> None:
    row = card({(VERIFIED, "P"): (numerator, denominator)})["warning_task_completion_rate", "P"]
    assert (row["light"], row["gap_count"]) == (light, gap)


@pytest.mark.req("K1")
def test_ranks_follow_the_direction_within_a_level_and_ties_share_the_better_one(
    card: Callable[..., Any], store: Store, put: Put
) -> None:
    values = {
        (GROSS, "P"): (9, 100),
        (GROSS, "A"): (1, 100),
        (GROSS, "B"): (2, 200),
        (GROSS, "A1"): (5, 100),
        (GROSS, "B1"): (2, 100),
        (EXISTING, "A"): (101, 100),
        (EXISTING, "B"): (99, 100),
        (EXISTING, "A1"): (0, 0),
        (EXISTING, "B1"): (1, 2),
    }
    ranks = {key: row["rank"] for key, row in card(values).items() if row["rank"] is not None}
    assert ranks == {
        ("churn_rate", "P"): 1,
        ("churn_rate", "A"): 1,
        ("churn_rate", "B"): 1,
        ("churn_rate", "A1"): 2,
        ("churn_rate", "B1"): 1,
        ("dynamic_retention_rate", "A"): 1,
        ("dynamic_retention_rate", "B"): 2,
        ("dynamic_retention_rate", "B1"): 1,
    }


@pytest.mark.req("K1")
def test_last_years_value_stands_beside_this_years(card: Callable[..., Any], put: Put) -> None:
    put_values(put, {(GROSS, "P"): (4, 100)}, JUNE.plus(-12))
    rows = card({(GROSS, "P"): (3, 100), (GROSS, "A"): (3, 100)})
    assert rows["churn_rate", "P"]["last_year_rate"] == 0.04
    assert rows["churn_rate", "A"]["last_year_rate"] is None


def test_an_issued_count_is_the_nodes_target(card: Callable[..., Any], put: Put) -> None:
    issued = {"kpi": "warning_task_completion_rate", "size": 3, "target_count": 1, "parent_code": "A"}
    for version, count in ((1, 2), (2, 1)):
        rows = [{**issued, "node_code": "A1", "target_count": count}]
        put(TARGET, rows, month=JUNE.number, version=version)
    rows = card({(VERIFIED, "A1"): (1, 3), (VERIFIED, "B1"): (1, 3)})
    mine, other = (rows["warning_task_completion_rate", node] for node in ("A1", "B1"))
    assert (mine["light"], mine["gap_count"], mine["target_rate"]) == ("GREEN", 0, 1 / 3)
    assert (other["light"], other["gap_count"], other["target_rate"]) == ("RED", 1, 0.35)


def test_what_cannot_be_computed_stands_without_a_value(store: Store, card: Callable[..., Any]) -> None:
    rows = card({(GROSS, "P"): (3, 100)}, not_computable={VERIFIED: ["event"]})
    mine = rows["warning_task_completion_rate", "A"]
    assert (mine["rate"], mine["light"], mine["rank"], mine["target_rate"]) == (None, "NONE", None, 0.35)
    assert store.require(SCORECARD, month=JUNE.number).manifest.note["not_computable"] == {
        "warning_task_completion_rate": ["event"]
    }


def test_the_report_reads_back_what_was_written(
    store: Store, operator: Callable[..., None], playbook: Playbook
) -> None:
    january = Month.of(2025, 1)
    operator(
        {1: {}, 2: {"unit_code": "B1"}},
        {january: {1: {}, 2: {"service_status": "EXITED", "unit_code": "B1"}}},
    )
    build_kpi(store, playbook, january)
    build_scorecard(store, playbook, january)
    report = read_report(store, january, OrgLevel.COUNTY)
    assert list(report.nodes) == ["P", "A", "B"]
    assert (report.top, report.months) == ("P", 1)
    assert report.values[GROSS, "B"].rate == Fraction(1)
    assert report.scores["dynamic_retention_rate", "P"].value.rate == Fraction(1, 2)
    assert report.scores["dynamic_retention_rate", "P"].gap_count == 1
    assert report.targets["churn_rate"].to_date == Fraction(Decimal("0.025"))
    assert report.not_computable[VERIFIED] == ("plan (2025-01)",)
