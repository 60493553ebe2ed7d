"""What a line is worth: one row as the batch, what lacks, and the interval of the counts."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pyarrow.parquet as pq
import pytest

from handmade.lives import put_lives
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, build_feature
from weixi.flow.score import SURVIVAL, VALUE_SCORE, build_value
from weixi.flow.score.value.build import score_text
from weixi.flow.score.value.survival import EIGHTY, months_ahead
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FIRST = Month.of(2025, 1)
LAST = FIRST.plus(3)


def test_a_line_alone_scores_as_it_does_among_all(store: Store, work_plan: Playbook) -> None:
    put_lives(store, FIRST, 4, 60)
    scored = pq.read_table(build_value(store, work_plan, LAST).files, partitioning=None).to_pylist()
    survival = store.require(SURVIVAL, month=LAST.number)
    assert work_plan.value is not None
    text = score_text(work_plan, work_plan.value)
    line = pq.read_table(store.require(SUBSCRIBER_MONTH, month=LAST.number).files, partitioning=None)
    feature = pq.read_table(store.require(FEATURE, month=LAST.number).files, partitioning=None)
    assert len(scored) > 20
    for row in scored[::7]:
        for view, rows in (("line", line), ("feature", feature)):
            own = [n == row["subscriber_id"] for n in rows["subscriber_id"].to_pylist()]
            path = store.home / f"{view}.parquet"
            pq.write_table(rows.filter(own), path)
            store.engine.scan(view, [path])
        store.engine.scan("survival", survival.files)
        [alone] = store.engine.arrow(text, {"as_of": LAST.last}).to_pylist()
        assert alone == {name: row[name] for name in VALUE_SCORE.types}


def test_the_same_inputs_are_the_same_partition_and_another_month_changes_it(
    store: Store, put: Callable[..., Partition], work_plan: Playbook
) -> None:
    put_lives(store, FIRST, 4, 60)
    once = build_value(store, work_plan, LAST)
    assert build_value(store, work_plan, LAST).fingerprint == once.fingerprint
    put(SUBSCRIBER_MONTH, [{"subscriber_id": 1, "service_status": "EXITED"}], month=LAST.plus(-1).number)
    assert build_value(store, work_plan, LAST).fingerprint != once.fingerprint


def test_what_lacks_is_said(store: Store, put: Callable[..., Partition], work_plan: Playbook) -> None:
    put(SUBSCRIBER_MONTH, [{"subscriber_id": 1, "bill_fen": 5_000}], month=LAST.number)
    build_feature(store, LAST)
    with pytest.raises(DataError) as fault:
        build_value(store, work_plan, LAST)
    assert fault.value.code == "value.history"
    with pytest.raises(DataError) as fault:
        build_value(store, dataclasses.replace(work_plan, value=None), LAST)
    assert fault.value.code == "value.playbook"


def test_the_interval_of_the_counts_holds_the_truth_as_often_as_it_says() -> None:
    """400 samples of a chain that is known: the 80 % interval holds the true months in 80 % of them, give or take."""
    rng = np.random.default_rng(5)
    leaving = np.array([0.02, 0.06, 0.3])
    going = np.array([[0.9, 0.1, 0.0], [0.3, 0.6, 0.1], [0.5, 0.0, 0.5]])
    counted = np.array([2_000.0, 900.0, 400.0])
    horizons = (12, 60)
    truth = [months for months, _ in months_ahead(leaving, counted, going, counted, horizons)]
    by_hand = np.zeros(3)
    for _ in range(12):
        by_hand = (1 - leaving) * (going @ (1 + by_hand))
    assert truth[0] == pytest.approx(by_hand)
    held = np.zeros((2, 3))
    samples = 400
    for _ in range(samples):
        left = rng.binomial(counted.astype(int), leaving)
        stayed = counted - left
        moved = np.stack([rng.multinomial(int(n), row) for n, row in zip(stayed, going, strict=True)])
        found = months_ahead(left / counted, counted, moved / stayed[:, None], stayed, horizons)
        for k, (months, error) in enumerate(found):
            held[k] += np.abs(months - truth[k]) <= EIGHTY * error
    # Three and a half binomial deviations of 400 samples: 7 points of a hundred.
    assert np.all(np.abs(held / samples - 0.8) < 3.5 * np.sqrt(0.8 * 0.2 / samples))
