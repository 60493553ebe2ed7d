"""Who is contacted at every threshold of a score."""

from dataclasses import dataclass

import numpy as np

from weixi.flow.score.churn.frame import Floats, Ints


@dataclass(frozen=True, eq=False)
class Curve:
    """The shares of stayers and of leavers above each threshold, from none to all; equal scores move together."""

    stayers: Floats
    leavers: Floats


def roc(label: Ints, score: Floats) -> Curve:
    """The ROC curve of a score; `label` is 1 for a leaver."""
    order = np.argsort(-score, kind="stable")
    ranked, scores = label[order], score[order]
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    left = np.cumsum(ranked)[last] / ranked.sum()
    stayed = np.cumsum(1 - ranked)[last] / (len(ranked) - ranked.sum())
    return Curve(np.concatenate([[0.0], stayed]), np.concatenate([[0.0], left]))


def auc_of(label: Ints, score: Floats) -> float:
    """AUC: how often a leaver's score is above a stayer's, equal scores counting half; both must be there."""
    values, place = np.unique(score, return_inverse=True)
    left = np.bincount(place, label, len(values))
    stayed = np.bincount(place, minlength=len(values)) - left
    below = np.cumsum(stayed) - stayed
    return float(left @ (below + stayed / 2) / (left.sum() * stayed.sum()))
