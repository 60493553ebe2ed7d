"""The operator's own trial: tasks that were contacted against those held out, and the offers that were made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.engine import Partition, Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.score.uplift.drawn import draw_arms, draw_trial
from weixi.flow.score.uplift.encoding import Encoding, encode_columns
from weixi.flow.score.uplift.evidence import Effect
from weixi.flow.score.uplift.people import ASKED, planned
from weixi.flow.score.uplift.power import Need, hold_out_needs, smallest_effect
from weixi.flow.score.uplift.sample import FEWEST_OF_AN_ARM, Flags, Matrix, Names, Vector
from weixi.flow.score.uplift.study import Sample, Study, study
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

CONTACT = "contact"
"""The arm of every contact, whatever was offered."""

# No window of a task reaches further beyond its month.
_MONTHS_AFTER = 2


@dataclass(frozen=True, slots=True)
class PlanMonth:
    """The sealed plan of one month and the lines that its tasks list."""

    month: Month
    plan: Partition
    lines: Partition


@dataclass(frozen=True)
class BookTrial:
    """One row a household: its first task of the plans, contacted or held out, with what was known beforehand.

    `offer` is the offer planned ('' for none and for the held out), `kind` the warning; `held_share` the probability to
    be held out, above 0 in every row; `retained` is 1 where the leading line stayed to the window's end.
    """

    encoding: Encoding
    features: Matrix
    offer: tuple[str, ...]
    kind: Names
    held: Flags
    held_share: Vector
    retained: Vector
    origin: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.retained)


@dataclass(frozen=True, slots=True)
class NoEffect:
    """Why nothing is said of an arm's effect, and the hold-out that would tell: `effect` is UNKNOWN, `text` the words.

    `base` is the share that stays uncontacted, as far as it is known.
    """

    why: Text
    treated_count: int
    control_count: int
    base: float
    needs: tuple[Need, ...]
    effect: Effect = Effect.UNKNOWN

    @property
    def text(self) -> Text:
        """Risk only, effect unknown; why, and how large a hold-out would have to be."""
        said = Text(f"{self.effect.text.zh}：{self.why.zh}", f"{self.effect.text.en}: {self.why.en}")
        if not self.needs:
            return said
        least = min(self.needs, key=lambda each: each.treated_count + each.control_count)
        fall = f"{least.effect / (1 - self.base):.0%}"
        return Text(
            f"{said.zh}。可设留白组：要看出离网减少 {fall}，按 {least.share:.0%} 留白，"
            f"需联系 {least.treated_count:,} 户、留白 {least.control_count:,} 户",
            f"{said.en}. A hold-out would tell: to show {fall} fewer leavers with {least.share:.0%} held out takes "
            f"{least.treated_count:,} contacted and {least.control_count:,} held out",
        )


@dataclass(frozen=True)
class ArmEffect:
    """What is known of one arm against the hold-out: `code` is CONTACT or an offer's code."""

    code: str
    found: Study | NoEffect


def read_trial(store: Store, playbook: Playbook, plans: Sequence[PlanMonth]) -> BookTrial | NoEffect:
    """The trial that these plans were, under the playbook that made them; NoEffect where nobody was held out.

    Contact is what was planned, done or not: what agents left undone would otherwise choose who counts as treated.
    Tasks withdrawn when planned, and those of households that are never held out, are in neither arm. A household
    counts once, with its first task: it is held out in every month or in none. Raises DataError where the book
    lacks a month of a plan.
    """
    parts = []
    for each in sorted(plans, key=lambda plan: plan.month.number):
        later = _later(store, each.month)
        if later is not None:
            parts.append(planned(store, playbook, each.month, each.plan, each.lines, later))
    if not parts:
        return NoEffect(
            Text("还没有窗口已结束的计划", "no plan has its windows behind it yet"), 0, 0, float("nan"), ()
        )
    rows = pa.concat_tables(parts)
    _, first = np.unique(rows["household_key"].to_numpy(zero_copy_only=False).astype(str), return_index=True)
    rows = rows.take(pa.array(np.sort(first)))
    retained = _flags(rows["is_retained"]).astype(np.float64)
    held_share = rows["held_share"].to_numpy(zero_copy_only=False)
    could = held_share > 0
    if not could.any():
        nobody = Text("方案没有留白组", "the playbook holds nobody out")
        return _unknown(nobody, retained, np.ones(len(retained), dtype=np.bool_))
    rows, held_share, retained = rows.filter(pa.array(could)), held_share[could], retained[could]
    encoding = encode_columns(rows, ASKED)
    return BookTrial(
        encoding,
        encoding.matrix(rows),
        tuple(pc.fill_null(rows["offer_code"], "").to_pylist()),
        rows["kind"].to_numpy(zero_copy_only=False),
        _flags(rows["is_holdout"]),
        held_share,
        retained,
        trial_inputs(store, plans),
    )


def trial_inputs(store: Store, plans: Sequence[PlanMonth]) -> tuple[str, ...]:
    """The names of the partitions that `read_trial` reads of these plans and of what came of them, plan by plan."""
    found: list[str] = []
    for each in sorted(plans, key=lambda plan: plan.month.number):
        later = _later(store, each.month)
        if later is not None:
            found += [each.plan.name, each.lines.name, later.name]
    return tuple(found)


def too_weak(trial: BookTrial, fall: float) -> NoEffect | None:
    """Why the trial could not even show that `fall` (0–1) of those who leave were kept by contact; None where it could.

    Two arms as large as these, level and power as `smallest_effect` has them.
    """
    treated, control = int((~trial.held).sum()), int(trial.held.sum())
    if min(treated, control) < FEWEST_OF_AN_ARM:
        return None
    base = float(trial.retained[trial.held].mean())
    if smallest_effect(base, treated, control) <= fall * (1 - base):
        return None
    why = Text(
        f"联系 {treated:,} 户、留白 {control:,} 户，不联系时离网 {1 - base:.1%}：连离网减少 {fall:.0%} 也看不出来",
        f"with {treated:,} contacted and {control:,} held out, {1 - base:.1%} of whom left, not even {fall:.0%} fewer "
        "leavers would show",
    )
    return _unknown(why, trial.retained, ~trial.held)


def study_arms(
    trial: BookTrial,
    codes: Sequence[str],
    *,
    count: int,
    seed: int,
    threads: int,
    clock: Callable[[], float],
) -> tuple[ArmEffect, ...]:
    """What is known of contact as such, and of each of these offers, against the hold-out.

    The hold-out draws lots over contact, so its propensities are known. Which offer somebody gets follows from what is
    known of him: an offer's propensities are estimated, and only people whom chance could have given it count. Of large
    trials a part is studied (`drawn`).
    """
    offer = np.array(trial.offer, dtype=object)
    found = []
    for code in (CONTACT, *codes):
        treated = ~trial.held if code == CONTACT else ~trial.held & (offer == code)
        why = _refusal(treated, trial.held, trial.retained)
        if why is not None:
            among = treated | trial.held
            found.append(ArmEffect(code, _unknown(why, trial.retained[among], treated[among])))
            continue
        rows, chance = (
            draw_trial(trial.held, trial.held_share, seed)
            if code == CONTACT
            else (draw_arms(treated, trial.held, seed), None)
        )
        sample = Sample(
            trial.features[rows],
            trial.encoding.names,
            treated[rows],
            trial.retained[rows],
            chance,
            segment=trial.kind[rows],
        )
        try:
            known: Study | NoEffect = study(sample, count=count, seed=seed, threads=threads, clock=clock)
        except DataError as fault:
            known = _unknown(fault.what, sample.outcome, sample.treated)
        found.append(ArmEffect(code, known))
    return tuple(found)


def _refusal(treated: Flags, held: Flags, retained: Vector) -> Text | None:
    """Why an arm is not studied: the hold-out could not even show that everybody was kept; None where it could."""
    count, control = int(treated.sum()), int(held.sum())
    if min(count, control) < FEWEST_OF_AN_ARM:
        return Text(
            f"联系 {count:,} 户、留白 {control:,} 户，太少",
            f"{count:,} contacted and {control:,} held out are too few",
        )
    base = float(retained[held].mean())
    if base == 1 or smallest_effect(base, count, control) > 1 - base:
        return Text(
            f"留白组只有 {control:,} 户，离网 {1 - base:.1%}：即使一户不走也看不出来",
            f"with {control:,} held out, {1 - base:.1%} of whom left, not even keeping everybody would show",
        )
    return None


def _unknown(why: Text, retained: Vector, treated: Flags) -> NoEffect:
    """Nothing is known; the share that stays uncontacted is the hold-out's, else everybody's."""
    control = ~treated
    base = (
        float(retained[control].mean() if control.any() else retained.mean())
        if len(retained)
        else float("nan")
    )
    needs = hold_out_needs(base) if 0 < base < 1 else ()
    return NoEffect(why, int(treated.sum()), int(control.sum()), base, needs)


def _later(store: Store, month: Month) -> Partition | None:
    """The latest book of the months in which windows of the plan may end; None before the first of them."""
    found = [store.current(SUBSCRIBER_MONTH, month=month.plus(k).number) for k in range(_MONTHS_AFTER + 1)]
    return next((each for each in reversed(found) if each is not None), None)


def _flags(column: pa.ChunkedArray) -> Flags:
    found: Flags = column.to_numpy(zero_copy_only=False).astype(np.bool_)
    return found
