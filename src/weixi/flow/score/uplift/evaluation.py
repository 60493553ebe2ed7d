"""An honest comparison: every figure is of people whom the model, and the choice of the model, never saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.choice import CHOICE_FOLDS, Choice, Step, choose, folds, rest
from weixi.flow.score.uplift.learner import Learner, Predict, trees
from weixi.flow.score.uplift.learners import LEARNERS, OUTCOME
from weixi.flow.score.uplift.quality import Curve, Quality, mean_curve, quality
from weixi.flow.score.uplift.sample import Index, Trial, Vector
from weixi.kernel.language import Text

CHOSEN = Text("选中的方法（嵌套交叉验证）", "the chosen one (chosen inside each fold)")


@dataclass(frozen=True, slots=True)
class RiskOnly:
    """What churn scoring does: whoever fares worst untreated comes first, whether treatment helps or not."""

    name: str = "risk"
    text: Text = Text("只看风险", "risk alone")

    def fit(self, trial: Trial, *, seed: int, threads: int) -> Predict:
        """How badly each fares without treatment."""
        off = ~trial.treated
        model = trees(
            trial.features[off],
            trial.outcome[off],
            is_binary=trial.is_binary,
            seed=seed,
            threads=threads,
            **OUTCOME,
        )
        return lambda rows: -model(rows)


@dataclass(frozen=True, slots=True)
class Split:
    """The rows learnt from, and the rows judged on."""

    train: Index
    test: Index


@dataclass(frozen=True)
class Standing:
    """One way to rank the people, and how good it is; `seconds` is its mean time a split, choosing included."""

    name: str
    text: Text
    quality: Quality
    curve: Curve
    seconds: float


@dataclass(frozen=True)
class Evaluation:
    """The learners side by side, the chosen one first.

    `score` is the chosen learner's effect on each row as told by a model that never saw it (NaN: never judged);
    `choices` has what each split chose; `tests` the rows of each.
    """

    standings: tuple[Standing, ...]
    choices: tuple[Choice, ...]
    score: Vector
    tests: tuple[Index, ...]

    @property
    def chosen(self) -> Standing:
        """The procedure as it would be used."""
        return self.standings[0]


def split_trial(trial: Trial, count: int, *, seed: int) -> list[Split]:
    """Cross-validation: each fold is judged once, by models of the others."""
    return [Split(rest(trial, rows), rows) for rows in folds(trial, count, seed=seed)]


def evaluate_uplift(
    trial: Trial,
    given: Sequence[Split],
    *,
    peers: Sequence[Learner] = (),
    inner: int = CHOICE_FOLDS,
    seed: int,
    threads: int,
    clock: Callable[[], float],
    step: Step = lambda: None,
) -> Evaluation:
    """Fit and judge every learner, the peers and the ranking by risk on every split.

    `clock` tells the seconds that are reported (the CPU's, say); `step` is called after each fit on a whole split.
    """
    ways: tuple[Learner, ...] = (*LEARNERS, RiskOnly(), *peers)
    scores = {way.name: np.full(len(trial), np.nan) for way in ways}
    spent = dict.fromkeys(scores, 0.0)
    chosen, choosing, choices = np.full(len(trial), np.nan), 0.0, []
    for split in given:
        train = trial.take(split.train)
        before = clock()
        choice = choose(train, count=inner, seed=seed, threads=threads)
        choosing += clock() - before
        choices.append(choice)
        step()
        for way in ways:
            before = clock()
            scores[way.name][split.test] = way.fit(train, seed=seed, threads=threads)(
                trial.features[split.test]
            )
            taken = clock() - before
            spent[way.name] += taken
            choosing += taken if way.name == choice.learner.name else 0.0
            step()
        chosen[split.test] = scores[choice.learner.name][split.test]
    tests = tuple(split.test for split in given)

    def stand(name: str, text: Text, score: Vector, seconds: float) -> Standing:
        judged, curve = quality(score, trial, tests, seed=seed), mean_curve(score, trial, tests)
        return Standing(name, text, judged, curve, seconds / len(tests))

    standings = [stand("chosen", CHOSEN, chosen, choosing)]
    standings += [stand(way.name, way.text, scores[way.name], spent[way.name]) for way in ways]
    return Evaluation(tuple(standings), tuple(choices), chosen, tests)


def count_steps(split_count: int, peers: Sequence[Learner] = ()) -> int:
    """How often `evaluate_uplift` calls `step` over so many splits."""
    return split_count * (1 + len(LEARNERS) + 1 + len(peers))
