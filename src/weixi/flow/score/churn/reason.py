"""Why a line's score is high: reasons of the playbook that hold, that the model counts, that move the score.

A reason is named where its own condition holds, so that its text is true; where the SHAP values of the columns it
speaks of add to the score; and where the score falls once these columns are as they usually are where it does not hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from weixi.dialect.compose import words
from weixi.dialect.expression import open_test
from weixi.flow.book import SUBSCRIBER_COLUMNS
from weixi.flow.score.churn.frame import Bools, Floats, Frame, Ints, Words
from weixi.flow.score.churn.stack import Stack
from weixi.flow.score.churn.target import NUMBERS, TRENDS, WORDS
from weixi.flow.segment import LABELLED_COLUMNS
from weixi.flow.warning import raised_sql
from weixi.playbook import Playbook

MOST = 3


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """One reason of the playbook as a score gives it: `warning.reason`, when it holds, the columns it speaks of."""

    code: str
    test: str
    columns: tuple[str, ...]


def score_reasons(playbook: Playbook, absent: frozenset[str]) -> tuple[ScoreReason, ...]:
    """The reasons of the playbook's warnings that speak of columns a score reads; `absent` ones are not in the book.

    The same reason in several warnings is one, named by the first. A reason that needs a label is left out.
    """
    found: dict[tuple[str, str], ScoreReason] = {}
    labels = LABELLED_COLUMNS.keys() - SUBSCRIBER_COLUMNS.keys()
    for rule in playbook.warnings:
        for reason in rule.reasons:
            named = words(rule.sql, reason.sql)
            spoken = [name for name in (*NUMBERS, *WORDS) if name in words(reason.sql)]
            if not spoken or named & (labels | absent):
                continue
            trends = [name for name, sources in TRENDS.items() if set(sources) & set(spoken)]
            test = f"({raised_sql(rule)} AND {open_test(reason.sql)})"
            key = (reason.code, reason.sql)
            if key in found:
                found[key] = replace(found[key], test=f"({found[key].test} OR {test})")
            else:
                found[key] = ScoreReason(f"{rule.code}.{reason.code}", test, (*spoken, *trends))
    return tuple(found.values())


def name_reasons(
    stack: Stack, frame: Frame, whole: Floats, reasons: Sequence[ScoreReason], holds: Sequence[Bools]
) -> list[pa.StringArray]:
    """Up to three codes for every row, the one that adds most first: MOST columns of codes, null where there is none.

    `whole` are the stack's own log odds of the rows; `holds` says of every reason for which rows it holds.
    """
    # SHAP values cost far more than scores: they are asked for only where some reason holds.
    asked = np.flatnonzero(np.any(holds, axis=0)) if reasons else np.zeros(0, np.int64)
    if not len(asked):
        return [pa.nulls(frame.rows, pa.string()) for _ in range(MOST)]
    shares = stack.contributions(frame.take(asked))
    added = np.column_stack([np.sum([shares[name] for name in reason.columns], axis=0) for reason in reasons])
    for place, (reason, held) in enumerate(zip(reasons, holds, strict=True)):
        added[~_counted(stack, frame, whole, reason, held, asked, added[:, place]), place] = 0
    order = np.argsort(-added, axis=1, kind="stable")[:, :MOST]
    codes = pa.array([reason.code for reason in reasons], pa.string())
    found = []
    for rank in range(MOST):
        places, is_named = np.zeros(frame.rows, np.int32), np.zeros(frame.rows, dtype=np.bool_)
        if rank < order.shape[1]:
            chosen = order[:, rank]
            places[asked] = chosen
            is_named[asked] = added[np.arange(len(asked)), chosen] > 0
        found.append(codes.take(pa.array(places, mask=~is_named)))
    return found


def _counted(
    stack: Stack,
    frame: Frame,
    whole: Floats,
    reason: ScoreReason,
    held: Bools,
    asked: Ints,
    added: Floats,
) -> Bools:
    """The rows asked (True) in which the reason holds and adds to the score, and the score falls without it."""
    counted: Bools = held[asked] & (added > 0)
    if not counted.any() or held.all():
        return np.zeros(len(asked), dtype=np.bool_)
    rows = asked[counted]
    counted[counted] = stack.margins(usual(frame, reason.columns, rows, ~held)) < whole[rows]
    return counted


def usual(frame: Frame, columns: Sequence[str], rows: Ints, others: Bools) -> Frame:
    """Those rows, with these columns as they usually are among the others: median or most frequent word, holes too."""
    taken = frame.take(rows)
    numbers = dict(taken.numbers)
    spelt = dict(taken.words)
    for name in columns:
        if name in numbers:
            given = frame.numbers[name][others]
            is_empty = np.isnan(given).mean() > 0.5
            numbers[name] = np.full(len(rows), np.nan if is_empty else float(np.nanmedian(given)))
        else:
            column = frame.words[name]
            most = int(np.bincount(column.codes[others], minlength=len(column.words)).argmax())
            spelt[name] = Words(column.words, np.full(len(rows), most, np.int64))
    return Frame(numbers, spelt, len(rows))
