"""Why a line's score is high: reasons of the playbook that hold, that the model counts, that move the score.

A reason is named where its own condition holds, so that its text is true; where the SHAP values of the columns it
speaks of add to the score; and where the score falls once these columns are as they usually are where it does not hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

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
    stack: Stack, frame: Frame, reasons: Sequence[ScoreReason], holds: Sequence[Bools]
) -> list[list[str | None]]:
    """Up to three codes for every row, the one that adds most first; MOST columns of codes, None where there is none.

    `holds` says of every reason for which rows it holds.
    """
    blank: list[list[str | None]] = [[None] * frame.rows for _ in range(MOST)]
    if not reasons or not frame.rows:
        return blank
    # SHAP values cost far more than scores: they are asked for only where some reason holds.
    asked = np.flatnonzero(np.any(holds, axis=0))
    if not len(asked):
        return blank
    shares = {name: np.zeros(frame.rows) for name in frame.names}
    for name, values in stack.contributions(frame.take(asked)).items():
        shares.setdefault(name, np.zeros(frame.rows))[asked] = values
    whole = stack.margins(frame)
    added = np.zeros((frame.rows, len(reasons)))
    for place, (reason, held) in enumerate(zip(reasons, holds, strict=True)):
        added[:, place] = _counted(stack, frame, reason, held, shares, whole)
    order = np.argsort(-added, axis=1, kind="stable")[:, :MOST]
    codes = np.array([reason.code for reason in reasons], dtype=object)
    for rank in range(order.shape[1]):
        chosen = order[:, rank]
        counts = added[np.arange(frame.rows), chosen] > 0
        named = codes[chosen]
        named[~counts] = None
        blank[rank] = named.tolist()
    return blank


def _counted(
    stack: Stack, frame: Frame, reason: ScoreReason, held: Bools, shares: Mapping[str, Floats], whole: Floats
) -> Floats:
    """What the reason adds to each row's log odds; 0 where it does not hold or does not raise the score."""
    added: Floats = np.sum([shares[name] for name in reason.columns], axis=0)
    rows = np.flatnonzero(held & (added > 0))
    counted = np.zeros(frame.rows)
    if len(rows) and not held.all():
        without = stack.margins(usual(frame, reason.columns, rows, ~held))
        rows = rows[without < whole[rows]]
        counted[rows] = added[rows]
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
