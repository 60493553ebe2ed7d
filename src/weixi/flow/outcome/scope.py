"""The scope of success tests: a task's leading line before and after, and the events inside the task's window."""

from collections.abc import Iterable, Mapping

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH, in_service_sql
from weixi.kernel.terms import EventType, LineUse

_STATE = (
    "balance_fen",
    "arrears_fen",
    "call_count",
    "data_kb",
    "sms_count",
    "contract_end_date",
    "contract_kind",
    "subsidy_end_date",
    "broadband_end_date",
    "plan_fee_fen",
    "bill_fen",
    "has_open_complaint",
    "min_spend_fen",
)
# Outcome column → the event type it sums or counts, and the column it sums (None: it counts).
_EVENTS: Mapping[str, tuple[EventType, str | None]] = {
    "recharge_fen": (EventType.RECHARGE, "amount_fen"),
    "recharge_count": (EventType.RECHARGE, None),
    "payment_fen": (EventType.PAYMENT, "amount_fen"),
    "payment_count": (EventType.PAYMENT, None),
    "order_count": (EventType.ORDER, None),
    "repair_done_count": (EventType.REPAIR_DONE, None),
    "complaint_closed_count": (EventType.COMPLAINT_CLOSED, None),
    "restore_count": (EventType.RESTORE, None),
}

OUTCOME_COLUMNS: Mapping[str, T] = {
    "was_is_in_service": T.BOOLEAN,
    "now_is_in_service": T.BOOLEAN,
    **{f"{when}_{name}": SUBSCRIBER_MONTH.types[name] for when in ("was", "now") for name in _STATE},
    **dict.fromkeys(_EVENTS, T.BIGINT),
    "days_in_window": T.INTEGER,
}
"""Every column a success test may name: `was_*` at the end of the month before the plan's, `now_*` at its end,
sums and counts of the leading line's events inside the window (0 if none), fen where the name says so."""


def missing_input(
    columns: Iterable[str],
    was_lacks: frozenset[str],
    now_lacks: frozenset[str],
    event_lacks: frozenset[str] | None,
) -> str | None:
    """The first input that the columns need and the feeds do not carry, as `column (was|now|event)`; None: all there.

    `event_lacks` None says that there is no event feed at all.
    """
    for column in sorted(columns):
        when, _, name = column.partition("_")
        if column in _EVENTS:
            summed = _EVENTS[column][1]
            if event_lacks is None or (summed is not None and summed in event_lacks):
                return f"event.{summed}" if event_lacks is not None else "event"
        elif when in ("was", "now"):
            source = "service_status" if name == "is_in_service" else name
            if source in (was_lacks if when == "was" else now_lacks):
                return f"{when}.{source}"
    return None


VIEWS = ("task", "book_was", "book_now", "event")


def scope_pieces(
    pipeline: Pipeline, *, has_events: bool, suffix: str = "", views: tuple[str, str, str, str] = VIEWS
) -> None:
    """Add the piece `scope<suffix>`: one row per row of `task`, with the task's id, kind and every outcome column.

    Needs the views or pieces that `views` names: `task`, `book_was`, `book_now` and, with `has_events`, `event`.
    """
    task, was, now, event = views
    window = f"window_event{suffix}"
    pipeline.add(window, _window_event(task, event if has_events else f"({_empty_events(task)})"))
    state = [f"book_was.{name} AS was_{name}, book_now.{name} AS now_{name}" for name in _STATE]
    events = [f"COALESCE(window_event.{name}, 0) AS {name}" for name in _EVENTS]
    columns = ",\n  ".join(
        [
            "task.task_id",
            "task.kind",
            f"{serves_sql('book_was')} AS was_is_in_service",
            f"{serves_sql('book_now')} AS now_is_in_service",
            *state,
            *events,
            "CAST(date_diff('day', task.window_start_date, task.window_end_date) AS INTEGER) AS days_in_window",
        ]
    )
    pipeline.add(
        f"scope{suffix}",
        f"SELECT {columns}\nFROM {_named(task, 'task')}"
        f"\nLEFT JOIN {_named(was, 'book_was')} ON book_was.subscriber_id = task.subscriber_id"
        f"\nLEFT JOIN {_named(now, 'book_now')} ON book_now.subscriber_id = task.subscriber_id"
        f"\nLEFT JOIN {_named(window, 'window_event')} ON window_event.task_id = task.task_id",
    )


def _named(view: str, name: str) -> str:
    return view if view == name else f"{view} AS {name}"


def serves_sql(view: str) -> str:
    """Whether the row of that view is a commercial line in service; FALSE where there is no row."""
    return (
        f"COALESCE({in_service_sql(f'{view}.service_status')}"
        f" AND {view}.line_use = '{LineUse.COMMERCIAL}', FALSE)"
    )


def _window_event(task: str, source: str) -> str:
    sums = ",\n  ".join(
        f"CAST(sum(CASE WHEN e.event_type = '{kind}' THEN "
        f"{f'COALESCE(e.{summed}, 0)' if summed else '1'} ELSE 0 END) AS BIGINT) AS {name}"
        for name, (kind, summed) in _EVENTS.items()
    )
    return (
        f"SELECT task.task_id,\n  {sums}"
        f"\nFROM {_named(task, 'task')} JOIN {source} AS e ON e.subscriber_id = task.subscriber_id"
        "\nWHERE e.event_date >= task.window_start_date AND e.event_date < task.window_end_date"
        "\nGROUP BY task.task_id"
    )


def _empty_events(task: str) -> str:
    needed = ("subscriber_id", "event_type", "event_date", "amount_fen")
    nulls = ", ".join(f"CAST(NULL AS {EVENT.types[name]}) AS {name}" for name in needed)
    return f"SELECT {nulls} FROM {task} WHERE task_id IS NULL"
