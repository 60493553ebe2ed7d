"""Priors put right, by arithmetic."""

import numpy as np
import pytest

from weixi.flow.score.churn.prior import kept_rows, with_kept_share


def logit(rate: float) -> float:
    return float(np.log(rate / (1 - rate)))


def test_a_tenth_of_the_stayers() -> None:
    # 200 leavers among 10,000: 2 %. With every tenth stayer: 200 of 1,180.
    label = np.array([1] * 200 + [0] * 9_800)
    rows, share = kept_rows(label, 1_180, seed=1)
    assert (len(rows), label[rows].sum(), share) == (1_180, 200, 0.1)
    assert (np.diff(rows) > 0).all()
    assert with_kept_share(np.array([logit(200 / 1_180)]), share)[0] == pytest.approx(logit(0.02))


def test_small_tables_are_kept_whole() -> None:
    label = np.array([1, 0, 0, 0])
    rows, share = kept_rows(label, 10, seed=1)
    assert (rows.tolist(), share) == ([0, 1, 2, 3], 1.0)
