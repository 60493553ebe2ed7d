"""What a trial teaches: risk, the uplift of each offer, how often offers are taken; from logged rows alone."""

import time
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from benchmarks.policy.raised import BLUE
from benchmarks.policy.world import Flags, Floats, Rows, Whole, World
from weixi.demo.rates import RISKS
from weixi.flow.score import Effect, Evidence, Sample, Study, study

Names = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Random logging of `rows`: one offer that fits was drawn, and whether it was made, every action alike.

    With c offers that fit, no contact has the probability 1 ÷ (c + 1), like each of them: of the rows that drew an
    offer, c ÷ (c + 1) were contacted.
    """

    offer: Whole
    treated: Flags
    propensity: Floats
    stays: Floats
    agrees: Flags


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is believed of the coming rows: `risk` (n), `uplift` (n, K) of fitting offers (0 elsewhere), `harms` (n, K).

    `taken` (K): the share of contacts that ended in an agreement. `learner`: the one that was chosen.
    """

    risk: Floats
    uplift: Floats
    harms: Flags
    taken: Floats
    learner: str
    segments: tuple[Evidence, ...]


def draw(rows: Rows, seed: int) -> Drawn:
    """Logged months as chance would have them."""
    rng = np.random.default_rng(seed)
    count = rows.fits.sum(axis=1)
    offer = (rng.random(rows.fits.shape) * rows.fits).argmax(axis=1)
    propensity = count / (count + 1.0)
    treated = rng.random(len(count)) < propensity
    at = np.arange(len(count))
    leaves = rows.risk - np.where(treated, rows.kept[at, offer], 0.0)
    agrees = treated & (rng.random(len(count)) < rows.agreed[at, offer])
    return Drawn(offer, treated, propensity, (rng.random(len(count)) >= leaves).astype(np.float64), agrees)


def learn(world: World, drawn: Drawn, *, seed: int, folds: int) -> Learnt:
    """Learn from the logged rows, say it of the coming ones."""
    found = weigh(world, drawn, seed=seed, folds=folds)
    rows, width = world.coming, len(world.offers)
    uplift, harms = np.zeros(rows.fits.shape), np.zeros(rows.fits.shape, dtype=np.bool_)
    for k in range(len(world.offers)):
        fits = rows.fits[:, k]
        if not fits.any():
            continue
        score = found.model(_beside(rows.features[fits], np.full(int(fits.sum()), k), width))
        said = found.effect_of(
            score, _segment(np.full(len(score), k), rows.kind[fits], rows.level[fits], world)
        )
        uplift[fits, k] = score
        harms[fits, k] = [each is Effect.HARMS for each in said]
    made = np.bincount(drawn.offer[drawn.treated], minlength=width)
    taken = np.bincount(drawn.offer[drawn.agrees], minlength=width) / np.maximum(made, 1)
    risk = _risk(world, drawn, seed)
    return Learnt(risk, uplift, harms, taken, found.choice.learner.name, found.segments)


def weigh(world: World, drawn: Drawn, *, seed: int, folds: int) -> Study:
    """One trial over all offers: the offer drawn is a column that both arms have."""
    sample = Sample(
        _beside(world.logged.features, drawn.offer, len(world.offers)),
        (*world.names, *(f"offer={offer.code}" for offer in world.offers)),
        drawn.treated,
        drawn.stays,
        drawn.propensity,
        segment=_segment(drawn.offer, world.logged.kind, world.logged.level, world),
    )
    return study(sample, count=folds, seed=seed, threads=1, clock=time.process_time)


def segment_name(code: str, kind: int, is_blue: bool) -> str:
    """An offer against a warning, the least urgent ones apart, as its evidence is named."""
    return f"{code}:{RISKS[kind]}:BLUE" if is_blue else f"{code}:{RISKS[kind]}"


def _segment(offer: Whole, kind: Whole, level: Whole, world: World) -> Names:
    codes = [each.code for each in world.offers]
    rows = zip(offer, kind, level == BLUE, strict=True)
    return np.array([segment_name(codes[k], q, bool(blue)) for k, q, blue in rows], dtype=object)


def _beside(features: Floats, offer: Whole, width: int) -> Floats:
    return np.column_stack([features, np.eye(width)[offer]])


def _risk(world: World, drawn: Drawn, seed: int) -> Floats:
    """The chance to leave without contact, by boosted trees on those who had none."""
    alone = ~drawn.treated
    settings = {
        "objective": "binary", "learning_rate": 0.05, "num_leaves": 7, "min_data_in_leaf": 50, "seed": seed,
        "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip
    data = lgb.Dataset(world.logged.features[alone], 1 - drawn.stays[alone])
    found: Floats = np.asarray(lgb.train(settings, data, 80).predict(world.coming.features, num_threads=1))
    return found
