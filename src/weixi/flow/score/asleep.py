"""不要打扰: the warned lines whose measured effect of contact is negative, with the evidence, or that nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from weixi.engine import Partition, Store
from weixi.flow.score.gap import not_scored
from weixi.flow.score.month import scoring
from weixi.flow.score.uplift import (
    CONTACT,
    Effect,
    Need,
    effect_column,
    hold_out_needs,
    read_arms,
    uplift_column,
    uplift_table,
)
from weixi.flow.warning import WARNING
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

LAPSE = Text(
    "这份名单每月按近十二个月的对照重新算：名单上的人不联系，也就没有新的依据；满十二个月、再没有同类的人在对照里，"
    "就只说数据不足，回到计划中重新联系、重新留白比较，有害的会再进名单",
    "The list is learnt anew each month from the trial of the last twelve: nobody on it is contacted, so that nothing "
    "new is learnt of them. After twelve months, with nobody of their warning left in the trial, not enough is known; "
    "they come back into the plan beside a hold-out, and are on the list again if contact still harms",
)
"""How long somebody is left alone."""


@dataclass(frozen=True, slots=True)
class DoNotWake:
    """One line that contact would harm: the warning it has, and the change of its chance to stay, per million."""

    subscriber_id: int
    kind: str
    uplift_ppm: int


@dataclass(frozen=True, slots=True)
class EffectKnown:
    """What is known of the effect of contact on a month's warned lines.

    `counts` has the warned lines by verdict. `why` is None where a trial tells, else why none does; `needs` are the
    hold-outs that would tell. `treated_count` and `control_count` are the households that the trial has so far;
    `mean_effect` what contact changes on average, of 1.
    """

    counts: Mapping[Effect, int]
    why: Text | None
    needs: tuple[Need, ...]
    treated_count: int
    control_count: int
    mean_effect: float | None
    learner: str


def do_not_wake(store: Store, playbook: Playbook, month: Month) -> tuple[DoNotWake, ...]:
    """Who of the month's warned lines contact would harm, the most harmed first; none where nothing is known.

    Raises DataError where the month's effects were not scored.
    """
    return tuple(DoNotWake(**row) for row in harmed_lines(store, playbook, month).to_pylist())


def harmed_lines(store: Store, playbook: Playbook, month: Month) -> pa.Table:
    """The same as columns, those of DoNotWake: for whoever shows a part of a long list."""
    return store.arrow(
        f"""SELECT CAST(u.subscriber_id AS BIGINT) AS subscriber_id, w.kind,
  CAST(u.{uplift_column(CONTACT)} AS BIGINT) AS uplift_ppm
FROM uplift u JOIN warning w ON w.subscriber_id = u.subscriber_id
WHERE u.{effect_column(CONTACT)} = '{Effect.HARMS}' ORDER BY uplift_ppm, u.subscriber_id""",
        inputs={
            "uplift": _scored(store, playbook, month),
            "warning": store.require(WARNING, month=month.number),
        },
    )


def effect_known(store: Store, playbook: Playbook, month: Month) -> EffectKnown:
    """What the month's trial tells. Raises DataError where the month's effects were not scored."""
    partition = _scored(store, playbook, month)
    counted = {
        str(row["effect"]): int(row["line_count"])
        for row in store.rows(
            f"SELECT {effect_column(CONTACT)} AS effect, CAST(count(*) AS BIGINT) AS line_count FROM uplift "
            f"GROUP BY {effect_column(CONTACT)}",
            inputs={"uplift": partition},
        )
    }
    arm = read_arms(partition)[CONTACT]
    base = arm.base
    return EffectKnown(
        counts={effect: counted.get(effect.value, 0) for effect in Effect},
        why=arm.why,
        needs=hold_out_needs(base) if base is not None and 0 < base < 1 else (),
        treated_count=arm.treated_count,
        control_count=arm.control_count,
        mean_effect=arm.mean_effect,
        learner=arm.learner,
    )


def _scored(store: Store, playbook: Playbook, month: Month) -> Partition:
    scoring(playbook)
    found = store.current(uplift_table(playbook), month=month.number)
    if found is None:
        raise not_scored(month)
    return found
