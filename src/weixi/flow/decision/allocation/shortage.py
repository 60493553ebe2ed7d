"""Limits that cannot be kept together: what is short, and the proof."""

from dataclasses import dataclass, replace

import numpy as np

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.certificate import STEPS, both
from weixi.flow.decision.allocation.problem import Floats, Kind, Problem
from weixi.flow.decision.allocation.rows import Rows
from weixi.flow.decision.allocation.search import MOST_HELD, Ground, active, bound_of, search
from weixi.flow.decision.allocation.seek import is_smooth, seek
from weixi.kernel.language import Text

ROUNDS = 40
NEAR = 1e-3
"""How near the least shortage is found where cells are many."""
FORGIVEN = 1e-4
"""What a float may stand above a whole number and still be told as that number."""
PROVED = 1e-6
"""The least overstepping, as a share of the limits' units, that counts as a proof."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """One limit that would have to give way, and by how much, in use units (fen, minutes, contacts, households)."""

    code: str
    name: Text
    kind: Kind
    amount: float

    @property
    def words(self) -> Text:
        """What is short, in natural units."""
        step, _, unit = STEPS[self.kind]
        amount = f"{self.amount / step:,.1f}" if step > 1 else f"{np.ceil(self.amount - FORGIVEN):,.0f}"
        return Text(f"{self.name.zh}：差 {amount} {unit.zh}", f"{self.name.en}: short of {amount} {unit.en}")


@dataclass(frozen=True)
class Infeasible:
    """The limits contradict each other: the least that is short, and the limits that the proof needs.

    `proof` is positive: the sum of all oversteppings, each as a share of its limit's unit, is never below it.
    """

    shortages: tuple[Shortage, ...]
    conflicting: tuple[Text, ...]
    proof: float

    def plain(self) -> dict[str, object]:
        """The contradiction as plain JSON."""
        return {
            "shortages": [
                {"code": one.code, "name": both(one.name), "amount": one.amount, "words": both(one.words)}
                for one in self.shortages
            ],
            "conflicting": [both(name) for name in self.conflicting],
            "proof": self.proof,
        }


def shortage(
    problem: Problem, rows: Rows, sample: HeldRows, scales: Ground, passes: int
) -> Infeasible | None:
    """Phase 1: how little the limits can be overstepped in all, of the sample first, then proved on all rows.

    None where they can all be kept. All rows are read that many times at most.
    """
    plain = problem.worthless()
    penalty: Floats = 1.0 / scales.units
    phase = Ground(scales.units, 1.0, penalty)
    start = [penalty * share for share in (1.0, 0.3, 0.0)]
    if is_smooth(plain):
        heads = rows.heads()
        held = rows.sample(min(1.0, MOST_HELD / max(heads.sum(), 1.0))).expanded(heads)
        found = seek(plain, held, None, phase, start, tolerance=NEAR, rounds=ROUNDS)
        made = rows.respond([plain.prices(found.duals)])[0]
        found = replace(found, bound=bound_of(plain, found.duals, made))
    else:
        found = seek(plain, sample, None, phase, start, tolerance=1e-9, rounds=ROUNDS)
        points = [found.duals, *active(found)]
        found = search(plain, rows.respond, phase, points, tolerance=1e-9, rounds=passes)
    proof = -found.bound
    if proof <= PROVED:
        return None
    over = found.mixture.excess
    short = [
        Shortage(limit.code, limit.name, limit.kind, float(over[j]))
        for j, limit in enumerate(problem.limits)
        if over[j] > PROVED * scales.units[j]
    ]
    conflicting = tuple(
        limit.name for j, limit in enumerate(problem.limits) if found.duals[j] > 1e-6 * penalty[j]
    )
    return Infeasible(tuple(short), conflicting, float(proof))
