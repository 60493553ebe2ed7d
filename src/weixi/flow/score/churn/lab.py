"""The lab: an honest evaluation of our stack on any table, beside the library defaults in the same folds."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.churn.budget import Choice
from weixi.flow.score.churn.frame import Floats, Frame, Ints
from weixi.flow.score.churn.metric import Metrics, measure, over_folds
from weixi.flow.score.churn.peer import Peer
from weixi.flow.score.churn.stack import Stack, fit_stack, folds_of

OURS = "weixi"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the lab evaluates: outer folds, seed, threads of every library, whether equal rows stay in one fold."""

    folds: int = 5
    seed: int = 42
    threads: int = 2
    group_duplicates: bool = False


@dataclass(frozen=True, eq=False)
class Evaluated:
    """One method on every row: its out-of-fold probabilities, its figures by fold, their means, its CPU seconds."""

    name: str
    probability: Floats
    folds: tuple[Metrics, ...]
    mean: Metrics
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class MemberShare:
    """One member of our stack over the outer folds: its mean weight, and the settings of its path that were chosen."""

    name: str
    weight: float
    settings: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Our stack and its peers on one table; `fold` says in which outer fold each row was tested."""

    ours: Evaluated
    peers: Mapping[str, Evaluated]
    members: tuple[MemberShare, ...]
    fold: Ints


def evaluate(
    frame: Frame,
    label: Ints,
    choice: Choice,
    peers: Sequence[Peer],
    settings: Settings,
    progress: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Every method in the same outer folds; nothing of a fold's test rows is seen by what is tested on them.

    `progress` is told the method of every finished fit.
    """
    groups = frame.groups() if settings.group_duplicates else None
    folds = folds_of(label, groups, settings.folds, settings.seed)
    fold = np.zeros(frame.rows, np.int64)
    for place, (_, test) in enumerate(folds):
        fold[test] = place
    stacks: list[Stack] = []

    def ours(train: Ints, test: Ints) -> Floats:
        stack = fit_stack(
            frame.take(train),
            label[train],
            choice.members,
            seed=settings.seed,
            threads=settings.threads,
            groups=None if groups is None else groups[train],
            progress=lambda: progress(OURS),
        )
        stacks.append(stack)
        return stack.probability(frame.take(test))

    def other(peer: Peer) -> Callable[[Ints, Ints], Floats]:
        def run(train: Ints, test: Ints) -> Floats:
            scorer = peer.fit(frame.take(train), label[train], settings.seed, settings.threads)
            said = scorer(frame.take(test))
            progress(peer.name)
            return said

        return run

    own = _over(OURS, folds, label, ours)
    beside = {peer.name: _over(peer.name, folds, label, other(peer)) for peer in peers}
    return Evaluation(own, beside, _shares(stacks), fold)


def _over(
    name: str, folds: Sequence[tuple[Ints, Ints]], label: Ints, run: Callable[[Ints, Ints], Floats]
) -> Evaluated:
    began = time.process_time()
    probability = np.zeros(len(label))
    for train, test in folds:
        probability[test] = run(train, test)
    spent = time.process_time() - began
    found = tuple(measure(label[test], probability[test]) for _, test in folds)
    return Evaluated(name, probability, found, over_folds(found, measure(label, probability)), spent)


def _shares(stacks: Sequence[Stack]) -> tuple[MemberShare, ...]:
    shares = []
    for place, part in enumerate(stacks[0].parts):
        weights = [stack.blend.weights[place] for stack in stacks]
        settings = tuple(part.member.path[stack.parts[place].setting] for stack in stacks)
        shares.append(MemberShare(part.member.name, float(np.mean(weights)), settings))
    return tuple(shares)
