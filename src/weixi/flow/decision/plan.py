"""The plan: one task a household on its best day, with the offer it gets; frozen under a seal."""

from collections.abc import Sequence

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import require_month
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision.allocate import NO_OFFER, allocate_pieces, ask_columns
from weixi.flow.decision.allotment.build import allot
from weixi.flow.decision.allotment.ingredient import ByRounds, uplift_of
from weixi.flow.decision.allotment.option import CARE
from weixi.flow.decision.contact_policy import (
    channel_sql,
    level_channel_sql,
    on_level_sql,
    restricted_levels,
)
from weixi.flow.decision.eligibility import eligibility_table, eligibility_text
from weixi.flow.decision.fold import DO_NOT_WAKE, IS_OPEN, fold_pieces
from weixi.flow.decision.tables import PLAN, PLAN_LINE
from weixi.flow.decision.way import care_channel_sql, warning_channel_sql
from weixi.flow.warning import WARNING
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, WarningRule

_TASK = (
    "subscriber_id", "household_key", "line_count", "kind", "level", "happens_date", "task_date",
    "reason_1", "reason_2", "reason_3", "revenue_at_risk_fen", "is_assessed", "is_existing", "is_holdout",
    "withdrawn_rule", "may_call", "may_sms", "unit_code", "owner_code", "node_code",
)  # fmt: skip


def build_plan(store: Store, playbook: Playbook, month: Month) -> tuple[Partition, Partition]:
    """The sealed plan of the month after `month` and the lines that its tasks list (PLAN, PLAN_LINE).

    Needs the month's warnings, eligibility and assignment.
    """
    warning = store.require(WARNING, month=month.number)
    eligibility = store.require(eligibility_table(playbook), month=month.number)
    plan_month = month.plus(1)
    key = {"month": plan_month.number}
    inputs = {
        "warning": warning,
        "eligibility": eligibility,
        "assignment": store.require(ASSIGNMENT, month=month.number),
    }
    allotted = allot(store, playbook, month)
    note: dict[str, object] = {
        "playbook": playbook.fingerprint,
        "rules": rules_of(playbook),
        "data_month": month.number,
        "not_computable": warning.manifest.note.get("not_computable", {}),
    }
    with_effects = False
    if isinstance(allotted, ByRounds):
        note["by_rounds"] = {"zh": allotted.why.zh, "en": allotted.why.en}
    elif allotted is not None:
        inputs["allocation"] = allotted
        uplift = uplift_of(store, playbook, month)
        if uplift is not None:
            inputs["uplift"], with_effects = uplift, True
    plan = store.write(
        PLAN,
        key,
        plan_text(playbook, plan_month, is_allotted="allocation" in inputs, with_effects=with_effects),
        inputs=inputs,
        parameters={"plan_first": plan_month.first},
        seal=True,
        note=note,
    )
    lines = store.write(
        PLAN_LINE,
        key,
        PLAN_LINE_TEXT,
        inputs={"warning": warning, "eligibility": eligibility, "plan": plan},
        seal=True,
        note=note,
    )
    return plan, lines


def by_rounds(store: Store, playbook: Playbook, plan_month: Month) -> pa.Table:
    """What the priority rounds alone would give that plan's tasks: `subscriber_id`, `offer_code`, `offer_cost_fen`.

    One row a household, named by its leading line; nothing is written. Raises DataError where the month before was not
    run.
    """
    before = plan_month.plus(-1)
    inputs = {
        "warning": store.require(WARNING, month=before.number),
        "eligibility": store.require(eligibility_table(playbook), month=before.number),
        "assignment": store.require(ASSIGNMENT, month=before.number),
    }
    planned = store.arrow(
        plan_text(playbook, plan_month), inputs=inputs, parameters={"plan_first": plan_month.first}
    )
    return planned.select(["subscriber_id", "offer_code", "offer_cost_fen"])


def rules_of(playbook: Playbook) -> str:
    """The name of everything in the playbook that decides a plan; a change of words alone leaves it as it is."""
    return fingerprint(
        *(
            "|".join([rule.code, rule.sql, *(f"{reason.code} {reason.sql}" for reason in rule.reasons)])
            for rule in playbook.warnings
        ),
        eligibility_text(playbook),
        plan_text(playbook, Month(0)),
        *([playbook.allocation.fingerprint] if playbook.allocation is not None else []),
    )


def require_plan(store: Store, plan_month: Month, playbook: Playbook | None = None) -> Partition:
    """The plan of that month. Raises DataError where there is none, or where other rules than these made it."""
    before = plan_month.plus(-1)
    plan = require_month(
        store,
        PLAN,
        plan_month,
        Text(f"没有 {plan_month} 的计划", f"there is no plan of {plan_month}"),
        Text(f"它由 weixi run --month {before} 产生", f"weixi run --month {before} makes it"),
    )
    if playbook is not None and plan.manifest.note.get("rules") != rules_of(playbook):
        raise DataError(
            "plan.other_playbook",
            Text(
                f"{plan_month} 的计划不是按这份方案做的，或由旧版程序做成",
                f"the plan of {plan_month} was made by another playbook, or by an earlier release",
            ),
            Text(
                f"用 --playbook 指定当时的方案；升级之后重新运行 weixi run --month {before}",
                f"name it with --playbook; after an upgrade run again: weixi run --month {before}",
            ),
            where=plan.name,
        )
    return plan


PLAN_LINE_TEXT = f"""SELECT p.task_id, w.subscriber_id, w.kind, w.happens_date
FROM warning AS w
JOIN eligibility AS e ON w.subscriber_id = e.subscriber_id
JOIN plan AS p ON w.household_key = p.household_key
WHERE e.withdrawn_rule IS NULL OR COALESCE(p.withdrawn_rule, '{DO_NOT_WAKE}') <> '{DO_NOT_WAKE}'"""
"""The lines of each task: the warned lines of its household, without those that alone must not be contacted."""


def plan_text(
    playbook: Playbook,
    plan_month: Month,
    *,
    prefix: str | None = None,
    given: Pipeline | None = None,
    is_allotted: bool = False,
    with_effects: bool = False,
) -> str:
    """The statement over `warning`, `eligibility` and `assignment` that gives the plan's tasks.

    `prefix` begins their ids (default: the month's number); `given` holds pieces that stand for some of the views.
    Where it `is_allotted` the view `allocation` says what each task gets, else the rounds do; `with_effects` the view
    `uplift` says whom contact harms.
    """
    pieces = given or Pipeline()
    if is_allotted:
        fold_pieces(pieces, (), with_effects=with_effects)
        named = ", ".join(f"t.{name}" for name in _TASK)
        pieces.add(
            "allocated",
            f"""SELECT {named}, CASE WHEN a.choice > {CARE} THEN a.choice - {CARE} ELSE {NO_OFFER} END AS choice,
            COALESCE(a.cost_fen, 0) AS cost_fen
        FROM task AS t LEFT JOIN allocation AS a ON a.subscriber_id = t.subscriber_id""",
        )
    else:
        fold_pieces(pieces, ask_columns(playbook, "e", IS_OPEN))
        allocate_pieces(pieces, playbook, "task", _TASK)
    rules = playbook.warnings
    offers = list(enumerate(playbook.offers, start=1))
    channel = warning_channel_sql(playbook)
    care = care_channel_sql(playbook) if is_allotted else "warning_channel"
    task_type = _by_kind([(rule, f"'{rule.task_type}'") for rule in rules], "'WARNING'")
    window_days = _by_kind([(rule, str(rule.window_days)) for rule in rules], "0")
    pieces.add(
        "settled",
        f"SELECT {', '.join(_TASK)}, choice, cost_fen, {channel} AS warning_channel FROM allocated",
    )
    codes = "".join(f" WHEN choice = {k} THEN '{offer.code}'" for k, offer in offers)
    assessed_kinds = [rule.code for rule in rules if rule.assessed]
    channels = "".join(
        f"WHEN {on_level_sql(level, assessed_kinds, 'level', 'kind')} THEN {_on_level(playbook, among)} "
        for level, among in restricted_levels(playbook).items()
    )
    channels += " ".join(f"WHEN choice = {k} THEN {channel_sql(offer)}" for k, offer in offers)
    counted = ", ".join(f"'{rule.code}'" for rule in rules if rule.assessed)
    assessed = f"(is_assessed AND kind IN ({counted}))" if counted else "FALSE"
    return pieces.text(
        f"""SELECT concat('{prefix or plan_month.number}-', CAST(subscriber_id AS VARCHAR), '-', kind) AS task_id,
            subscriber_id, household_key, line_count, kind,
            {task_type} AS task_type,
            level, happens_date, task_date, $plan_first AS window_start_date,
            task_date + CAST({window_days} AS INTEGER) AS window_end_date,
            reason_1, reason_2, reason_3,
            CASE WHEN choice = 0 THEN CAST(NULL AS VARCHAR){codes} END AS offer_code, cost_fen AS offer_cost_fen,
            CASE WHEN is_holdout OR withdrawn_rule IS NOT NULL THEN NULL {channels} ELSE {care} END AS channel,
            unit_code, owner_code, node_code,
            {assessed} AS is_assessed,
            is_holdout, withdrawn_rule, revenue_at_risk_fen
        FROM settled"""
    )


def _on_level(playbook: Playbook, among: Sequence[str]) -> str:
    """The way to the customer, by the offer chosen, on a level kept to the channels `among`."""
    ways = " ".join(
        f"WHEN choice = {k} THEN {level_channel_sql(offer, among)}"
        for k, offer in enumerate(playbook.offers, start=1)
    )
    return f"CASE {ways} ELSE {level_channel_sql(None, among)} END"


def _by_kind(values: list[tuple[WarningRule, str]], default: str) -> str:
    if not values:
        return default
    tests = " ".join(f"WHEN kind = '{rule.code}' THEN {value}" for rule, value in values)
    return f"CASE {tests} ELSE {default} END"
