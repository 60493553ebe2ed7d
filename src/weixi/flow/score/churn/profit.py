"""EMPC: the expected maximum profit of a churn score, in money per subscriber (Verbraken et al., IEEE TKDE 2013).

Contact the share η with the highest scores. A leaver who is contacted accepts with probability γ and is then worth CLV
less the offer d and the contact f; one who declines costs f; a stayer takes the offer and costs d + f:
P(t; γ) = CLV · [(γ(1 - δ) - φ) π₀ F₀(t) - (δ + φ) π₁ F₁(t)], with δ = d / CLV, φ = f / CLV, π₀ the share of leavers,
F₀ and F₁ the shares of leavers and stayers contacted. EMPC = ∫ max over t of P(t; γ) h(γ) dγ, h = Beta(α, β).
For every γ the best t is a vertex of the ROC curve's convex hull, so that the integral is a finite sum.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from weixi.flow.score.churn.frame import Floats, Ints
from weixi.flow.score.churn.roc import Curve, roc


@dataclass(frozen=True, slots=True)
class Economy:
    """What a contact costs and saves: Verbraken's telecom parameters, in euro."""

    lifetime_value: float = 200.0
    offer_cost: float = 10.0
    contact_cost: float = 1.0
    alpha: float = 6.0
    beta: float = 14.0


VERBRAKEN = Economy()


@dataclass(frozen=True, slots=True)
class Profit:
    """The expected maximum profit per subscriber (money), and the expected best share to contact (0–1)."""

    per_subscriber: float
    contacted: float


def expected_maximum_profit(label: Ints, score: Floats, economy: Economy = VERBRAKEN) -> Profit:
    """EMPC of a score: higher scores leave. `label` is 1 for a leaver; both classes must be there."""
    share = float(label.mean())
    delta, phi = _ratios(economy)
    vertices = hull(roc(label, score))
    leavers, stayers = vertices.leavers, vertices.stayers
    # From this acceptance on, the next vertex pays more than the one before.
    gained, spent = np.diff(leavers) * share, np.diff(stayers) * (1 - share)
    with np.errstate(divide="ignore"):
        turns = ((delta + phi) * spent / gained + phi) / (1 - delta) if len(gained) else np.zeros(0)
    edges = np.concatenate([[0.0], np.clip(turns, 0, 1), [1.0]])
    a, b = economy.alpha, economy.beta
    mass = np.diff(betainc(a, b, edges))
    first = a / (a + b) * np.diff(betainc(a + 1, b, edges))
    won = share * leavers * ((1 - delta) * first - phi * mass)
    lost = (1 - share) * stayers * (delta + phi) * mass
    contacted = (share * leavers + (1 - share) * stayers) * mass
    return Profit(float(economy.lifetime_value * (won - lost).sum()), float(contacted.sum()))


def profit_curve(label: Ints, score: Floats, economy: Economy = VERBRAKEN) -> tuple[Floats, Floats]:
    """Share contacted and profit per subscriber at the mean acceptance, over every threshold."""
    share = float(label.mean())
    delta, phi = _ratios(economy)
    curve = roc(label, score)
    accepted = economy.alpha / (economy.alpha + economy.beta)
    won = (accepted * (1 - delta) - phi) * share * curve.leavers
    lost = (delta + phi) * (1 - share) * curve.stayers
    contacted = share * curve.leavers + (1 - share) * curve.stayers
    return contacted, economy.lifetime_value * (won - lost)


def _ratios(economy: Economy) -> tuple[float, float]:
    return economy.offer_cost / economy.lifetime_value, economy.contact_cost / economy.lifetime_value


def hull(curve: Curve) -> Curve:
    """The vertices of the curve's upper convex hull, from nobody to everybody."""
    kept: list[tuple[float, float]] = []
    for stayers, leavers in zip(curve.stayers.tolist(), curve.leavers.tolist(), strict=True):
        while len(kept) > 1 and _turns_left(kept[-2], kept[-1], (stayers, leavers)):
            kept.pop()
        kept.append((stayers, leavers))
    points = np.array(kept)
    return Curve(points[:, 0], points[:, 1])


def _turns_left(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) >= 0
