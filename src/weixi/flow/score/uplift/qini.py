"""How well a ranking finds those whom treatment helps: its curve, its Qini, its AUUC, the uplift among the first.

The people are ranked by score, the highest first. At the share φ of them, with the weights of the propensity:

* gain(φ) = Yt ÷ Wt(1) − Yc ÷ Wc × Wt ÷ Wt(1), where Wt and Wc are the weights of the treated and the control among
  the first φ, Yt and Yc the weighted sums of their outcomes: what treating them won, per person treated in all;
* uplift(φ) = Yt ÷ Wt − Yc ÷ Wc, the difference of the two means among the first φ;
* **Qini** = the area under gain(φ) less that under the straight line from 0 to gain(1): 0 for a random order;
* **AUUC** = the area under φ × uplift(φ): half the mean effect for a random order.

Areas are by trapezoids over φ from 0 to 1. People of equal score count together: no order among them is made up.
(Radcliffe 2007, "Using control groups to target on predicted lift", with Qini in units of outcome per person.)
"""

from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.sample import Index, Matrix, Trial, Vector


@dataclass(frozen=True)
class Lines:
    """Rankings against what happened: at each `share` of the people (0 … 1) the `gain` and the `uplift` so far.

    Each is r × m: one row for each resampling, or a single one; m runs over the distinct scores, 0 first.
    """

    share: Matrix
    gain: Matrix
    uplift: Matrix

    @property
    def qini(self) -> Vector:
        """One Qini a row."""
        return _area(self.gain, self.share) - self.gain[:, -1] / 2

    @property
    def auuc(self) -> Vector:
        """One AUUC a row."""
        return _area(self.share * self.uplift, self.share)

    def uplift_at(self, share: float) -> Vector:
        """The uplift among the first `share` of the people, one a row; who is level with the last of them counts."""
        # A float sum may miss the share by its last bit.
        at = np.argmax(self.share >= share - 1e-12, axis=1)
        found: Vector = np.take_along_axis(self.uplift, at[:, None], axis=1)[:, 0]
        return found


@dataclass(frozen=True)
class Ranking:
    """A trial in the order of a score: weights and weighted outcomes of both arms; `ends` closes each run of ties."""

    treated: Vector
    control: Vector
    treated_outcome: Vector
    control_outcome: Vector
    ends: Index

    def lines(self, times: Matrix | None = None) -> Lines:
        """Its lines; with `times` (r × n: how often each row counts, in the ranking's order) those of r resamplings."""
        wt, wc = self._sums(self.treated, times), self._sums(self.control, times)
        yt, yc = self._sums(self.treated_outcome, times), self._sums(self.control_outcome, times)
        mean_treated = np.divide(yt, wt, out=np.zeros_like(yt), where=wt > 0)
        mean_control = np.divide(yc, wc, out=np.zeros_like(yc), where=wc > 0)
        gain = (yt - mean_control * wt) / np.maximum(wt[:, -1:], np.finfo(np.float64).tiny)
        uplift = np.where((wt > 0) & (wc > 0), mean_treated - mean_control, 0.0)
        seen = (self.ends + 1.0)[None, :] if times is None else self._sums(np.ones(len(self.treated)), times)
        share = seen / np.maximum(seen[:, -1:], 1.0)
        return Lines(_from_0(share), _from_0(gain), _from_0(uplift))

    def _sums(self, values: Vector, times: Matrix | None) -> Matrix:
        """Running sums at the ends of the ties."""
        drawn = values[None, :] if times is None else values[None, :] * times
        found: Matrix = np.cumsum(drawn, axis=1)[:, self.ends]
        return found


def rank(score: Vector, trial: Trial) -> Ranking:
    """The trial in the order of the score, the highest first."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    weight, outcome, is_treated = trial.weight[order], trial.outcome[order], trial.treated[order]
    treated, control = np.where(is_treated, weight, 0.0), np.where(is_treated, 0.0, weight)
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    return Ranking(treated, control, treated * outcome, control * outcome, ends)


def qini(score: Vector, trial: Trial) -> float:
    """The Qini of one ranking."""
    return float(rank(score, trial).lines().qini[0])


def _area(heights: Matrix, at: Matrix) -> Vector:
    """The area under each row, by trapezoids."""
    found: Vector = ((heights[:, 1:] + heights[:, :-1]) * np.diff(at, axis=1)).sum(axis=1) / 2
    return found


def _from_0(rows: Matrix) -> Matrix:
    return np.pad(rows, ((0, 0), (1, 0)))
