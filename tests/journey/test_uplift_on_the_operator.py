"""Uplift on the simulated operator, whose true effects are known: nobody is woken where a trial exists."""

from pathlib import Path

import numpy as np
import pytest

from handmade.operator_trial import operator_trial
from weixi.flow.score.uplift.choice import choose
from weixi.flow.score.uplift.learners import LEARNERS


def test_hardly_anybody_contacted_is_harmed_and_more_stay_than_by_chance(tmp_path: Path) -> None:
    known = operator_trial(60_000, seed=7, held_share=0.3, folder=tmp_path)
    half = np.arange(len(known.effect)) % 2 == 0
    past, coming = known.take(np.flatnonzero(half)), known.take(np.flatnonzero(~half))
    assert past.trial.effect == pytest.approx(past.effect.mean(), abs=0.02)
    choice = choose(past.trial, LEARNERS, count=3, seed=1, threads=1)
    score = choice.learner.fit(past.trial, seed=1, threads=1)(coming.trial.features)
    for share in (0.1, 0.2, 0.5):
        assert coming.harmed(score, share) < 0.02
    assert coming.saved_per_1000(score) > 1.5 * coming.saved_per_1000(np.arange(len(score)) % 97.0)
