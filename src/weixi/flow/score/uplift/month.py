"""The month's effects: the trial that past plans were, studied once, given to the lines that the month warned of."""

import time
from collections.abc import Sequence

from weixi.engine import Partition, Store
from weixi.flow.score.uplift.choice import FOLDS
from weixi.flow.score.uplift.people import known_of
from weixi.flow.score.uplift.score import score_uplift, uplift_origin, uplift_table
from weixi.flow.score.uplift.trial import (
    CONTACT,
    ArmEffect,
    BookTrial,
    NoEffect,
    PlanMonth,
    read_trial,
    study_arms,
    too_weak,
    trial_inputs,
)
from weixi.kernel.period import Month
from weixi.playbook import Playbook

SEED = 42
FALL = 0.5
"""A trial that could not show that half of those who leave were kept is not studied: all would be unproven."""

THREADS = 1
"""One thread: sums in the same order give the same bytes on any machine."""


def build_uplift(store: Store, playbook: Playbook, month: Month, plans: Sequence[PlanMonth]) -> Partition:
    """The effect of contact and of each offer on every line that the month warned of; UNKNOWN where no trial tells.

    Made again from the same plans, book and playbook it is not made again. Raises DataError where the month was not
    run.
    """
    origin = uplift_origin(playbook, month, SEED, trial_inputs(store, plans), known_of(store, month))
    there = store.current(uplift_table(playbook), month=month.number)
    if there is not None and there.manifest.note.get("origin") == origin:
        return there
    trial = read_trial(store, playbook, plans)
    return score_uplift(store, playbook, month, trial, _arms(trial, playbook), seed=SEED, origin=origin)


def _arms(trial: BookTrial | NoEffect, playbook: Playbook) -> tuple[ArmEffect, ...]:
    """What is known of contact and of each offer; of contact alone, that it is not known, where no trial can tell."""
    if isinstance(trial, NoEffect):
        return (ArmEffect(CONTACT, trial),)
    unknown = too_weak(trial, FALL)
    if unknown is not None:
        return (ArmEffect(CONTACT, unknown),)
    codes = [offer.code for offer in playbook.offers]
    return study_arms(trial, codes, count=FOLDS, seed=SEED, threads=THREADS, clock=time.process_time)
