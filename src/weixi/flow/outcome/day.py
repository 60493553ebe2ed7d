"""The morning after a day: which tasks its data closed, which a rule withdrew, and which stay open."""

from collections.abc import Sequence
from datetime import date, timedelta

from weixi.dialect.compose import Pipeline
from weixi.dialect.partial import decided
from weixi.engine import Partition, Store, Value
from weixi.flow.book import (
    DAY_BALANCE,
    EVENT,
    SUBSCRIBER_MONTH,
    day_events,
    day_key,
    day_of,
    happened_pieces,
)
from weixi.flow.decision import DAY_PLAN, DAY_SILENCE, PLAN
from weixi.flow.outcome.scope import OUTCOME_COLUMNS, missing_input, scope_pieces
from weixi.flow.outcome.tables import DAY_CLOSING, OPEN_TASK
from weixi.kernel.period import Month
from weixi.playbook import Playbook

_BALANCES = {"now_balance_fen": "balance_fen", "now_arrears_fen": "arrears_fen"}
_STATES = {*_BALANCES, "now_has_open_complaint"}
_TASK = "task_id, subscriber_id, household_key, kind, level, unit_code, owner_code, node_code, is_assessed, is_holdout"


def close_day(store: Store, playbook: Playbook, day: date) -> Partition:
    """The tasks that the data up to `day` close, and those of households that are silenced, for the first time.

    Tasks are those of the month's plan, of the plan before, and those that earlier days raised: a late day may still
    close one whose window is over. A success test is decided by the events of its window so far and, while it lasts, by
    the day's state (balance, debt, open complaint); a line in service at the last month's end is taken to be so still.
    What it needs beside that is not known before the month's extract: a test that could still fail for its sake closes
    nothing. Raises DataError where the month has no plan.
    """
    month = Month.containing(day)
    store.require(PLAN, month=month.number)
    pipeline, inputs = Pipeline(), dict[str, Partition | Sequence[Partition]]()
    happened_pieces(pipeline)
    inputs["day_event"] = day_events(store, month.plus(-1).first, day)
    inputs["silence"] = store.require(DAY_SILENCE, **day_key(day))
    balance = store.current(DAY_BALANCE, **day_key(day))
    if balance is not None:
        inputs["day_balance"] = balance
    texts = []
    for name, plan_month in (("now", month), ("before", month.plus(-1))):
        plans = plans_of(store, plan_month, day)
        book = store.current(SUBSCRIBER_MONTH, month=plan_month.plus(-1).number)
        if plans and book is not None:
            inputs |= {f"plan_{name}": plans, f"book_{name}_was": book}
            whole = store.current(EVENT, month=plan_month.number) if plan_month < month else None
            if whole is not None:
                inputs[f"event_{name}"] = whole
            texts.append(_tested(pipeline, playbook, name, book, balance, has_whole=whole is not None))
    earlier = [p for p in store.partitions(DAY_CLOSING) if month.plus(-1).first <= day_of(p) < day]
    known = "SELECT task_id AS was_id, state AS was_state FROM closing"
    if earlier:
        inputs["closing"] = earlier
    else:
        known = "SELECT task_id AS was_id, kind AS was_state FROM tested WHERE FALSE"
    pipeline.add("tested", "\nUNION ALL\n".join(texts))
    pipeline.add("was", f"SELECT was_id, was_state FROM ({known}) AS k GROUP BY was_id, was_state")
    shown = ", ".join(f"t.{name}" for name in _TASK.split(", "))
    parameters: dict[str, Value] = {"day": day, "next_day": day + timedelta(days=1)}
    if "event_before" in inputs:
        parameters["day_first"] = month.first
    return store.write(
        DAY_CLOSING,
        day_key(day),
        pipeline.text(
            f"""SELECT {shown}, 'CLOSED' AS state, t.evidence, CAST(NULL AS VARCHAR) AS withdrawn_rule
FROM tested t LEFT JOIN was w ON w.was_id = t.task_id LEFT JOIN silence s ON s.household_key = t.household_key
WHERE t.is_met AND w.was_id IS NULL AND (s.household_key IS NULL OR NOT t.is_running)
UNION ALL
SELECT {shown}, 'WITHDRAWN' AS state, 'RULE' AS evidence, s.withdrawn_rule
FROM tested t JOIN silence s ON s.household_key = t.household_key
LEFT JOIN was w ON w.was_id = t.task_id AND w.was_state = 'WITHDRAWN'
WHERE w.was_id IS NULL AND t.is_running"""
        ),
        inputs=inputs,
        parameters=parameters,
        note={"playbook": playbook.fingerprint, "has_balances": balance is not None},
    )


def plans_of(store: Store, month: Month, before: date) -> list[Partition]:
    """The plan of the month and the tasks that its days before that one raised."""
    plan = store.current(PLAN, month=month.number)
    days = [p for p in store.partitions(DAY_PLAN) if month.first <= day_of(p) < min(before, month.end)]
    return [*([plan] if plan is not None else []), *days]


def _tested(
    pipeline: Pipeline,
    playbook: Playbook,
    name: str,
    book: Partition,
    balance: Partition | None,
    *,
    has_whole: bool,
) -> str:
    """Add the pieces of one plan; its tasks with an open window: whether each one's test is met, and by what."""
    pipeline.add(
        f"task_{name}",
        f"""SELECT {_TASK}, window_start_date, LEAST(window_end_date, $next_day) AS window_end_date,
  window_end_date > $day AS is_running
FROM plan_{name} WHERE withdrawn_rule IS NULL AND window_start_date <= $day""",
    )
    columns = "subscriber_id, event_type, event_date, happened_at, amount_fen"
    days = f"SELECT {columns} FROM happened"
    if has_whole:
        days += f" WHERE event_date >= $day_first\nUNION ALL\nSELECT {columns} FROM event_{name}"
    pipeline.add(f"dated_{name}", days)
    joined = "LEFT JOIN day_balance b ON b.subscriber_id = w.subscriber_id" if balance is not None else ""
    now = {
        feed: f"COALESCE(b.{feed}, w.{feed})" if balance is not None else f"w.{feed}"
        for feed in _BALANCES.values()
    }
    # A line whose complaints the days do not name stands as it did.
    now["has_open_complaint"] = "COALESCE(c.is_open, w.has_open_complaint)"
    pipeline.add(
        f"complaint_{name}",
        f"""SELECT subscriber_id, COALESCE(
    max(CASE WHEN event_type = 'COMPLAINT' THEN happened_at END)
      > max(CASE WHEN event_type = 'COMPLAINT_CLOSED' THEN happened_at END),
    max(CASE WHEN event_type = 'COMPLAINT' THEN 1 ELSE 0 END) = 1) AS is_open
FROM dated_{name} WHERE event_type IN ('COMPLAINT', 'COMPLAINT_CLOSED') AND event_date <= $day
GROUP BY subscriber_id""",
    )
    states = ", ".join(
        f"{now[column]} AS {column}" if column in now else f"w.{column}" for column in SUBSCRIBER_MONTH.types
    )
    pipeline.add(
        f"book_{name}_now",
        f"""SELECT {states} FROM book_{name}_was w {joined}
LEFT JOIN complaint_{name} c ON c.subscriber_id = w.subscriber_id""",
    )
    scope_pieces(
        pipeline,
        has_events=True,
        suffix=f"_{name}",
        views=(f"task_{name}", f"book_{name}_was", f"book_{name}_now", f"dated_{name}"),
    )
    lacks = frozenset(book.manifest.note.get("missing_columns", ()))
    brought = frozenset(_BALANCES.values()) if balance is not None else frozenset()
    unknown = frozenset(
        column
        for column in OUTCOME_COLUMNS
        if column.startswith("now_")
        and column not in ("now_is_in_service", "now_has_open_complaint")
        and _BALANCES.get(column) not in brought
    ) | {"days_in_window"}
    rules = [
        rule
        for rule in playbook.warnings
        if missing_input(rule.success.columns - unknown, lacks, lacks - brought, frozenset()) is None
    ]
    met = " ".join(f"WHEN t.kind = '{rule.code}' THEN {decided(rule.success.sql, unknown)}" for rule in rules)
    on_state = [rule.code for rule in rules if rule.success.columns & _STATES]
    listed = ", ".join(f"'{code}'" for code in on_state)
    evidence = f"CASE WHEN t.kind IN ({listed}) THEN 'STATE' ELSE 'EVENT' END" if on_state else "'EVENT'"
    shown = ", ".join(f"t.{column}" for column in (*_TASK.split(", "), "is_running"))
    # A state tells of the day itself: once the window is over it proves nothing.
    told = f"({evidence} = 'EVENT' OR t.is_running)"
    return (
        f"SELECT {shown}, {told} AND {f'CASE {met} ELSE FALSE END' if met else 'FALSE'} AS is_met,\n"
        f"  {evidence} AS evidence\n"
        f"FROM task_{name} t JOIN scope_{name} s ON s.task_id = t.task_id"
    )


def open_day(store: Store, day: date) -> Partition:
    """The tasks that still bind their household after the day's closings (OPEN_TASK).

    A held-out or silenced household is bound for the whole window: a second task would contact it after all.
    """
    month = Month.containing(day)
    closings = [p for p in store.partitions(DAY_CLOSING) if month.plus(-1).first <= day_of(p) <= day]
    plans = [p for m in (month.plus(-1), month) for p in plans_of(store, m, day)]
    return store.write(
        OPEN_TASK,
        day_key(day),
        """WITH ended AS (
  SELECT task_id AS ended_id, MAX(CASE WHEN state = 'WITHDRAWN' THEN 1 ELSE 0 END) AS withdrawn_flag
  FROM closing GROUP BY task_id
)
SELECT p.task_id, p.subscriber_id, p.household_key, p.kind, p.level, p.task_date, p.unit_code, p.owner_code,
  p.is_holdout, p.withdrawn_rule IS NOT NULL OR COALESCE(e.withdrawn_flag, 0) = 1 AS is_silenced
FROM plan p LEFT JOIN ended e ON e.ended_id = p.task_id
WHERE p.window_end_date > $next_day
  AND (e.ended_id IS NULL OR e.withdrawn_flag = 1 OR p.is_holdout)""",
        inputs={"plan": plans, "closing": closings},
        parameters={"next_day": day + timedelta(days=1)},
    )
