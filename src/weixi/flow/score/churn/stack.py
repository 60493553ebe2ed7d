"""The stack: every member fitted in inner folds, its setting chosen there, the members blended on what they said there.

A row's out-of-fold score comes from the models that never saw it; the blend and its calibration are learnt on those
alone. A new row is scored by the mean of the inner folds' models, so that nothing is fitted twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.churn.alike import Sums, learn_sums
from weixi.flow.score.churn.blend import Blend, chosen_setting, learn_blend, probability_of
from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.flow.score.churn.member import Explained, Fitted, Member
from weixi.flow.score.heavy import sklearn

INNER = 5
"""Inner folds: a row is scored out of fold by models of four fifths of the rows."""

AT_ONCE = 100_000
"""Rows scored at a time: every member makes a matrix of its own of them, which for a million takes a gigabyte."""


@dataclass(frozen=True)
class Part:
    """One member as it stands in a stack: the setting of its path that the inner folds chose, and its models."""

    member: Member
    setting: int
    models: tuple[Fitted, ...]

    def margins(self, frame: Frame) -> Floats:
        """The mean log odds of the inner folds' models."""
        found: Floats = np.mean([model.margin(frame, self.setting) for model in self.models], axis=0)
        return found


@dataclass(frozen=True)
class Stack:
    """A fitted stack. `beside` are the training rows' log odds by members that never saw them, one column a part."""

    sums: Sums
    parts: tuple[Part, ...]
    blend: Blend
    beside: Floats

    @property
    def oof(self) -> Floats:
        """The training rows' probabilities by models that never saw them."""
        return probability_of(self.blend.margins(self.beside))

    def only(self, names: Sequence[str], label: Ints) -> "Stack":
        """The stack of those members alone, blended anew; `label` is that of the training rows."""
        kept = [place for place, part in enumerate(self.parts) if part.member.name in names]
        beside = self.beside[:, kept]
        return Stack(
            self.sums, tuple(self.parts[place] for place in kept), learn_blend(beside, label), beside
        )

    def contributions(self, frame: Frame) -> dict[str, Floats]:
        """What each column adds to each row's log odds, before the blend's curve: SHAP values of the tree members."""
        given = self.sums.beside(frame)
        found = {name: np.zeros(frame.rows) for name in given.names}
        for part, weight in zip(self.parts, self.blend.weights, strict=True):
            models = [model for model in part.models if isinstance(model, Explained)]
            for model in models:
                for name, values in model.contributions(given, part.setting).items():
                    found[name] += weight / len(models) * values
        return found

    def margins(self, frame: Frame) -> Floats:
        """The log odds of leaving of new rows."""
        found = [np.zeros((0, len(self.parts)))]
        for rows in frame.parts(AT_ONCE):
            given = self.sums.beside(rows)
            found.append(np.column_stack([part.margins(given) for part in self.parts]))
        return self.blend.margins(np.concatenate(found))

    def probability(self, frame: Frame) -> Floats:
        """The probability of leaving of new rows."""
        return probability_of(self.margins(frame))


def folds_of(label: Ints, groups: Ints | None, count: int, seed: int) -> list[tuple[Ints, Ints]]:
    """`count` shuffled folds (training rows, test rows), each with the label's shares; a group is never torn apart."""
    blank = np.zeros(len(label))
    if groups is None:
        found = sklearn.model_selection.StratifiedKFold(count, shuffle=True, random_state=seed).split(
            blank, label
        )
    else:
        found = sklearn.model_selection.StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(
            blank, label, groups
        )
    return [(np.asarray(train, np.int64), np.asarray(test, np.int64)) for train, test in found]


def line_folds(label: Ints, lines: Ints, count: int, seed: int) -> list[tuple[Ints, Ints]]:
    """`count` folds of lines seen in several months: a line's rows stay together, leavers are dealt out evenly.

    Lines are shuffled by the seed, those that ever left apart from the others, and dealt out like cards: every fold
    has as many of either, to one. It sorts where `folds_of` weighs one group after the other.
    """
    names, row = np.unique(lines, return_inverse=True)
    left = np.bincount(row, label, len(names)) > 0
    drawn = np.random.default_rng(seed).random(len(names))
    order = np.lexsort((drawn, left))
    fold = np.empty(len(names), np.int64)
    fold[order] = np.arange(len(names)) % count
    of_row = fold[row]
    return [(np.flatnonzero(of_row != place), np.flatnonzero(of_row == place)) for place in range(count)]


def fit_stack(
    frame: Frame,
    label: Ints,
    members: Sequence[Member],
    *,
    seed: int,
    threads: int,
    groups: Ints | None = None,
    lines: Ints | None = None,
    inner: int = INNER,
    progress: Callable[[], None] = lambda: None,
) -> Stack:
    """The stack of these members on these rows; `progress` is told of every fit.

    Rows of one group, or of one line, stay in one inner fold.
    """
    # Apart from the seed of any outer folds: equal seeds would cut both in the same places.
    apart = seed + 1000
    folds = folds_of(label, groups, inner, apart) if lines is None else line_folds(label, lines, inner, apart)
    sums = learn_sums(frame)
    given = sums.beside(frame)
    parts: list[Part] = []
    columns: list[Floats] = []
    for member in members:
        said = np.zeros((frame.rows, len(member.path)))
        models: list[Fitted] = []
        for place, (train, test) in enumerate(folds):
            model = member.fit(given.take(train), label[train], member.path, seed + place, threads)
            said[test] = model.margins(given.take(test))
            models.append(model)
            progress()
        setting = chosen_setting(said, label)
        parts.append(Part(member, setting, tuple(models)))
        columns.append(said[:, setting])
    beside = np.column_stack(columns)
    return Stack(sums, tuple(parts), learn_blend(beside, label), beside)
