"""Expected months in service beside what the simulated operator's lines did, and its true hazards."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from weixi.demo.walk import MAPPING, operator_for
from weixi.engine import Engine, Store
from weixi.flow.book import IDENTITY, Intake, build_feature, import_extract
from weixi.flow.extract import load_mapping, open_folder
from weixi.flow.score import SURVIVAL, build_value
from weixi.flow.warning import LEVELS, calibration, coverage_by_level
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FIRST, HISTORY, SUBSCRIBERS, SEED = Month.of(2024, 1), 10, 4_000, 11
LAST = FIRST.plus(HISTORY - 1)

Floats = NDArray[np.float64]


class Seen:
    """Each line in service at the end of LAST: its stratum, expected and true months of the next 12, both chances."""

    def __init__(self, home: Path, engine: Engine, playbook: Playbook) -> None:
        operator = operator_for(playbook, SUBSCRIBERS, SEED, FIRST, home / "extract")
        store, mapping = Store(home, engine), load_mapping(MAPPING)
        for _ in range(HISTORY):
            month = operator.month
            operator.advance(month)
            now = datetime(month.end.year, month.end.month, 1, tzinfo=UTC)
            import_extract(store, open_folder(operator.out, mapping, month), Intake(actor="test", now=now))
        for _ in range(12):
            operator.advance(operator.month)
        self.store = store
        build_feature(store, LAST)
        score = build_value(store, playbook, LAST)
        rows = store.rows(
            """SELECT v.subscriber_id, v.stratum, v.expected_months_12_milli, s.leaving_ppm
FROM v JOIN s ON s.stratum = v.stratum""",
            inputs={"v": score, "s": store.require(SURVIVAL, month=LAST.number)},
        )
        names = pa.concat_tables(
            [pq.read_table(p.files, partitioning=None) for p in store.partitions(IDENTITY)]
        )
        keys = dict(zip(names["subscriber_id"].to_pylist(), names["source_key"].to_pylist(), strict=True))
        truth = pq.read_table(operator.truth_folder / f"truth_{LAST.number}.parquet")
        hazards = dict(zip(truth["USER_ID"].to_pylist(), truth["HAZARD"].to_pylist(), strict=True))
        left: dict[str, int] = {}
        for k in range(12):
            path = operator.truth_folder / f"exit_{LAST.plus(k + 1).number}.parquet"
            left |= dict.fromkeys(pq.read_table(path)["USER_ID"].to_pylist(), k)
        self.kind = np.array([row["stratum"].split(":")[0] for row in rows])
        self.phase = np.array([row["stratum"].split(":")[2].split("/")[0] for row in rows])
        self.expected: Floats = np.array([row["expected_months_12_milli"] / 1000 for row in rows])
        self.leaving: Floats = np.array([row["leaving_ppm"] / 1e6 for row in rows])
        own = [keys[row["subscriber_id"]] for row in rows]
        self.months: Floats = np.array([left.get(key, 12) for key in own], dtype=np.float64)
        self.hazard: Floats = np.array([hazards[key] for key in own])


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, duckdb: Engine, work_plan: Playbook) -> Seen:
    return Seen(tmp_path_factory.mktemp("value"), duckdb, work_plan)


def off(expected: Floats, months: Floats) -> float:
    """How far the mean of the true months lies from the expected, in its own standard errors and 0.2 month."""
    return float(abs(months.mean() - expected.mean()) / (months.std() / len(months) ** 0.5 + 0.2 / 3))


@pytest.mark.req("M2")
def test_tenths_by_expected_months_stay_as_long_as_is_said(seen: Seen) -> None:
    tenths = np.array_split(np.argsort(seen.expected, kind="stable"), 10)
    assert max(off(seen.expected[at], seen.months[at]) for at in tenths) < 3
    # The same test refuses who expects the mean of everybody.
    everybody = np.full_like(seen.expected, seen.months.mean())
    assert max(off(everybody[at], seen.months[at]) for at in tenths) > 3


@pytest.mark.req("M2")
def test_all_lines_and_each_kind_stay_as_long_as_is_said_within_three_per_cent(seen: Seen) -> None:
    assert seen.expected.mean() == pytest.approx(seen.months.mean(), rel=0.03)
    for kind in ("MOBILE_MAIN", "BROADBAND"):
        at = seen.kind == kind
        assert seen.expected[at].mean() == pytest.approx(seen.months[at].mean(), rel=0.03), kind


@pytest.mark.parametrize(
    ("phases", "least"),
    [
        (lambda phase: phase == "NONE", 700),
        (lambda phase: np.isin(phase, ["M-1", "M0", "M1", "M2"]), 150),
        (lambda phase: np.isin(phase, [f"M{k}" for k in range(5, 13)]), 600),
    ],
)
def test_the_rates_of_main_cards_are_the_true_hazards(
    seen: Seen, phases: Callable[[NDArray[np.str_]], NDArray[np.bool_]], least: int
) -> None:
    """Of main cards in service the true hazard is nearly all that makes them leave; 15 % of it, or 2.5 errors."""
    at = (seen.kind == "MOBILE_MAIN") & phases(seen.phase)
    true = float(seen.hazard[at].mean())
    assert at.sum() > least
    error = (true / (at.sum() * (HISTORY - 1))) ** 0.5
    assert abs(float(seen.leaving[at].mean()) - true) < 0.15 * true + 2.5 * error


@pytest.mark.req("M8")
def test_the_intervals_of_the_deposits_day_hold_what_they_say(seen: Seen) -> None:
    """Forecasts of 16 to 45 days, where a whole day is little: within 3.5 binomial deviations of the level."""
    for back in (2, 4):
        build_feature(seen.store, LAST.plus(-back))
    found = coverage_by_level(seen.store, LAST)
    shares = {}
    for level in LEVELS:
        far = [band for band in found if band.level == level and band.low_days >= 16]
        count = sum(band.forecast_count for band in far)
        assert count > 300
        shares[level] = sum(band.within_count for band in far) / count
        deviation = 3.5 * (level / 100 * (1 - level / 100) / count) ** 0.5
        assert abs(shares[level] - level / 100) < deviation, shares
    # The test can tell levels apart: what holds half of them is refused as an interval of 80 %.
    assert shares[50] < 0.8 - 3.5 * (0.16 / count) ** 0.5
    # At 80 % the count is that of the interval which the clocks show.
    shown = {(band.low_days, band.within_count) for band in calibration(seen.store, LAST)}
    assert {(band.low_days, band.within_count) for band in found if band.level == 80} == shown
