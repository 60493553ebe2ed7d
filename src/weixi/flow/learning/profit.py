"""What a score earns: the profit of the campaign that follows its own probabilities, row by row.

Verbraken's campaign (IEEE TKDE 25, 2013), as in the score's EMPC: a contact costs f; a leaver who is contacted stays
with chance γ, is then worth v and costs the offer d; a stayer takes the offer as often as was measured, a, and costs
a·d + f. γ is not known but spread as Beta(α, β). Who is contacted at a γ is who promises a gain by the score's own
probability p, not by the best threshold in hindsight:

    contact  ⇔  p (γ (v − d) − f) > (1 − p)(a d + f)  ⇔  γ > γ*(p) = (p f + (1 − p)(a d + f)) / (p (v − d))

Averaged over γ a row that left brings (v − d) ∫γ − f ∫1 over γ > γ*, one that stayed − (a d + f) ∫1: a proper
scoring rule in money (Buja, Stuetzle & Shen 2005), which sums over rows and so can be paired.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rates:
    """What the profit of a contact depends on beside the line's value: fen, and shares 0–1.

    A leaver who is contacted stays with a chance spread as Beta(`alpha`, `beta`); `taken_rate` is the share of the
    stayers contacted that take the offer.
    """

    offer_cost_fen: float
    contact_cost_fen: float
    taken_rate: float
    alpha: float
    beta: float

    @property
    def kept_rate(self) -> float:
        """The mean chance that a leaver who is contacted stays."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def stayer_cost_fen(self) -> float:
        """What a contact with somebody costs who would have stayed."""
        return self.taken_rate * self.offer_cost_fen + self.contact_cost_fen


@dataclass(frozen=True, eq=False)
class Earned:
    """The profit of every row, fen, and the chance over γ that it is contacted."""

    profit: Floats
    contacted: Floats


def earned(label: Ints, probability: Floats, value_fen: Floats, rates: Rates) -> Earned:
    """What the campaign brings of each row; `value_fen` is what the line is worth if it stays."""
    gain = np.maximum(value_fen - rates.offer_cost_fen, 0.0)
    spent = probability * rates.contact_cost_fen + (1 - probability) * rates.stayer_cost_fen
    reach = probability * gain
    turn = np.where(reach > spent, spent / np.where(reach > 0, reach, 1.0), 1.0)
    a, b = rates.alpha, rates.beta
    mass = 1 - betainc(a, b, turn)
    first = a / (a + b) * (1 - betainc(a + 1, b, turn))
    left = gain * first - rates.contact_cost_fen * mass
    stayed = -rates.stayer_cost_fen * mass
    return Earned(np.where(label == 1, left, stayed), mass)
