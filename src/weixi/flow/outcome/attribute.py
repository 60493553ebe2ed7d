"""From planned tasks to verified outcomes: the plan, the desk's facts, the month's events, the book on both sides."""

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH, household_key_sql
from weixi.flow.outcome.day import plans_of
from weixi.flow.outcome.scope import missing_input, scope_pieces, serves_sql
from weixi.flow.outcome.tables import FACT, OUTCOME
from weixi.kernel.period import Month
from weixi.kernel.terms import FactType
from weixi.playbook import Playbook, WarningRule

# Reaching somebody ends in an answer, so an answer shows that he was reached.
_REACHED = (FactType.REACHED, FactType.REFUSED, FactType.AGREED)
_CONTACTED = (*_REACHED, FactType.ATTEMPTED)


def attribute(store: Store, playbook: Playbook, month: Month) -> list[Partition]:
    """One outcome per task of the month's plan, verified in the data; nothing where no plan was made for the month.

    The month before is attributed again first where it was attributed with windows still open: its partition gets a
    new revision when the new events and facts change its inputs. Raises DataError where the book lacks a month.
    """
    again = store.current(OUTCOME, month=month.plus(-1).number)
    months = [month]
    if again is not None and again.manifest.note["tasks_with_a_window_beyond_the_month"]:
        months = [month.plus(-1), month]
    return [p for m in months if (p := _attribute(store, playbook, m)) is not None]


def _attribute(store: Store, playbook: Playbook, month: Month) -> Partition | None:
    """The outcomes of one plan.

    Success is read from the book of the month before and of the month and from the leading line's events inside
    [window start, window end); the agent's tick only makes a task handled. Where a window reaches beyond the month,
    the next month's events and facts count too once they are there. The tasks that the month's days raised count
    like the plan's own. A port-out application inside the window, of any line of the household or of its people,
    withdraws the task, whatever was done until then.
    """
    plans = plans_of(store, month, month.end)
    if not plans:
        return None
    plan = plans[0]
    was = store.require(SUBSCRIBER_MONTH, month=month.plus(-1).number)
    now = store.require(SUBSCRIBER_MONTH, month=month.number)
    reaching = store.rows(
        "SELECT CAST(count(*) AS BIGINT) AS tasks FROM plan WHERE window_end_date > $end",
        inputs={"plan": plans},
        parameters={"end": month.end},
    )[0]["tasks"]
    months = [month, month.plus(1)] if reaching else [month]
    events = [p for m in months if (p := store.current(EVENT, month=m.number)) is not None]
    facts = [p for m in months if (p := store.current(FACT, month=m.number)) is not None]
    missing = {
        rule.code: lacking
        for rule in playbook.warnings
        if (lacking := _missing(rule, was, now, events)) is not None
    }
    inputs: dict[str, Partition | list[Partition]] = {"plan": plans, "book_was": was, "book_now": now}
    if events:
        inputs["event"] = events
    if facts:
        inputs["fact"] = facts
    return store.write(
        OUTCOME,
        {"month": month.number},
        outcome_text(playbook, missing, has_events=bool(events), has_facts=bool(facts)),
        inputs=inputs,
        note={
            "missing": missing,
            "left_out": plan.manifest.note.get("not_computable", {}),
            "has_facts": bool(facts),
            "tasks_with_a_window_beyond_the_month": reaching,
            "months_of_events": [int(p.key["month"]) for p in events],
        },
    )


def outcome_text(playbook: Playbook, missing: dict[str, str], *, has_events: bool, has_facts: bool) -> str:
    """The statement over the views `plan`, `book_was`, `book_now`, and `event` and `fact` where there are any.

    `missing` names, per warning, the input its success test lacks: such a task is never verified.
    """
    pipeline = Pipeline()
    pipeline.add(
        "task",
        "SELECT task_id, subscriber_id, household_key, kind, node_code, is_assessed, is_holdout, withdrawn_rule,"
        " window_start_date, window_end_date FROM plan",
    )
    pipeline.add("desk", _desk(has_facts))
    scope_pieces(pipeline, has_events=has_events)
    applies = has_events and any("port_out_application_date" in rule.columns for rule in playbook.silences)
    _applied_pieces(pipeline, applies=applies)
    return pipeline.text(
        f"""SELECT task.task_id, task.subscriber_id, task.kind, task.node_code,
  task.is_assessed AND {_kind_in([w.code for w in playbook.warnings if w.assessed])} AS is_assessed,
  task.is_holdout,
  task.withdrawn_rule IS NOT NULL OR COALESCE(desk.withdrawn_count, 0) > 0 OR applied_task.applied_id IS NOT NULL
    AS is_withdrawn,
  COALESCE(desk.ticked_count, 0) > 0 AS is_handled,
  COALESCE(desk.reached_count, 0) > 0 AS is_reached,
  {_verified([w for w in playbook.warnings if w.code not in missing])} AS is_verified,
  COALESCE(desk.contacted_count, 0) > 0 AS is_contacted,
  scope.now_is_in_service AS is_retained,
  {_missing_column(playbook.warnings, missing)} AS missing_column
FROM task JOIN scope ON scope.task_id = task.task_id
LEFT JOIN desk ON desk.task_id = task.task_id
LEFT JOIN applied_task ON applied_task.applied_id = task.task_id"""
    )


def _applied_pieces(pipeline: Pipeline, *, applies: bool) -> None:
    """Add `applied_task`: the tasks in whose window a line in service of the household, or its person, applied."""
    if not applies:
        pipeline.add("applied_task", "SELECT task_id AS applied_id FROM task WHERE task_id IS NULL")
        return
    pipeline.add(
        "applied",
        f"""SELECT {household_key_sql("book_was")} AS household_key, book_was.party_id, event.event_date
FROM event JOIN book_was ON book_was.subscriber_id = event.subscriber_id
WHERE event.event_type = 'PORT_OUT_APPLICATION' AND {serves_sql("book_was")}""",
    )
    pipeline.add(
        "applied_household",
        f"""SELECT household_key, event_date FROM applied
UNION ALL
SELECT {household_key_sql("book_was")} AS household_key, applied.event_date
FROM book_was JOIN applied ON applied.party_id = book_was.party_id""",
    )
    pipeline.add(
        "applied_task",
        """SELECT task.task_id AS applied_id
FROM task JOIN applied_household ON applied_household.household_key = task.household_key
WHERE applied_household.event_date >= task.window_start_date AND applied_household.event_date < task.window_end_date
GROUP BY task.task_id""",
    )


def _desk(has_facts: bool) -> str:
    """What the desk did about each task before its window closed. Moments are UTC, windows Asia/Shanghai (+8 h)."""
    if not has_facts:
        counts = ", ".join(f"CAST(0 AS BIGINT) AS {name}" for name in _DESK)
        return f"SELECT task_id, {counts} FROM task WHERE task_id IS NULL"
    counts = ",\n  ".join(
        f"CAST(sum(CASE WHEN fact.fact_type IN ({_quoted(types)}) THEN 1 ELSE 0 END) AS BIGINT) AS {name}"
        for name, types in _DESK.items()
    )
    return (
        f"SELECT task.task_id,\n  {counts}\nFROM task JOIN fact ON fact.task_id = task.task_id"
        "\nWHERE CAST(date_add(fact.happened_at, INTERVAL 8 HOUR) AS DATE) < task.window_end_date"
        "\nGROUP BY task.task_id"
    )


_DESK: dict[str, tuple[FactType, ...]] = {
    "withdrawn_count": (FactType.WITHDRAWN,),
    "ticked_count": (FactType.TICKED,),
    "reached_count": _REACHED,
    "contacted_count": _CONTACTED,
}


def _verified(rules: list[WarningRule]) -> str:
    cases = "\n".join(f"    WHEN scope.kind = '{rule.code}' THEN {rule.success.sql}" for rule in rules)
    return f"CASE\n{cases}\n    ELSE FALSE END" if cases else "FALSE"


def _missing_column(rules: tuple[WarningRule, ...], missing: dict[str, str]) -> str:
    cases = "\n".join(f"    WHEN task.kind = '{code}' THEN '{column}'" for code, column in missing.items())
    known = _kind_in([rule.code for rule in rules])
    return (
        f"CASE\n{cases}\n    WHEN {known} THEN CAST(NULL AS VARCHAR)"
        "\n    ELSE concat('playbook.', task.kind) END"
    )


def _kind_in(codes: list[str]) -> str:
    return f"task.kind IN ({_quoted(codes)})" if codes else "FALSE"


def _quoted(words: list[str] | tuple[FactType, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _missing(rule: WarningRule, was: Partition, now: Partition, events: list[Partition]) -> str | None:
    """The first input that the rule's success test needs and the month's feeds lack."""
    event_lacks = frozenset().union(*(_lacks(p) for p in events)) if events else None
    return missing_input(rule.success.columns, _lacks(was), _lacks(now), event_lacks)


def _lacks(partition: Partition) -> frozenset[str]:
    return frozenset(partition.manifest.note.get("missing_columns", ()))
