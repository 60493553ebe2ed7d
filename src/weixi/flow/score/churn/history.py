"""What a model of the month may learn from: the lines of earlier months, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.score.churn.frame import Frame, Ints, joined
from weixi.flow.score.churn.guard import Refusal, guard
from weixi.flow.score.churn.prior import kept_rows
from weixi.flow.score.churn.target import Draw, Windows, count_known, observe
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Training:
    """How the month's model is trained: windows, months observed, rows at most, seed, threads, CPU seconds."""

    windows: Windows = Windows()
    months: int = 6
    most_rows: int = 60_000
    least_leavers: int = 200
    seed: int = 42
    threads: int = 2
    budget_seconds: float | None = None


_SPARE = 4
"""Rows of the book's months, in rows learnt from, above which a part of them is drawn before it is read."""

USUAL = Training()
"""How a month's model is trained unless somebody says otherwise."""


@dataclass(frozen=True, eq=False)
class History:
    """The rows to learn from: a line in a month. `label` is 1 for a leaver, `lines` the line of each row.

    `kept_share` is the part of the stayers that was kept, over that of the leavers; `months` are those observed,
    `refused` the columns that the guard took away, `inputs` the fingerprints of the partitions that were read.
    """

    months: tuple[Month, ...]
    frame: Frame
    label: Ints
    lines: Ints
    kept_share: float
    refused: tuple[Refusal, ...]
    inputs: tuple[str, ...]


def training_months(store: Store, month: Month, training: Training) -> list[Month]:
    """The months whose outcome the book of `month` says and whose features are there, oldest first."""
    return [
        each for each in known_months(store, month, training) if store.current(FEATURE, month=each.number)
    ]


def known_months(store: Store, month: Month, training: Training) -> list[Month]:
    """The months to learn from that the book has and whose outcome the book of `month` says, oldest first."""
    windows = training.windows
    return [
        each
        for each in windows.latest_known(month).back(training.months)
        if store.current(SUBSCRIBER_MONTH, month=each.number)
        and store.current(SUBSCRIBER_MONTH, month=windows.known_by(each).number)
    ]


def history_inputs(store: Store, months: Sequence[Month], training: Training) -> tuple[str, ...]:
    """The partitions that the history of these months is read from, each with its fingerprint."""
    used: list[Partition] = []
    for each in months:
        later = training.windows.known_by(each)
        used += [store.require(table, month=each.number) for table in (SUBSCRIBER_MONTH, FEATURE)]
        used.append(store.require(SUBSCRIBER_MONTH, month=later.number))
    return tuple(dict.fromkeys(f"{part.name} {part.fingerprint}" for part in used))


def read_history(store: Store, months: Sequence[Month], training: Training) -> History:
    """The rows of these months. Raises DataError where too few lines are known to have left."""
    draw = _draw(store, months, training)
    observed = [observe(store, each, training.windows, labelled=True, draw=draw) for each in months]
    label = np.concatenate(
        [one.label for one in observed if one.label is not None] or [np.zeros(0, np.int64)]
    )
    if label.sum() < training.least_leavers:
        raise DataError(
            "score.history",
            Text(
                f"已知结果的月份里只有 {int(label.sum()):,} 个离网用户，至少要 {training.least_leavers:,} 个",
                f"{int(label.sum()):,} lines are known to have left; {training.least_leavers:,} are needed",
            ),
            Text("继续导入后面的月份，再运行", "import later months, then run again"),
        )
    frame = joined([one.frame for one in observed])
    lines = np.concatenate([one.subscriber_ids for one in observed])
    refused = guard(frame, label, training.seed).refused
    rows, kept_share = kept_rows(label, training.most_rows, training.seed)
    if draw is not None:
        kept_share *= draw.stayers / draw.leavers
    return History(
        tuple(months),
        frame.without([one.column for one in refused]).take(rows),
        label[rows],
        lines[rows],
        kept_share,
        refused,
        history_inputs(store, months, training),
    )


def _draw(store: Store, months: Sequence[Month], training: Training) -> Draw | None:
    """The part of the lines that is read where there are far more than are learnt from; None: all of them.

    A million lines over six months would be gigabytes. Leavers fill half the rows at most, stayers all of them; what
    is too much is then left to `kept_rows`, which draws to the row.
    """
    there = sum(store.require(SUBSCRIBER_MONTH, month=each.number).manifest.rows for each in months)
    if there <= _SPARE * training.most_rows:
        return None
    known = [count_known(store, each, training.windows) for each in months]
    left, stayed = (sum(counts) for counts in zip(*known, strict=True))
    if left < training.least_leavers:
        return None
    leavers = max(training.most_rows // 2, training.least_leavers)
    return Draw(min(1.0, leavers / left), min(1.0, training.most_rows / max(stayed, 1)), training.seed)
