"""The SQL and the slow oracle agree on random operators, at every node, in every calibre and for every task."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle.kpi import oracle_kpi, oracle_outcome, oracle_rows
from oracle.random_operator import MARCH, assess_inputs
from weixi.engine import Partition, Store
from weixi.flow.assessment import (
    CALIBRES,
    build_kpi,
    decide_appeal,
    explain_subscribers,
    file_appeal,
    find_calibre,
    recompute,
    restate,
)
from weixi.flow.outcome import OUTCOME
from weixi.playbook import Playbook

NOW = datetime(2025, 4, 9, tzinfo=UTC)
Pairs = dict[tuple[str, str], tuple[int, int]]


def values(store: Store, partition: Partition) -> Pairs:
    rows = store.rows("SELECT calibre, node_code, numerator, denominator FROM kpi", inputs={"kpi": partition})
    return {(row["calibre"], row["node_code"]): (row["numerator"], row["denominator"]) for row in rows}


def differences(ours: Pairs, theirs: Pairs) -> dict[tuple[str, str], object]:
    return {key: (ours[key], theirs.get(key)) for key in ours if ours[key] != theirs.get(key, (0, 0))}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.req("K2", "K3", "K4")
def test_every_kpi_and_every_outcome_agrees(store: Store, home: Path, work_plan: Playbook, seed: int) -> None:
    assess_inputs(store, work_plan, seed, lines=600)
    compared = [
        "task_id",
        "node_code",
        "is_assessed",
        "is_holdout",
        "is_withdrawn",
        "is_handled",
        "is_reached",
        "is_contacted",
        "is_retained",
        "is_verified",
    ]
    rows = store.rows(
        f"SELECT {', '.join(compared)} FROM outcome", inputs={"outcome": store.require(OUTCOME, month=202503)}
    )
    assert {row.pop("task_id"): row for row in rows} == oracle_outcome(home, 202503)

    ours = values(store, build_kpi(store, work_plan, MARCH))
    theirs = oracle_kpi(home, 202503)
    assert differences(ours, theirs) == {}
    assert ours.keys() >= theirs.keys()
    # The random operator is rich enough for a wrong calibre to show.
    assert sum(1 for (_, node), (top, _) in ours.items() if node == "P" and top == 0) <= 2
    assert len({calibre for calibre, _ in ours}) == len(CALIBRES)


@pytest.mark.req("K8", "X11")
def test_without_the_corrected_subscribers_every_kpi_agrees_and_the_sealed_one_stays(
    store: Store, home: Path, work_plan: Playbook
) -> None:
    assess_inputs(store, work_plan, 4, lines=300)
    sealed = values(store, build_kpi(store, work_plan, MARCH))
    assert restate(store, MARCH) is None
    accepted, refused = list(range(1, 80)), list(range(100, 140))
    for chosen, accept in ((accepted, True), (refused, False)):
        filed = file_appeal(store, MARCH, chosen, node_code="A", evidence="ticket", actor="a", now=NOW)
        assert values(store, build_kpi(store, work_plan, MARCH)) == sealed
        entry = int(filed.key["entry"])
        decide_appeal(store, MARCH, entry, accept=accept, why="checked", actor="b", now=NOW)
    corrected = restate(store, MARCH)
    assert corrected is not None
    ours, theirs = values(store, corrected), oracle_kpi(home, 202503, without=frozenset(accepted))
    assert differences(ours, theirs) == {}
    assert ours != sealed
    assert values(store, build_kpi(store, work_plan, MARCH)) == sealed
    assert recompute(store, MARCH, 1) == {}


@pytest.mark.req("X10")
def test_what_a_list_says_of_each_subscriber_is_what_the_oracle_counts_of_him(
    store: Store, home: Path, work_plan: Playbook
) -> None:
    assess_inputs(store, work_plan, 5, lines=300)
    build_kpi(store, work_plan, MARCH)
    counted = oracle_rows(home, 202503)
    for first, second in (
        ("dynamic_retention_rate.existing", "dynamic_retention_rate.rolling"),
        ("churn_rate.gross", "churn_rate.monthly_mean"),
        ("warning_task_completion_rate.verified", "warning_task_completion_rate.handled"),
    ):
        pair = find_calibre(first), find_calibre(second)
        found = explain_subscribers(store, MARCH, *pair)
        assert found.summed == found.difference != 0
        for k, calibre in enumerate(pair, 1):
            ours = {
                row["row_id"]: (row[f"numerator_{k}"], row[f"denominator_{k}"])
                for row in found.listing.table.to_pylist()
                if row[f"numerator_{k}"] or row[f"denominator_{k}"]
            }
            assert ours == counted[calibre.id], calibre.id
