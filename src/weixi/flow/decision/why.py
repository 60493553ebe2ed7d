"""Why one subscriber stands in a plan as he does."""

from dataclasses import replace
from datetime import date, timedelta

from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import require_tree
from weixi.flow.decision.allocate import budget_of
from weixi.flow.decision.allotment.words import chosen_together, passed_over
from weixi.flow.decision.briefing import cautions, channel_views, household, line_views, worth
from weixi.flow.decision.eligibility import (
    Refusal,
    cost_column,
    eligibility_table,
    fit_column,
    refusal,
)
from weixi.flow.decision.evidence import Row, facts, one
from weixi.flow.decision.explanation import (
    Explanation,
    LabelView,
    OfferView,
    TaskView,
    Verdict,
    WarningView,
)
from weixi.flow.decision.fold import withdrawn_words
from weixi.flow.decision.identity import masked
from weixi.flow.decision.lapse import told_on
from weixi.flow.decision.plan import require_plan
from weixi.flow.decision.tables import ALLOCATION, PLAN, PLAN_LINE
from weixi.flow.decision.wording import day, filled, left_out, warning_name, worded
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING, absent_columns, trimmed
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, Grade, ServiceStatus, TaskType, WarningLevel
from weixi.playbook import Playbook

_DIMENSIONS = {
    "grade": Text("分级", "grade"),
    "band": Text("分档", "band"),
    "stage": Text("分期", "stage"),
    "cluster": Text("分群", "cluster"),
    "category": Text("分类", "category"),
}


def explain(
    store: Store, playbook: Playbook, plan_month: Month, subscriber_id: int, *, today: date | None = None
) -> Explanation:
    """The whole story of one line in the plan of `plan_month`, in words filled with its own values.

    Days are counted from `today`; None: from the end of the data. Raises DataError where there is no such plan or
    another playbook made it, UsageError where the book of the month before has no such line.
    """
    plan = require_plan(store, plan_month, playbook)
    month = plan_month.plus(-1)
    book = store.require(SUBSCRIBER_MONTH, month=month.number)
    absent = absent_columns(book, store.require(FEATURE, month=month.number))
    origin = origin_of(book)
    playbook = replace(playbook, warnings=tuple(trimmed(rule, absent) for rule in playbook.warnings))
    line = facts(store, playbook, month, subscriber_id)
    task = one(store, PLAN, plan_month, "household_key = $value", str(line["household_key"]))
    listed = task is not None and one(store, PLAN_LINE, plan_month, "subscriber_id = $value", subscriber_id)
    raised = one(store, WARNING, month, "subscriber_id = $value", subscriber_id)
    verdict = _verdict(line, task if listed else None, plan)
    kinds = tuple(str(raised["kinds"]).split(",")) if raised else ()
    view = _task_view(store, playbook, month, task) if task else None
    lines = household(store, month, line, _listed(store, plan_month, task))
    leading = line
    if task is not None and not _leads(task, line):
        leading = facts(store, playbook, month, int(task["subscriber_id"]))
    fit = (
        one(store, eligibility_table(playbook), month, "subscriber_id = $value", int(task["subscriber_id"]))
        if task
        else None
    )
    weighed = None
    if task is not None and plan.manifest.inputs.get("allocation"):
        weighed = one(store, ALLOCATION, plan_month, "subscriber_id = $value", int(task["subscriber_id"]))
    chosen = next((o for o in playbook.offers if task is not None and o.code == task["offer_code"]), None)
    label = one(store, LABEL, month, "subscriber_id = $value", subscriber_id)
    return Explanation(
        plan_month=plan_month,
        subscriber_id=subscriber_id,
        who=masked(store, subscriber_id, month),
        origin=origin,
        verdict=verdict,
        why=_why(playbook, verdict, line, task, view, bool(listed)),
        labels=label_views(playbook, line, origin.currency, label),
        warnings=tuple(
            WarningView(
                code=kind,
                text=warning_name(playbook, kind),
                leads=bool(listed) and task is not None and task["kind"] == kind and _leads(task, line),
                reasons=_reasons(playbook, kind, line, origin.currency, month.last, today or month.last),
            )
            for kind in kinds
        ),
        task=view,
        why_today=_why_today(playbook, plan_month, task) if task else None,
        offers=_offers(playbook, task, fit, leading, absent, origin.currency, weighed) if task else (),
        not_computable=left_out(playbook, plan),
        days_ahead=(task["happens_date"] - task["task_date"]).days if task else None,
        worth=worth(lines, task) if task else None,
        other_lines=line_views(playbook, lines, line),
        channels=channel_views(fit, leading, task, absent) if task else (),
        not_to_say=cautions(playbook, task, fit, leading, lines, chosen) if task else (),
    )


def _leads(task: Row, line: Row) -> bool:
    return bool(task["subscriber_id"] == line["subscriber_id"])


def _verdict(line: Row, task: Row | None, plan: Partition) -> Verdict:
    silenced = any(value for name, value in line.items() if name.startswith("silence_"))
    if task is not None and task["withdrawn_rule"] is None:
        return Verdict.HOLDOUT if task["is_holdout"] else Verdict.TASK
    if task is not None or silenced:
        return Verdict.SILENCED
    if line["line_use"] != "COMMERCIAL":
        return Verdict.NOT_COMMERCIAL
    if not line["is_in_service"]:
        return Verdict.NOT_IN_SERVICE
    return Verdict.NOT_COMPUTABLE if plan.manifest.note.get("not_computable") else Verdict.NO_WARNING


def _why(
    playbook: Playbook, verdict: Verdict, line: Row, task: Row | None, view: TaskView | None, listed: bool
) -> Text:
    """The answer in one sentence."""
    if verdict is Verdict.TASK and task is not None and view is not None:
        said = Text(
            f"命中预警“{view.kind.zh}”（{view.level.zh}），{day(view.task_date).zh}联系",
            f"warned of “{view.kind.en}” ({view.level.en}), to be contacted on {day(view.task_date).en}",
        )
        if _leads(task, line):
            return said
        lead = view.leading_subscriber_id
        return Text(
            f"与同户用户 {lead} 合并为一个任务：{said.zh}", f"one task with subscriber {lead}: {said.en}"
        )
    if verdict is Verdict.HOLDOUT:
        return Text(
            "本户按密钥抽入对照组，本月不联系，用来检验维系是否真有效果",
            "the household is drawn into the hold-out: it is left alone, to measure what contact is worth",
        )
    if verdict is Verdict.SILENCED:
        codes = withdrawn_words(playbook)
        own = [s.text for k, s in enumerate(playbook.silences) if line[f"silence_{k}"]]
        rule = own[0] if own else codes.get(str(task["withdrawn_rule"]) if task else "", verdict.text)
        return Text(f"不得联系：{rule.zh}", f"no contact: {rule.en}")
    said = verdict.text
    if verdict is Verdict.NOT_IN_SERVICE:
        status = ServiceStatus(str(line["service_status"])).text
        said = Text(
            f"{said.zh}（{status.zh}），没有预警命中", f"{said.en} ({status.en}), and no warning names it"
        )
    if task is not None and not listed:
        return Text(f"{said.zh}；同户其他线路有任务", f"{said.en}; another line of the household has a task")
    return said


def label_views(
    playbook: Playbook, line: Row, currency: str, label: Row | None = None
) -> tuple[LabelView, ...]:
    """The five labels of the line in words; `label` is its row of LABEL, where it is to be said why a grade waits."""
    bands = {band.code: band.text for band in playbook.bands}
    views = []
    for name, dimension in _DIMENSIONS.items():
        value = worded(name, line[name], currency)
        if name == "band":
            value = bands.get(str(line["band"]), Text("无完整账期", "no complete month"))
        views.append(LabelView(dimension, value, _held(playbook, label) if name == "grade" else None))
    return tuple(views)


def _held(playbook: Playbook, label: Row | None) -> Text | None:
    """Why the grade is not the one that this month's rules give; None where it is."""
    if label is None or label["grade"] == label["rule_grade"]:
        return None
    rule, months = Grade(str(label["rule_grade"])).text, int(label["pending_months"])
    return Text(
        f"本月规则判为{rule.zh}，已 {months} 个月，满 {playbook.hold_months} 个月才改",
        f"this month's rules say {rule.en}, for {months} months now; it changes in the {playbook.hold_months}th",
    )


def _listed(store: Store, plan_month: Month, task: Row | None) -> list[int]:
    """The lines that the task lists."""
    if task is None:
        return []
    rows = store.rows(
        "SELECT subscriber_id FROM listed WHERE task_id = $task ORDER BY subscriber_id",
        inputs={"listed": store.require(PLAN_LINE, month=plan_month.number)},
        parameters={"task": str(task["task_id"])},
    )
    return [row["subscriber_id"] for row in rows]


def _reasons(
    playbook: Playbook, kind: str, line: Row, currency: str, as_of: date, today: date
) -> tuple[Text, ...]:
    for w, rule in enumerate(playbook.warnings):
        if rule.code == kind:
            return tuple(
                told_on(reason.text, line, currency, as_of=as_of, today=today)
                for r, reason in enumerate(rule.reasons)
                if line[f"reason_{w}_{r}"]
            )
    return ()


def _task_view(store: Store, playbook: Playbook, month: Month, task: Row) -> TaskView:
    tree = require_tree(store, month)
    names = {
        row["node_code"]: row["name"]
        for row in store.rows(
            "SELECT node_code, name FROM node WHERE node_code = $unit OR node_code = $owner",
            inputs={"node": tree},
            parameters={"unit": str(task["unit_code"]), "owner": str(task["owner_code"] or "")},
        )
    }
    unit = str(names.get(task["unit_code"], task["unit_code"]))
    owner = names.get(task["owner_code"], task["owner_code"])
    rule = playbook.warning(str(task["kind"]))
    return TaskView(
        task_id=str(task["task_id"]),
        kind=rule.text,
        task_type=TaskType(str(task["task_type"])).text,
        level=WarningLevel(str(task["level"])).text,
        happens_date=task["happens_date"],
        task_date=task["task_date"],
        window_start_date=task["window_start_date"],
        window_end_date=task["window_end_date"],
        success=rule.success.text,
        channel=Channel(str(task["channel"])).text if task["channel"] else None,
        unit=Text(unit, unit),
        owner=Text(str(owner), str(owner)) if owner else None,
        leading_subscriber_id=int(task["subscriber_id"]),
        line_count=int(task["line_count"]),
        is_assessed=bool(task["is_assessed"]),
        cost_fen=int(task["offer_cost_fen"]),
        worth_fen=int(task["revenue_at_risk_fen"]),
    )


def _why_today(playbook: Playbook, plan_month: Month, task: Row) -> Text:
    """How the task's day follows from when the thing happens, how long before one acts, and the plan's month."""
    lead = playbook.warning(str(task["kind"])).act_before_days
    happens: date = task["happens_date"]
    best = happens - timedelta(days=lead)
    chosen: date = task["task_date"]
    own = min(max(plan_month.first, best), plan_month.last)
    if chosen < own:
        return Text(
            f"同户另一条线路更早，按最早的一天 {day(chosen).zh} 一次联系",
            f"another line of the household comes earlier: one contact on the earliest day, {day(chosen).en}",
        )
    when = Text(
        f"预计 {day(happens).zh} 发生，应提前 {lead} 天联系",
        f"it is due on {day(happens).en} and one acts {lead} days before",
    )
    if best < plan_month.first:
        return Text(
            f"{when.zh}，时间已到，计划首日即联系",
            f"{when.en}: that has come, so on the plan's first day",
        )
    if best > plan_month.last:
        return Text(
            f"{when.zh}，本月内最晚一天联系", f"{when.en}: on the last day of the month at the latest"
        )
    return Text(f"{when.zh}，正是这一天", f"{when.en}: this very day")


def _offers(
    playbook: Playbook,
    task: Row,
    found: Row | None,
    leading: Row,
    absent: frozenset[str],
    currency: str,
    weighed: Row | None,
) -> tuple[OfferView, ...]:
    """Every offer in the plan's order with what became of it; judged on the line that leads the task.

    `weighed` is the task's row of the allocation, None where the rounds gave the offers.
    """
    if found is None:
        return ()
    codes = [offer.code for offer in playbook.offers]
    chosen = codes.index(task["offer_code"]) if task["offer_code"] in codes else None
    pools = {pool.code: pool.text for pool in playbook.pools}
    views = []
    for place, offer in enumerate(playbook.offers):
        refused = refusal(offer, int(found[fit_column(offer)]), absent)
        budget = budget_of(playbook, offer)
        if weighed is not None and place == chosen:
            why = chosen_together(weighed, currency)
        elif place == chosen:
            why = Text(
                "可办优惠中排序最前，预算足够", "the first in the plan's order that fits, within the budget"
            )
        elif refused is not None:
            why = filled(refused, leading, currency)
        elif task["withdrawn_rule"] is not None or task["is_holdout"]:
            why = Text("可办，但本户本月不联系", "it fits, but the household is not contacted this month")
        elif weighed is not None:
            why = passed_over(weighed, str(task["level"]), playbook.allocation)
        elif chosen is not None and place > chosen:
            why = Text("可办，排在所选优惠之后", "it fits, but comes after the one chosen")
        else:
            pool = pools[budget.code] if budget else Text("", "")
            why = Text(
                f"可办，但“{pool.zh}”预算已用于更紧急、价值更高的任务",
                f"it fits, but the budget “{pool.en}” went to tasks more urgent or worth more",
            )
        cost = found[cost_column(offer)]
        views.append(
            OfferView(
                code=offer.code,
                text=offer.text,
                billing_code=offer.billing_code,
                cost_fen=None if cost is None else int(cost),
                is_chosen=place == chosen,
                answers=int(found[fit_column(offer)]) != Refusal.OTHER_KIND,
                why=why,
            )
        )
    return tuple(views)
