"""The hold-out that would tell: by which share of those left alone the effect of contact shows within a year."""

from dataclasses import dataclass
from math import ceil

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.assessment import LIFT, LiftOutcome, Verdict, read_lift
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN, PLAN_LINE, cut_sql, share_of
from weixi.flow.outcome import OUTCOME
from weixi.flow.score import Need, hold_out_needs, need
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Playbook

YEAR = 12
FALL = 0.2
"""The fall of leaving that a hold-out should be able to show: one leaver in five."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What one rule's share would have to be: its households a month, and the needs of each share, the smallest first.

    `months` has, a need, the months until the rule's households suffice; `now_months` those of the share as it is, None
    where nobody is held out. `base` is the share of the warned that stay a month.
    """

    rule: HoldoutRule
    month: Month
    household_count: int
    base: float
    needs: tuple[Need, ...]
    months: tuple[int, ...]
    now_months: int | None

    @property
    def best(self) -> int:
        """The place of the smallest share that tells within a year, else of the one that tells first."""
        able = [place for place, each in enumerate(self.months) if each <= YEAR]
        return able[0] if able else min(range(len(self.months)), key=lambda place: self.months[place])


def is_shown(store: Store, playbook: Playbook, month: Month) -> bool:
    """Whether the hold-out has already said what contact does to leaving, for good or bad."""
    lift = store.current(LIFT, month=month.number)
    if lift is None:
        return False
    report = read_lift(store, playbook, lift)
    found = [
        effect.verdict for horizon in report.horizons for effect in report.of(horizon, LiftOutcome.RETAINED)
    ]
    return Verdict.SHOWN in found or Verdict.HARM in found


def read_apart(store: Store, playbook: Playbook, month: Month) -> Apart | None:
    """What the broadest rule that holds anybody out would need, by the last plan that came to its end up to `month`.

    None where there is no such plan, and where no rule names its share by a parameter.
    """
    rules = [rule for rule in playbook.holdouts if rule.share > 0 and rule.share_name]
    ended = [p for p in store.partitions(OUTCOME) if int(p.key["month"]) <= month.number]
    if not rules or not ended:
        return None
    last = Month.from_number(max(int(p.key["month"]) for p in ended))
    counted = dict(_households(store, playbook, last))
    rule = max(rules, key=lambda each: counted.get(round(float(each.share), 6), 0))
    count = counted.get(round(float(rule.share), 6), 0)
    base = 1 - _lost_rate(store, last)
    needs = sorted(
        (each for each in hold_out_needs(base) if abs(each.effect - FALL * (1 - base)) < 1e-9),
        key=lambda each: each.share,
    )
    if not count or not needs:
        return None
    months = [_months(each, count) for each in needs]
    now = need_of(base, float(rule.share))
    return Apart(rule, last, count, base, tuple(needs), tuple(months), _months(now, count))


def need_of(base: float, share: float) -> Need:
    """What a share needs to show a fall of one leaver in five."""
    return need(base, FALL * (1 - base), share)


def _lost_rate(store: Store, month: Month) -> float:
    """Of the households of the month's plan whom nothing withdrew, the share that left; by Jeffreys' estimate."""
    [row] = store.rows(
        """SELECT CAST(COUNT(*) AS BIGINT) AS tasks,
  CAST(SUM(CASE WHEN o.is_retained THEN 0 ELSE 1 END) AS BIGINT) AS lost
FROM plan AS p JOIN outcome AS o ON o.task_id = p.task_id WHERE p.withdrawn_rule IS NULL""",
        inputs={
            "plan": store.require(PLAN, month=month.number),
            "outcome": store.require(OUTCOME, month=month.number),
        },
    )
    # No loss among few is not none at all.
    return (int(row["lost"] or 0) + 0.5) / (int(row["tasks"]) + 1)


def _months(each: Need, count: int) -> int:
    return ceil((each.treated_count + each.control_count) / count)


def _households(store: Store, playbook: Playbook, month: Month) -> list[tuple[float, int]]:
    """The tasks of the plan by the share (0–1) with which their household could be held out: its lines' smallest."""
    pieces = Pipeline()
    pieces.add(
        "listed",
        """SELECT pl.subscriber_id, pl.task_id AS group_key
FROM plan_line AS pl JOIN plan AS p ON p.task_id = pl.task_id WHERE p.withdrawn_rule IS NULL""",
    )
    cut = cut_sql(playbook.holdouts)
    wanted = {*(frozenset(LABELLED_COLUMNS) & words(cut)), "subscriber_id"}
    labelled_pieces(pieces, wanted, {"listed": ["group_key"]})
    pieces.add("cut", f"SELECT group_key, MIN({cut}) AS cut FROM labelled GROUP BY group_key")
    before = month.plus(-1)
    inputs: dict[str, Partition] = {
        "line": store.require(SUBSCRIBER_MONTH, month=before.number),
        "feature": store.require(FEATURE, month=before.number),
        "label": store.require(LABEL, month=before.number),
        "plan": store.require(PLAN, month=month.number),
        "plan_line": store.require(PLAN_LINE, month=month.number),
    }
    rows = store.rows(
        pieces.text("SELECT cut, CAST(COUNT(*) AS BIGINT) AS tasks FROM cut GROUP BY cut ORDER BY cut"),
        inputs=inputs,
        parameters={"as_of": before.last},
    )
    return [(round(share_of(str(row["cut"])), 6), int(row["tasks"])) for row in rows]
