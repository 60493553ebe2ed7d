"""The month's scores: trained on the months whose outcome is known, given to the lines of this one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.score.churn.budget import Choice, choose_members
from weixi.flow.score.churn.card import Card, versions
from weixi.flow.score.churn.catboost import CATBOOST, has_catboost
from weixi.flow.score.churn.champion import FIRST, Contest, contest
from weixi.flow.score.churn.drift import psi_by_column, psi_of_numbers
from weixi.flow.score.churn.frame import Floats, Frame, Ints, joined
from weixi.flow.score.churn.guard import Guarded, guard
from weixi.flow.score.churn.member import MEMBERS, Member
from weixi.flow.score.churn.metric import calibration, measure
from weixi.flow.score.churn.net import NET
from weixi.flow.score.churn.prior import kept_rows, with_kept_share
from weixi.flow.score.churn.reason import MOST, name_reasons, score_reasons
from weixi.flow.score.churn.stack import INNER, Stack, fit_stack
from weixi.flow.score.churn.tables import CHURN_SCORE
from weixi.flow.score.churn.target import Observed, Windows, observe
from weixi.flow.warning import absent_columns
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

_SHOWN_DRIFT = 10


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


def training_months(store: Store, month: Month, training: Training) -> list[Month]:
    """The months whose outcome the book of `month` says and whose features are there, oldest first."""
    latest = training.windows.latest_known(month)
    return [
        each
        for each in latest.back(training.months)
        if store.current(FEATURE, month=each.number)
        and store.current(SUBSCRIBER_MONTH, month=training.windows.known_by(each).number)
    ]


@dataclass(frozen=True, eq=False)
class _Known:
    frame: Frame
    label: Ints
    lines: Ints
    kept_share: float


def build_churn_score(
    store: Store, playbook: Playbook, month: Month, training: Training = Training()
) -> Partition:
    """The sealed scores of the month (CHURN_SCORE), the model card in their note.

    Made again from the same book, playbook, seed and libraries it is the same to the byte, and then it is not made
    again. Raises DataError where too few lines are known to have left.
    """
    months = training_months(store, month, training)
    used = [store.require(table, month=month.number) for table in (SUBSCRIBER_MONTH, FEATURE)]
    for each in months:
        later = training.windows.known_by(each)
        used += [store.require(table, month=each.number) for table in (SUBSCRIBER_MONTH, FEATURE)]
        used.append(store.require(SUBSCRIBER_MONTH, month=later.number))
    inputs = tuple(dict.fromkeys(f"{part.name} {part.fingerprint}" for part in used))
    before = _in_office(store, month)
    known_versions = versions()
    origin = fingerprint(*inputs, playbook.fingerprint, repr(training), before, repr(known_versions))
    there = store.current(CHURN_SCORE, month=month.number)
    if there is not None and there.manifest.note.get("origin") == origin:
        return there
    known, guarded = _known(store, months, training)
    choice, stack, chosen = _fit(known, training, before)
    reasons = score_reasons(playbook, absent_columns(used[0], used[1]))
    flags = [(f"holds_{place}", reason.test) for place, reason in enumerate(reasons)]
    now = observe(store, month, training.windows, labelled=False, flags=flags)
    frame = now.frame.without([one.column for one in guarded.refused])
    margins = with_kept_share(stack.margins(frame), known.kept_share)
    able = [place for place, reason in enumerate(reasons) if set(reason.columns) <= set(frame.names)]
    named = name_reasons(
        stack,
        frame,
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
        refused=tuple((one.column, one.leak.value, one.evidence.zh) for one in guarded.refused),
        contest=chosen,
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


def _in_office(store: Store, month: Month) -> str:
    """The model that the last month's contest chose."""
    last = store.current(CHURN_SCORE, month=month.plus(-1).number)
    return FIRST if last is None else str(last.manifest.note["card"]["contest"]["chosen"])


def _known(store: Store, months: list[Month], training: Training) -> tuple[_Known, Guarded]:
    observed = [observe(store, each, training.windows, labelled=True) for each in months]
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
    guarded = guard(frame, label, training.seed)
    rows, kept_share = kept_rows(label, training.most_rows, training.seed)
    kept = frame.without([one.column for one in guarded.refused]).take(rows)
    return _Known(kept, label[rows], lines[rows], kept_share), guarded


def _fit(known: _Known, training: Training, before: str) -> tuple[Choice, Stack, Contest]:
    every: tuple[Member, ...] = (*MEMBERS, NET, *((CATBOOST,) if has_catboost() else ()))
    choice = choose_members(every, known.frame.rows, len(known.frame.names), INNER, training.budget_seconds)
    # A line is observed in several months: its rows stay in one fold.
    stack = fit_stack(
        known.frame,
        known.label,
        choice.members,
        seed=training.seed,
        threads=training.threads,
        groups=known.lines,
    )
    model, chosen = contest(stack, known.label, before)
    return choice, model, chosen


def _batches(now: Observed, margins: Floats, named: list[list[str | None]]) -> Iterator[pa.RecordBatch]:
    ranks = np.searchsorted(np.sort(margins), margins, side="left")
    probability = 1 / (1 + np.exp(-margins))
    columns = {
        "subscriber_id": pa.array(now.subscriber_ids),
        "score": pa.array((100 * ranks // max(len(margins), 1)).astype(np.int32)),
        "probability_ppm": pa.array(np.round(probability * 1e6).astype(np.int32)),
        **{f"reason_{rank + 1}": pa.array(named[rank], pa.string()) for rank in range(MOST)},
    }
    yield pa.RecordBatch.from_pydict(columns)
