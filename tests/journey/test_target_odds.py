"""Targets by difficulty on a simulated operator, whose true hazards are known: odds of owners that are equally skilled.

Owners here have no skill: each gets the lines that the test deals him, and a line leaves by its own true hazard.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import sqrt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.demo.walk import operator_for, walk
from weixi.engine import Partition, Store, Trial, open_engine
from weixi.flow.assessment import TARGET_BASIS, Order, Split, issue_targets
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import ASSIGNMENT, COHORT
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.playbook import Playbook

LINES, SEED, START = 2_000, 42, Month.of(2024, 10)
BASE, JANUARY, FEBRUARY = START.plus(2), START.plus(3), START.plus(4)
CHURN = "churn_rate"
# Who is held out, and so who leaves, depends on the operator's secret key.
KEY = "5e" * 32


@pytest.fixture(scope="module")
def walked(
    work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, dict[int, float]]]:
    """The store after one assessed month, and the true hazard of January of every member of the sealed network."""
    folder = tmp_path_factory.mktemp("odds")
    (folder / "home").mkdir()
    (folder / "home" / "secret.key").write_text(KEY)
    store = Store(folder / "home", open_engine("duckdb", scratch=folder / "scratch"))
    operator = operator_for(work_plan, LINES, SEED, START, folder / "extract")
    for _ in walk(store, work_plan, operator, history=3, months=1):
        pass
    truth = pq.read_table(operator.truth_folder / f"truth_{BASE.number}.parquet")
    known = dict(zip(truth["USER_ID"].to_pylist(), truth["HAZARD"].to_pylist(), strict=True))
    keys = {row["subscriber_id"]: row["source_key"] for p in store.partitions(IDENTITY) for row in rows_of(p)}
    network = store.require(COHORT, month=BASE.number, cohort="network")
    yield store, {row["subscriber_id"]: known[keys[row["subscriber_id"]]] for row in rows_of(network)}
    store.engine.close()


def rows_of(partition: Partition) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(partition.files, partitioning=None).to_pylist()
    return found


def unevenness(store: Store, playbook: Playbook, hazards: Mapping[int, float], split: Split) -> float:
    """How far the owners' true expected leavers stand from their share of the ceiling: root mean square, of the share.

    0: everybody's ceiling is the same multiple of what he must expect, so that equal skill has equal odds.
    """
    order = Order(FEBRUARY, split, "t", "t", datetime(2025, 2, 1, tzinfo=UTC))
    sheet = issue_targets(store, playbook, order)
    held = rows_of(store.require(TARGET_BASIS, month=FEBRUARY.number, version=int(sheet.key["version"])))
    weight = {str(row["node_code"]): row["weight"] for row in held if row["kpi"] == CHURN}
    at = {
        row["subscriber_id"]: str(row["node_code"])
        for row in rows_of(store.require(ASSIGNMENT, month=FEBRUARY.number))
    }
    true = dict.fromkeys(weight, 0.0)
    for subscriber, hazard in hazards.items():
        true[at[subscriber]] += hazard
    share = {node: each / sum(weight.values()) * sum(true.values()) for node, each in weight.items()}
    return sqrt(sum((true[n] - share[n]) ** 2 / share[n] for n in share if share[n]) / sum(true.values()))


def deal(trial: Store, members: Sequence[int], owners: Sequence[tuple[str, str]]) -> None:
    """Gives the members in their order to as many owners, in equal shares, from February on."""
    rows = [
        {
            "subscriber_id": each,
            "unit_code": unit,
            "owner_code": owner,
            "node_code": owner,
            "rule": "attachment",
        }
        for place, each in enumerate(members)
        for owner, unit in [owners[place * len(owners) // len(members)]]
    ]
    batches = pa.Table.from_pylist(rows).to_batches()
    trial.put(ASSIGNMENT, {"month": FEBRUARY.number}, batches, origin=repr(owners))


def test_lists_that_differ_in_stage_have_closer_odds_by_difficulty(
    walked: tuple[Store, dict[int, float]], work_plan: Playbook
) -> None:
    store, hazards = walked
    labels = {
        row["subscriber_id"]: (row["stage"], row["band"])
        for row in rows_of(store.require(LABEL, month=BASE.number))
    }
    by_stage = sorted(hazards, key=lambda each: (*labels[each], each))
    held = rows_of(store.require(ASSIGNMENT, month=JANUARY.number))
    owners = sorted({(str(r["owner_code"]), str(r["unit_code"])) for r in held if r["owner_code"]})
    for count in (4, 8):
        with Trial.over(store) as trial:
            deal(trial, by_stage, owners[:count])
            size, difficulty = (unevenness(trial, work_plan, hazards, split) for split in Split)
        assert difficulty < size, count


def test_lists_that_are_alike_are_not_made_uneven(
    walked: tuple[Store, dict[int, float]], work_plan: Playbook
) -> None:
    """The operator's own lists differ in place and in what no label shows: there is nothing to gain, nor to lose."""
    store, hazards = walked
    with Trial.over(store) as trial:
        deal_as_is = rows_of(store.require(ASSIGNMENT, month=JANUARY.number))
        batches = pa.Table.from_pylist([r for r in deal_as_is if r["subscriber_id"] in hazards]).to_batches()
        trial.put(ASSIGNMENT, {"month": FEBRUARY.number}, batches, origin="as it was")
        size, difficulty = (unevenness(trial, work_plan, hazards, split) for split in Split)
    assert difficulty < 1.05 * size
