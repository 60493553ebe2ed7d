"""Which learner: cross-validated Qini, and the simplest within one standard error of the best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.heavy import sklearn
from weixi.flow.score.uplift.learner import Learner
from weixi.flow.score.uplift.learners import LEARNERS
from weixi.flow.score.uplift.qini import qini
from weixi.flow.score.uplift.sample import Index, Trial, Vector

FOLDS = 5
"""Folds that a trial is judged in."""

CHOICE_FOLDS = 3
"""Folds of the choice: on trials with known effects three chose as well as five, in 60 % of the time."""

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Entrant:
    """One learner's cross-validated Qini: the mean over the folds and its standard error."""

    name: str
    qini: float
    se: float


@dataclass(frozen=True)
class Choice:
    """The learner chosen among `entrants` (the simplest first); `best` is the one with the highest Qini."""

    learner: Learner
    best: str
    entrants: tuple[Entrant, ...]


def folds(trial: Trial, count: int, *, seed: int) -> list[Index]:
    """The rows of each fold, in their order: shuffled, each with its share of both arms and of both outcomes."""
    strata = trial.treated.astype(np.int64)
    if trial.is_binary:
        strata = 2 * strata + trial.outcome.astype(np.int64)
    count = min(count, int(np.bincount(strata, minlength=1)[np.unique(strata)].min()))
    made = sklearn.model_selection.StratifiedKFold(count, shuffle=True, random_state=seed).split(
        strata, strata
    )
    return [rows.astype(np.int64) for _, rows in made]


def rest(trial: Trial, rows: Index) -> Index:
    """The rows of the trial that are not among these."""
    left = np.ones(len(trial), dtype=np.bool_)
    left[rows] = False
    found: Index = np.flatnonzero(left)
    return found


def out_of_fold(
    learner: Learner,
    trial: Trial,
    parts: Sequence[Index],
    *,
    seed: int,
    threads: int,
    step: Step = lambda: None,
) -> Vector:
    """The effect on each row as a model says that never saw it."""
    score = np.empty(len(trial))
    for rows in parts:
        model = learner.fit(trial.take(rest(trial, rows)), seed=seed, threads=threads)
        score[rows] = model(trial.features[rows])
        step()
    return score


def choose(
    trial: Trial,
    learners: Sequence[Learner] = LEARNERS,
    *,
    count: int = CHOICE_FOLDS,
    seed: int,
    threads: int,
    step: Step = lambda: None,
) -> Choice:
    """The simplest learner whose mean Qini is within one standard error of the best one's (Breiman et al. 1984)."""
    parts = folds(trial, count, seed=seed)
    entrants = []
    for learner in learners:
        score = out_of_fold(learner, trial, parts, seed=seed, threads=threads, step=step)
        found = np.array([qini(score[rows], trial.take(rows)) for rows in parts])
        entrants.append(
            Entrant(learner.name, float(found.mean()), float(found.std(ddof=1) / np.sqrt(len(found))))
        )
    return one_standard_error(learners, entrants)


def one_standard_error(learners: Sequence[Learner], entrants: Sequence[Entrant]) -> Choice:
    """The first learner within one standard error of the best; both are in the order of simplicity."""
    best = max(entrants, key=lambda entrant: entrant.qini)
    chosen = next(
        learner
        for learner, entrant in zip(learners, entrants, strict=True)
        if entrant.qini >= best.qini - best.se
    )
    return Choice(chosen, best.name, tuple(entrants))
