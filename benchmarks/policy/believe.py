"""Ways to turn what a trial taught into the values that offers are chosen by."""

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.policy.choose import Judged, minutes_of
from benchmarks.policy.learn import Drawn, Learnt, segment_name
from benchmarks.policy.raised import BLUE
from benchmarks.policy.world import Floats, Rows, World
from weixi.flow.score import believed

ASSUMED = {
    "service_call": 0.10,
    "device_economical": 0.30,
    "recontract_key": 0.30,
    "broadband_renewal": 0.25,
    "prepay_bonus": 0.20,
    "tariff_follow": 0.18,
    "airtime": 0.10,
    "useful_service": 0.06,
}
"""The share of would-be leavers that each offer keeps, as the shipped allocation assumes."""
LEAST_LEVEL = {"every level": 0}
"""The level above which an estimate's plans give offers: that of the shipped allocation, where it is not here."""
LEAST_ROWS, LEAST_RISK, USUAL_RISK = 30, 0.004, 0.04
"""Rows under which a warning's own risk is not told, what it is never taken to be under, and what it is then."""


def judged_by(name: str, world: World, drawn: Drawn, learnt: Learnt) -> Judged:
    """The values of the coming rows under one of ESTIMATES; nothing that a trial found harmful may be had."""
    uplift = ESTIMATES[name](world, drawn, learnt)
    rows = world.coming
    cost = np.tile(learnt.taken * world.cost_fen, (len(rows.risk), 1))
    return Judged(
        value=uplift * rows.worth_fen[:, None] - cost,
        cost=cost,
        minutes=minutes_of(world.offers),
        may=rows.fits & ~learnt.harms & (uplift > 0) & (rows.level > LEAST_LEVEL.get(name, BLUE))[:, None],
        risk=learnt.risk,
        worth=rows.worth_fen,
    )


def true_of(world: World) -> Judged:
    """The true values of the coming rows."""
    rows = world.coming
    cost = rows.agreed * world.cost_fen
    value = rows.kept * rows.true_worth_fen[:, None] - cost
    return Judged(value, cost, minutes_of(world.offers), rows.fits, rows.risk, rows.true_worth_fen)


def _raw(world: World, drawn: Drawn, learnt: Learnt) -> Floats:
    """What the learner says of each person, as it is."""
    return learnt.uplift


def _cautious(world: World, drawn: Drawn, learnt: Learnt) -> Floats:
    """What the learner says as far as it is not more than the assumption: while nothing is proven."""
    return np.where(
        world.coming.fits,
        np.minimum(np.maximum(learnt.uplift, 0.0), _assumed(world) * learnt.risk[:, None]),
        0.0,
    )


def _believed(world: World, drawn: Drawn, learnt: Learnt) -> Floats:
    """The assumption as the trial moved it, offer by offer and warning by warning, times each person's risk."""
    return _shares(world, drawn, learnt) * learnt.risk[:, None]


def _shares(world: World, drawn: Drawn, learnt: Learnt) -> Floats:
    """The share of would-be leavers that each offer is believed to keep (n, K)."""
    rows, logged = world.coming, world.logged
    found = {each.name: each.found for each in learnt.segments}
    share = np.zeros(rows.fits.shape)
    for k, offer in enumerate(world.offers):
        fits = rows.fits[:, k]
        groups = [
            (int(kind), bool(blue))
            for kind, blue in {*zip(rows.kind[fits], rows.level[fits] == BLUE, strict=True)}
        ]
        risks = [_risk(logged, drawn, *group) for group in sorted(groups)]
        told = [found.get(segment_name(offer.code, *group)) for group in sorted(groups)]
        for (kind, blue), belief in zip(
            sorted(groups), believed(ASSUMED[offer.code], told, risks), strict=True
        ):
            share[fits & (rows.kind == kind) & ((rows.level == BLUE) == blue), k] = belief.share
    return share


def _risk(logged: Rows, drawn: Drawn, kind: int, is_blue: bool) -> float:
    """The share of those with one warning that left without contact."""
    alone = ~drawn.treated & (logged.kind == kind) & ((logged.level == BLUE) == is_blue)
    if alone.sum() < LEAST_ROWS:
        return USUAL_RISK
    return max(1 - float(drawn.stays[alone].mean()), LEAST_RISK)


def _assumed(world: World) -> Floats:
    return np.array([ASSUMED[offer.code] for offer in world.offers])


ESTIMATES: Mapping[str, Callable[[World, Drawn, Learnt], Floats]] = {
    "believed": _believed,
    "every level": _believed,
    "cautious": _cautious,
    "raw": _raw,
}
"""The estimates by name: what the benchmark prints each plan under."""
