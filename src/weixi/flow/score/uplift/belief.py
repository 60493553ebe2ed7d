"""What to believe of an offer's effect: an assumption that gives way to a trial's evidence as the evidence grows.

A small trial's own figures promise far too much where the best of many offers is picked by them: the pick is the one with
the luckiest noise. The mean of a normal prior and a normal likelihood has no such bias on average over worlds that the
prior describes (Efron & Morris 1973; Senn 2008, “A note concerning a selection paradox of Dawid's”).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.flow.score.uplift.quality import Estimate

WIDTH = 1.0
"""Deviation of the prior, in parts of the assumption: what is assumed may as well be nothing, or twice as much."""


@dataclass(frozen=True, slots=True)
class Belief:
    """The share (of 1) of would-be leavers that an offer keeps: its mean, and how unsure it is (one deviation)."""

    share: float
    deviation: float

    @property
    def is_sure(self) -> bool:
        """Whether it helps with 97.5 %."""
        return self.share > 1.96 * self.deviation


def believed(assumed: float, found: Sequence[Estimate | None], risks: Sequence[float]) -> list[Belief]:
    """What is believed of one offer in each of its groups (warnings), in the groups' order.

    `assumed` is the share kept that the playbook assumes, `found` the effect a trial found on the chance to stay of each
    group (None: too few), `risks` the group's chance to leave without contact. All groups together first move the
    assumption, then each group moves it once more for itself, with a prior as wide.
    """
    wide = max(assumed, 1e-6) * WIDTH
    told = [(each.value / risk, each.se / risk) for each, risk in zip(found, risks, strict=True) if _is_told(each, risk)]
    centre = _posterior(Belief(assumed, wide), told)
    return [
        _posterior(Belief(centre.share, wide), [(each.value / risk, each.se / risk)])
        if each is not None and _is_told(each, risk)
        else Belief(centre.share, (centre.deviation**2 + wide**2) ** 0.5)
        for each, risk in zip(found, risks, strict=True)
    ]


def _is_told(found: Estimate | None, risk: float) -> bool:
    return found is not None and found.se > 0 and risk > 0


def _posterior(prior: Belief, told: Sequence[tuple[float, float]]) -> Belief:
    weights = [1 / prior.deviation**2, *(1 / se**2 for _, se in told)]
    values = [prior.share, *(value for value, _ in told)]
    whole = sum(weights)
    return Belief(sum(w * v for w, v in zip(weights, values, strict=True)) / whole, whole**-0.5)
