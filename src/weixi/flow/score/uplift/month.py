"""The month's effects: the trial that past plans were, studied once, given to the lines that the month warned of."""

import time
from collections.abc import Sequence

from weixi.engine import Partition, Store
from weixi.flow.score.uplift.people import known_of
from weixi.flow.score.uplift.score import score_uplift, uplift_origin, uplift_table
from weixi.flow.score.uplift.trial import (
    CONTACT,
    ArmEffect,
    NoEffect,
    PlanMonth,
    read_trial,
    study_arms,
    trial_inputs,
)
from weixi.kernel.period import Month
from weixi.playbook import Playbook

SEED = 42
FOLDS = 5
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
    if isinstance(trial, NoEffect):
        arms: tuple[ArmEffect, ...] = (ArmEffect(CONTACT, trial),)
    else:
        codes = [offer.code for offer in playbook.offers]
        arms = study_arms(trial, codes, count=FOLDS, seed=SEED, threads=THREADS, clock=time.process_time)
    return score_uplift(store, playbook, month, trial, arms, seed=SEED, origin=origin)
