"""The month's scores: trained on the months whose outcome is known, given to the lines of this one."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.score.churn.blend import probability_of
from weixi.flow.score.churn.budget import Choice, choose_members
from weixi.flow.score.churn.card import Card, versions
from weixi.flow.score.churn.drift import psi_by_column, psi_of_numbers
from weixi.flow.score.churn.frame import Floats
from weixi.flow.score.churn.history import (
    USUAL,
    History,
    Training,
    history_inputs,
    read_history,
    training_months,
)
from weixi.flow.score.churn.metric import calibration, measure
from weixi.flow.score.churn.office import office_of
from weixi.flow.score.churn.prior import with_kept_share
from weixi.flow.score.churn.reason import MOST, name_reasons, score_reasons
from weixi.flow.score.churn.recipe import members_of
from weixi.flow.score.churn.stack import INNER, Stack, fit_stack
from weixi.flow.score.churn.tables import CHURN_SCORE
from weixi.flow.score.churn.target import Observed, observe
from weixi.flow.warning import absent_columns
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Playbook

_SHOWN_DRIFT = 10
"""Columns that a model card lists: those that moved most."""


def build_churn_score(
    store: Store, playbook: Playbook, month: Month, training: Training = USUAL
) -> Partition:
    """The sealed scores of the month (CHURN_SCORE), the model card in their note.

    Made again from the same book, playbook, seed and libraries it is the same to the byte, and then it is not made
    again. Raises DataError where too few lines are known to have left.
    """
    months = training_months(store, month, training)
    used = [store.require(table, month=month.number) for table in (SUBSCRIBER_MONTH, FEATURE)]
    own = tuple(f"{part.name} {part.fingerprint}" for part in used)
    inputs = tuple(dict.fromkeys((*own, *history_inputs(store, months, training))))
    office = office_of(store, month)
    known_versions = versions()
    origin = fingerprint(*inputs, playbook.fingerprint, repr(training), office.recipe, repr(known_versions))
    there = store.current(CHURN_SCORE, month=month.number)
    if there is not None and there.manifest.note.get("origin") == origin:
        return there
    known = read_history(store, months, training)
    choice, stack = _fit(known, training, office.recipe)
    reasons = score_reasons(playbook, absent_columns(used[0], used[1]))
    flags = [(f"holds_{place}", reason.test) for place, reason in enumerate(reasons)]
    now = observe(store, month, training.windows, labelled=False, flags=flags)
    frame = now.frame.without([one.column for one in known.refused])
    whole = stack.margins(frame)
    margins = with_kept_share(whole, known.kept_share)
    able = [place for place, reason in enumerate(reasons) if set(reason.columns) <= set(frame.names)]
    named = name_reasons(
        stack,
        frame,
        whole,
        [reasons[place] for place in able],
        [np.asarray(now.flags.column(f"holds_{place}").to_numpy(), dtype=np.bool_) for place in able],
    )
    card = Card(
        month=str(month),
        months=tuple(str(each) for each in months),
        gap_months=training.windows.gap_months,
        label_months=training.windows.label_months,
        seed=training.seed,
        rows=known.frame.rows,
        leavers=int(known.label.sum()),
        kept_share=known.kept_share,
        figures=measure(known.label, stack.oof),
        calibration=calibration(known.label, stack.oof),
        members=tuple(
            (part.member.name, weight, part.member.path[part.setting])
            for part, weight in zip(stack.parts, stack.blend.weights, strict=True)
        ),
        left_out=choice.left_out,
        refused=tuple(
            (one.column, one.leak.value, one.evidence.zh, one.evidence.en) for one in known.refused
        ),
        recipe=office.recipe,
        appointed=office.appointed.value,
        drift=tuple(psi_by_column(known.frame, frame).items())[:_SHOWN_DRIFT],
        score_drift=psi_of_numbers(
            with_kept_share(stack.blend.margins(stack.beside), known.kept_share), margins
        ),
        versions=known_versions,
        inputs=inputs,
        playbook=playbook.fingerprint,
    )
    return store.put(
        CHURN_SCORE,
        {"month": month.number},
        _batches(now, margins, named),
        origin=origin,
        seal=True,
        note={"origin": origin, "card": card.plain()},
    )


def _fit(known: History, training: Training, recipe: str) -> tuple[Choice, Stack]:
    """The recipe in office on the history's rows, alone: challengers are fitted elsewhere, once a month."""
    choice = choose_members(
        members_of(recipe), known.frame.rows, len(known.frame.names), INNER, training.budget_seconds
    )
    # A line is observed in several months: its rows stay in one fold.
    stack = fit_stack(
        known.frame,
        known.label,
        choice.members,
        seed=training.seed,
        threads=training.threads,
        lines=known.lines,
    )
    return choice, stack


def _batches(now: Observed, margins: Floats, named: list[pa.StringArray]) -> Iterator[pa.RecordBatch]:
    ranks = np.searchsorted(np.sort(margins), margins, side="left")
    probability = probability_of(margins)
    columns = {
        "subscriber_id": pa.array(now.subscriber_ids),
        "score": pa.array((100 * ranks // max(len(margins), 1)).astype(np.int32)),
        "probability_ppm": pa.array(np.round(probability * 1e6).astype(np.int32)),
        **{f"reason_{rank + 1}": named[rank] for rank in range(MOST)},
    }
    yield pa.RecordBatch.from_pydict(columns)
