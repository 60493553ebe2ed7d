"""The leakage guard: columns that know the end of the story are refused, each with its evidence.

It looks at every row, the later test rows too: all it can do with them is to take columns away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from weixi.flow.extract import LeftOut, leak_named
from weixi.flow.score.churn.frame import Bools, Frame, Ints, Words
from weixi.flow.score.churn.roc import auc_of
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

TOO_GOOD = 0.9
"""AUC of one column alone from which on it is refused. Honest columns of the public sets reach 0.76, leaks 0.94."""
SAME = 0.999
"""AUC from which on a column is the label in other words."""
FILLED = 0.98
"""Share of the rows with a value that left, from which on the column is filled in after leaving."""
SURE = 0.98
"""Share of the rows of one value that left, from which on that value gives the end away …"""
SURE_SHARE = 0.05
"""… where it holds at least this share of all who left."""

_BINS = 20
"""Ranges of equal rows that a number of many values is read in."""
_FEW = 60
"""Up to so many values a number is read value by value."""
_FOLDS = 5
_PRIOR = 10.0
"""Rows of the base rate that a value's own share of leavers is drawn to: a value of one row says nothing."""


class Leak(Term):
    """Why a column is refused."""

    LABEL = "LABEL", "就是离网标识，换了说法", "the label in other words"
    AFTER = "AFTER", "离网之后才有", "happens after the line has left"
    TOO_GOOD = "TOO_GOOD", "单独一列就预测得过准", "predicts too well alone"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One column that is refused: why, its AUC alone (cross-fitted), and the evidence in words."""

    column: str
    leak: Leak
    auc: float
    evidence: Text


@dataclass(frozen=True, slots=True)
class Doubt:
    """One column that is kept though its name says it may know too much; `auc` is that of the column alone."""

    column: str
    left_out: LeftOut
    auc: float


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard says of a table: the columns refused, the strongest first, and those that it doubts."""

    refused: tuple[Refusal, ...]
    doubted: tuple[Doubt, ...]


def guard(frame: Frame, label: Ints, seed: int) -> Guarded:
    """Judge every column of the frame by its values against the label, and by its name."""
    folds = np.random.default_rng([seed, _FOLDS]).permutation(frame.rows) % _FOLDS
    refused: list[Refusal] = []
    doubted: list[Doubt] = []
    for name in frame.names:
        values = _values(frame, name)
        auc = alone(values.codes, len(values.words), label, folds)
        named = leak_named(name)
        found = _judge(name, values, label, auc, named)
        if found is not None:
            refused.append(found)
        elif named is not None:
            doubted.append(Doubt(name, named, auc))
    refused.sort(key=lambda one: (-one.auc, one.column))
    return Guarded(tuple(refused), tuple(doubted))


def alone(codes: Ints, count: int, label: Ints, folds: Ints) -> float:
    """AUC of one column alone: each row's value scored by the share of leavers among the other folds' rows of it."""
    score = np.zeros(len(label))
    for fold in range(_FOLDS):
        inside = folds == fold
        other = ~inside
        rows = np.bincount(codes[other], minlength=count)
        left = np.bincount(codes[other], label[other], minlength=count)
        base = label[other].mean()
        score[inside] = ((left + _PRIOR * base) / (rows + _PRIOR))[codes[inside]] - base
    return auc_of(label, score)


def _values(frame: Frame, name: str) -> Words:
    """The column in a few values: words as they are, numbers in ranges of equal rows, holes apart."""
    if name in frame.words:
        return frame.words[name]
    numbers = frame.numbers[name]
    different = np.unique(numbers[~np.isnan(numbers)])
    if len(different) <= _FEW:
        codes = np.searchsorted(different, numbers)
        names = [f"{value:g}" for value in different]
    else:
        edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, _BINS + 1)[1:-1]))
        codes = np.searchsorted(edges, numbers, side="right")
        names = [f"< {edges[0]:g}", *(f"{a:g} – {b:g}" for a, b in pairwise(edges))]
        names.append(f"≥ {edges[-1]:g}")
    return Words((*names, ""), np.where(np.isnan(numbers), len(names), codes).astype(np.int64))


def _judge(name: str, values: Words, label: Ints, auc: float, named: LeftOut | None) -> Refusal | None:
    """The refusal of one column; None where nothing speaks against it."""
    rows = np.bincount(values.codes, minlength=len(values.words))
    left = np.bincount(values.codes, label, minlength=len(values.words)).astype(np.int64)
    filled = np.array([word != "" for word in values.words])
    after = (
        rows[~filled].sum() > 0
        and left[filled].sum() >= FILLED * rows[filled].sum()
        and left[filled].sum() >= SURE_SHARE * label.sum()
    )
    sure = _sure(rows, left, int(label.sum()))
    if after or named is LeftOut.AFTER_EXIT:
        return Refusal(name, Leak.AFTER, auc, _filled_for(rows, left, filled, auc))
    if auc >= SAME or named is LeftOut.LABEL:
        return Refusal(name, Leak.LABEL, auc, _says(values.words, rows, left, sure, auc))
    if auc >= TOO_GOOD or len(sure):
        return Refusal(name, Leak.TOO_GOOD, auc, _says(values.words, rows, left, sure, auc))
    return None


def _sure(rows: Ints, left: Ints, leavers: int) -> Ints:
    """The values whose rows all but surely left and that hold enough of those who did, the largest first."""
    found = np.flatnonzero((left >= SURE * rows) & (left >= SURE_SHARE * leavers) & (rows > 0))
    return found[np.argsort(-left[found], kind="stable")]


def _filled_for(rows: Ints, left: Ints, filled: Bools, auc: float) -> Text:
    there, gone = int(rows[filled].sum()), int(left[filled].sum())
    empty = int(rows[~filled].sum())
    return Text(
        f"有值的 {there:,} 行中 {gone:,} 行离网，空白 {empty:,} 行中 {int(left[~filled].sum()):,} 行离网；"
        f"单列 AUC {auc:.3f}",
        f"filled in {there:,} rows, of which {gone:,} left; empty in {empty:,}, of which "
        f"{int(left[~filled].sum()):,} left; AUC {auc:.3f} alone",
    )


def _says(words: Sequence[str], rows: Ints, left: Ints, sure: Ints, auc: float) -> Text:
    shown = sure if len(sure) else np.argsort(-left / np.maximum(rows, 1), kind="stable")[:1]
    zh = "；".join(f"“{words[k]}”{rows[k]:,} 行中 {left[k]:,} 行离网" for k in shown[:3])
    en = "; ".join(f"“{words[k]}”: {left[k]:,} of {rows[k]:,} rows left" for k in shown[:3])
    return Text(f"单列 AUC {auc:.3f}；{zh}", f"AUC {auc:.3f} alone; {en}")
