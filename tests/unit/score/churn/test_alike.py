"""Sums of columns named alike."""

import numpy as np

from weixi.flow.score.churn.alike import alike, learn_sums
from weixi.flow.score.churn.frame import Frame


def test_names_that_end_alike() -> None:
    names = ["total_day_charge", "total_eve_charge", "NightCharge", "charge", "day_calls", "eve_calls"]
    assert alike(names) == {"charge": ("total_day_charge", "total_eve_charge", "NightCharge")}


def test_sums_and_holes() -> None:
    rows = 40
    whole = np.arange(rows, dtype=float)
    holes = np.where(whole < 20, np.nan, whole)
    all_holes = np.where(whole < 1, np.nan, whole)
    frame = Frame(
        {"a_fee": all_holes, "b_fee": np.where(whole < 1, np.nan, 1 + whole), "c_fee": holes}, {}, rows
    )
    found = learn_sums(frame).beside(frame).numbers["Σ fee"]
    assert np.isnan(found[0])
    assert found[5] == 5 + 6
    assert found[30] == 30 + 31 + 30


def test_flags_and_differences_are_no_amounts() -> None:
    rng = np.random.default_rng(1)
    columns = {
        "a_fee": rng.random(50),
        "b_fee": rng.normal(size=50),
        "c_fee": rng.integers(0, 2, 50).astype(float),
    }
    assert learn_sums(Frame(columns, {}, 50)).columns == {}
