"""One treatment against its control, from the rows to the verdicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.balance import Balance, compare_arms
from weixi.flow.score.uplift.choice import FOLDS, Choice, Step, choose, folds
from weixi.flow.score.uplift.doubly_robust import doubly_robust
from weixi.flow.score.uplift.evaluation import Evaluation, Split, evaluate_uplift, split_trial
from weixi.flow.score.uplift.evidence import DECILES, Effect, Evidence, edges, tenth, together, weigh
from weixi.flow.score.uplift.learner import Learner, Predict
from weixi.flow.score.uplift.propensity import (
    Overlap,
    estimate_propensity,
    overlap,
    require_overlap,
    support_of,
)
from weixi.flow.score.uplift.sample import (
    Flags,
    Index,
    Matrix,
    Names,
    Trial,
    Vector,
    arm_weight,
    require_arms,
)
from weixi.kernel.terms import Term


class Basis(Term):
    """What the propensities rest on, and so what the effects do."""

    RANDOM = "RANDOM", "随机分组", "random arms"
    GIVEN = "GIVEN", "给定的概率", "probabilities that were given"
    ESTIMATED = "ESTIMATED", "估计的概率", "probabilities that were estimated"


@dataclass(frozen=True)
class Sample:
    """The rows of one treatment and its control as they come.

    `propensity` is None where the rows were treated with one probability, or with probabilities that nobody knows.
    `test` marks the rows to be judged alone (None: every row is judged, by cross-validation). `segment` names the
    group that each row is in beside its tenth: a warning, a tariff (None: none).
    """

    features: Matrix
    names: tuple[str, ...]
    treated: Flags
    outcome: Vector
    propensity: Vector | None = None
    test: Flags | None = None
    segment: Names | None = None


@dataclass(frozen=True)
class Study:
    """All that a sample says of its treatment.

    `kept` has the places in the sample of the trial's rows: those with a counterpart in the other arm. `choice` and
    `model` are the learner chosen on all rows learnt from; `cuts` the edges of its tenths, `evidence` what was found
    in each, the highest first, `segments` what was found in each segment. `support` tells who lies where both arms
    are found; None: everybody does.
    """

    basis: Basis
    balance: Balance
    overlap: Overlap | None
    trial: Trial
    kept: Index
    evaluation: Evaluation
    choice: Choice
    model: Predict
    cuts: Vector
    evidence: tuple[Evidence, ...]
    segments: tuple[Evidence, ...]
    support: Callable[[Matrix], Flags] | None

    def is_like(self, features: Matrix) -> Flags:
        """Whether each of these people could have been in either arm, as far as its propensity tells."""
        if self.support is None:
            return np.ones(len(features), dtype=np.bool_)
        return self.support(features)

    def effect_of(self, score: Vector, segment: Names | None = None) -> list[Effect]:
        """What is known of people with these uplifts, in these segments: the verdicts on both their groups.

        Of a segment that nobody of the trial is in nothing is proven, whatever those do who are foretold alike.
        """
        verdicts = [each.effect for each in self.evidence]
        of_tenth = [verdicts[place] for place in tenth(score, self.cuts)]
        if segment is None:
            return of_tenth
        known = {each.name: each.effect for each in self.segments}
        return [
            together(first, known[name]) if name in known else Effect.UNPROVEN
            for first, name in zip(of_tenth, segment, strict=True)
        ]


def study(
    sample: Sample,
    *,
    peers: Sequence[Learner] = (),
    count: int = FOLDS,
    seed: int,
    threads: int,
    clock: Callable[[], float],
    step: Step = lambda: None,
) -> Study:
    """Weigh the sample: are the arms random, can they be compared, which learner, how good, whom it helps and harms.

    Arms that do not look random get estimated propensities: then the effects hold only where all that decided on the
    treatment is among the features. Raises DataError where an arm is too small or the arms cannot be compared.
    """
    require_arms(sample.treated, sample.outcome)
    weight = None if sample.propensity is None else arm_weight(sample.treated, sample.propensity)
    balance = compare_arms(sample.features, sample.names, sample.treated, weight)
    basis, common = Basis.RANDOM, None
    chance = np.full(len(sample.outcome), float(sample.treated.mean()))
    if sample.propensity is not None:
        basis, chance = Basis.GIVEN, sample.propensity
    elif not balance.looks_random:
        basis, chance = Basis.ESTIMATED, estimate_propensity(sample.features, sample.treated, seed=seed)
    kept = np.arange(len(chance))
    if basis is not Basis.RANDOM:
        common = overlap(chance, sample.treated)
        require_overlap(common, sample.treated)
        kept = np.flatnonzero(common.inside) if basis is Basis.ESTIMATED else kept
    trial = Trial(sample.features, sample.names, sample.treated, sample.outcome, chance).take(kept)
    require_arms(trial.treated, trial.outcome)
    test = None if sample.test is None else sample.test[kept]
    if test is None:
        given, learnt = split_trial(trial, count, seed=seed), trial
    else:
        given = [Split(np.flatnonzero(~test), np.flatnonzero(test))]
        learnt = trial.take(given[0].train)
        for part in (learnt, trial.take(given[0].test)):
            require_arms(part.treated, part.outcome)
    evaluation = evaluate_uplift(
        trial, given, peers=peers, seed=seed, threads=threads, clock=clock, step=step
    )
    choice = choose(learnt, seed=seed, threads=threads)
    model = choice.learner.fit(learnt, seed=seed, threads=threads)
    judged = np.sort(np.concatenate(evaluation.tests))
    score, held = evaluation.score[judged], trial.take(judged)
    robust = doubly_robust(held, folds(held, count, seed=seed), seed=seed, threads=threads)
    cuts = edges(score)
    names = [str(k + 1) for k in range(DECILES)]
    evidence = weigh(tenth(score, cuts), names, score, robust, held.treated, held.outcome)
    segments: tuple[Evidence, ...] = ()
    if sample.segment is not None:
        of_segment, place = np.unique(sample.segment[kept][judged].astype(str), return_inverse=True)
        segments = weigh(
            place.astype(np.int64), of_segment.tolist(), score, robust, held.treated, held.outcome
        )
    support = None
    if basis is Basis.ESTIMATED and common is not None:
        support = support_of(sample.features, sample.treated, common)
    return Study(
        basis=basis,
        balance=balance,
        overlap=common,
        trial=trial,
        kept=kept,
        evaluation=evaluation,
        choice=choice,
        model=model,
        cuts=cuts,
        evidence=evidence,
        segments=segments,
        support=support,
    )
