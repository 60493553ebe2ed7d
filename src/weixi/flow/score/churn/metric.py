"""How good a score is: order (AUC, PR-AUC, lift), probability (Brier, ECE), money (EMPC)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from weixi.flow.score.churn.frame import Floats, Ints
from weixi.flow.score.churn.profit import expected_maximum_profit
from weixi.flow.score.heavy import sklearn

BINS = 10
"""Equal ranges of probability that the calibration error is read in (Guo et al. 2017)."""
TOP = 0.1
"""The tenth that the top-decile lift is of."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one score on one set of rows.

    `lift10`: leavers among the tenth with the highest scores over leavers among all (前十分位提升度). `brier`: mean
    square of probability less outcome. `ece`: mean distance of probability and share, over ten equal ranges of
    probability, by rows. `emp`: euro per subscriber (EMPC, Verbraken's parameters).
    """

    auc: float
    pr_auc: float
    lift10: float
    brier: float
    ece: float
    emp: float


@dataclass(frozen=True, slots=True)
class Bin:
    """One range of probability: its rows, the mean probability that was said, the share that left."""

    rows: int
    said: float
    came: float


def measure(label: Ints, probability: Floats) -> Metrics:
    """The figures of a probability; `label` is 1 for a leaver; both classes must be there."""
    return Metrics(
        auc=float(sklearn.metrics.roc_auc_score(label, probability)),
        pr_auc=float(sklearn.metrics.average_precision_score(label, probability)),
        lift10=top_lift(label, probability, TOP),
        brier=float(np.mean((probability - label) ** 2)),
        ece=calibration_error(calibration(label, probability)),
        emp=expected_maximum_profit(label, probability).per_subscriber,
    )


def over_folds(found: Sequence[Metrics], pooled: Metrics) -> Metrics:
    """The mean over the folds; the calibration error is that of all rows together, for a fold's is mostly noise."""
    means = {
        item.name: float(np.mean([getattr(one, item.name) for one in found])) for item in fields(Metrics)
    }
    return Metrics(**{**means, "ece": pooled.ece})


def top_lift(label: Ints, score: Floats, share: float) -> float:
    """Leavers among the `share` with the highest scores over leavers among all; ties count in proportion."""
    size = share * len(label)
    edge = np.sort(score)[::-1][max(int(np.ceil(size)) - 1, 0)]
    above, level = score > edge, score == edge
    inside = (size - above.sum()) / level.sum()
    caught = label[above].sum() + inside * label[level].sum()
    return float(caught / size / label.mean())


def calibration(label: Ints, probability: Floats, bins: int = BINS) -> tuple[Bin, ...]:
    """What was said and what came, in equal ranges of probability; ranges without a row are left out."""
    places = np.minimum((probability * bins).astype(np.int64), bins - 1)
    rows = np.bincount(places, minlength=bins)
    said = np.bincount(places, probability, minlength=bins)
    came = np.bincount(places, label, minlength=bins)
    return tuple(
        Bin(int(count), float(s / count), float(c / count))
        for count, s, c in zip(rows, said, came, strict=True)
        if count
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """ECE: Σ rows of a range · |mean probability - share that left|, over all rows."""
    total = sum(one.rows for one in bins)
    return sum(one.rows * abs(one.said - one.came) for one in bins) / total
