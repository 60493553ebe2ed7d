"""What to believe of an offer's effect: an assumption that gives way to a trial's evidence as the evidence grows.

A small trial's own figures promise too much where the best of many offers is picked by them: the luckiest noise is
picked. A posterior mean has no such bias over the worlds that its prior describes (Senn 2008, “A note concerning a
selection paradox of Dawid's”, The American Statistician 62).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

from weixi.flow.score.uplift.quality import Estimate

WIDTH = 0.25
"""Deviation of the prior, in parts of the assumption: two of three lie within a quarter of what is assumed.

Settled on simulated operators among 0.25, 0.5 and 1: a wider prior takes a county's noise for news (ADR 0030).
"""


@dataclass(frozen=True, slots=True)
class Belief:
    """The share (of 1) of would-be leavers that an offer keeps: its mean, and how unsure it is (one deviation)."""

    share: float
    deviation: float


def believed(assumed: float, found: Sequence[Estimate | None], risks: Sequence[float]) -> list[Belief]:
    """What is believed of one offer in each of its groups (warnings), in the groups' order.

    `assumed` is the share kept that the playbook assumes; `found` the effect on the chance to stay that a trial found
    in each group (None: too few); `risks` each group's chance to leave without contact. The offer's own share is normal
    about the assumption, each group's about the offer's, both a quarter of the assumption wide; the exact posterior.
    """
    wide = (max(assumed, 1e-6) * WIDTH) ** 2
    told = [_share(each, risk) for each, risk in zip(found, risks, strict=True)]
    own = [(value, error + wide) for value, error in told if isfinite(error)]
    whole = 1 / wide + sum(1 / error for _, error in own)
    centre = (assumed / wide + sum(value / error for value, error in own)) / whole
    beliefs = []
    for value, error in told:
        # The part that the offer's own share has in the group's: all of it where nothing was found.
        rest = 1 / (1 + wide / error)
        beliefs.append(Belief(rest * centre + (1 - rest) * value, (wide * rest + rest**2 / whole) ** 0.5))
    return beliefs


def _share(found: Estimate | None, risk: float) -> tuple[float, float]:
    """The share kept that was found, and its variance; infinite where nothing was."""
    if found is None or found.se <= 0 or risk <= 0:
        return 0.0, inf
    return found.value / risk, (found.se / risk) ** 2
