"""Between two months: the events of days, each once, and a line as the day's feeds leave it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book.tables import (
    DAY_BALANCE,
    DAY_EVENT,
    DAY_FEATURE,
    DAY_LINE,
    EVENT,
    FEATURE,
    SUBSCRIBER_MONTH,
)
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_CONTENT = "subscriber_id, event_type, happened_at, event_date, amount_fen, offer_code, channel, agent_code"


def day_key(day: date) -> dict[str, int | str]:
    """The key of that day's partitions."""
    return {"month": Month.containing(day).number, "day": day.isoformat()}


def day_of(partition: Partition) -> date:
    """The day of a partition that has one."""
    return date.fromisoformat(str(partition.key["day"]))


def day_events(store: Store, first: date, last: date) -> list[Partition]:
    """The deliveries of the days from `first` to `last`, both included, oldest first."""
    return [p for p in store.partitions(DAY_EVENT) if first <= day_of(p) <= last]


def happened_pieces(pipeline: Pipeline) -> None:
    """Add `happened`: the events of the view `day_event`, each once, with the first `day` that brought it.

    Two equal rows of one delivery are two events; the same row in two deliveries is one event that came twice.
    """
    pipeline.add(
        "told",
        f"""SELECT {_CONTENT}, day,
  row_number() OVER (PARTITION BY day, {_CONTENT} ORDER BY event_id) AS copy
FROM day_event""",
    )
    pipeline.add("happened", f"SELECT {_CONTENT}, copy, min(day) AS day FROM told GROUP BY {_CONTENT}, copy")


def fold_days(store: Store, month: Month) -> list[Partition]:
    """The month's events from its days, where no monthly extract brought them; nothing where no day is there.

    The month's own extract is the authority: once it is in the book its days are left beside it.
    """
    there = store.current(EVENT, month=month.number)
    if there is not None and "import" in there.manifest.note:
        return []
    days = day_events(store, month.first, month.plus(1).last)
    if not any(Month.containing(day_of(p)) == month for p in days):
        return []
    pipeline = Pipeline()
    happened_pieces(pipeline)
    lacks = [set(p.manifest.note.get("missing_columns", ())) for p in days]
    return [
        store.write(
            EVENT,
            {"month": month.number},
            pipeline.text(
                f"""SELECT $month AS month, row_number() OVER (ORDER BY {_CONTENT}, copy) AS event_id, {_CONTENT}
FROM happened WHERE event_date >= $first AND event_date < $end"""
            ),
            inputs={"day_event": days},
            parameters={"month": month.number, "first": month.first, "end": month.end},
            note={
                "folded_days": [day_of(p).isoformat() for p in days],
                "missing_columns": sorted(set.intersection(*lacks)),
            },
        )
    ]


# -- a line as of a day

_TYPES = {
    "recharge": "RECHARGE", "query": "PORT_OUT_QUERY", "order": "ORDER", "complaint": "COMPLAINT",
    "repair": "REPAIR", "repair_done": "REPAIR_DONE",
}  # fmt: skip
_LAST = {
    "stopped_at": "STOP", "restored_at": "RESTORE", "complained_at": "COMPLAINT", "settled_at": "COMPLAINT_CLOSED",
}  # fmt: skip

TRIGGERS: Mapping[str, str] = {
    "port_out_query_count": "query",
    "has_open_complaint": "complaint",
    "complaints_3m": "complaint",
    "open_repair_count": "repair",
}
"""Column of a line → the event that raises a rule of it anew, even where it held already."""

DAY_COLUMNS = frozenset(
    {
        "balance_fen", "run_out_days", "run_out_date", "arrears_fen", "service_status", "is_stopped",
        "has_open_complaint", "recharge_3m_fen", "port_out_query_count", "port_out_application_date",
        "days_since_port_out_application", "order_3m_count", "complaints_3m", "open_repair_count",
    }
)  # fmt: skip
"""What a day's feeds change of a line; the other columns are those of the last closed month."""


def overlay_pieces(pipeline: Pipeline, suffix: str, *, before: bool, has_balance: bool) -> None:
    """Add `line<suffix>` and `feature<suffix>`: the lines of the piece `concerned` as of the day, or just before it.

    Needs `happened`, the views `book_line` and `book_feature`, with `has_balance` the view `balance<suffix>`, and the
    parameters `$day` and `$day_first`, the first day of its month.
    """
    told = "day < $day" if before else "TRUE"
    counts = [
        f"CAST(sum(CASE WHEN event_type = '{kind}' THEN 1 ELSE 0 END) AS BIGINT) AS {name}_count"
        for name, kind in _TYPES.items()
    ]
    moments = [
        f"max(CASE WHEN event_type = '{kind}' THEN happened_at END) AS {name}" for name, kind in _LAST.items()
    ]
    newly = ", ".join(
        f"CAST(sum(CASE WHEN event_type = '{_TYPES[name]}' AND day = $day THEN 1 ELSE 0 END) AS BIGINT) AS new_{name}"
        for name in sorted(set(TRIGGERS.values()))
    )
    pipeline.add(
        f"moved{suffix}",
        f"""SELECT subscriber_id, {", ".join([*counts, *moments])}, {newly},
  CAST(sum(CASE WHEN event_type = 'RECHARGE' THEN COALESCE(amount_fen, 0) ELSE 0 END) AS BIGINT) AS recharge_fen,
  CAST(sum(CASE WHEN event_type = 'PAYMENT' THEN COALESCE(amount_fen, 0) ELSE 0 END) AS BIGINT) AS payment_fen,
  max(CASE WHEN event_type = 'PORT_OUT_APPLICATION' THEN event_date END) AS applied_date
FROM happened WHERE {told} AND event_date >= $day_first AND event_date <= $day GROUP BY subscriber_id""",
    )
    balance, arrears, join = "l.balance_fen", "l.arrears_fen", ""
    if has_balance:
        join = f"\nLEFT JOIN balance{suffix} b ON b.subscriber_id = l.subscriber_id"
        balance = "COALESCE(b.balance_fen, l.balance_fen)"
        arrears = "COALESCE(b.arrears_fen, l.arrears_fen)"
    changed = {
        "balance_fen": balance,
        "arrears_fen": arrears,
        "service_status": """CASE
    WHEN m.stopped_at > COALESCE(m.restored_at, TIMESTAMP '1970-01-01 00:00:00') AND l.service_status = 'IN_SERVICE'
      THEN 'ONE_WAY_STOPPED'
    WHEN m.restored_at >= COALESCE(m.stopped_at, m.restored_at)
      AND l.service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED') THEN 'IN_SERVICE'
    ELSE l.service_status END""",
        "has_open_complaint": """CASE
    WHEN m.complained_at > COALESCE(m.settled_at, TIMESTAMP '1970-01-01 00:00:00') THEN TRUE
    WHEN m.settled_at IS NOT NULL THEN FALSE ELSE l.has_open_complaint END""",
    }
    columns = ", ".join(
        f"{changed[name]} AS {name}" if name in changed else f"l.{name}" for name in SUBSCRIBER_MONTH.types
    )
    near = f"JOIN concerned c ON c.concerned_id = {{0}}.subscriber_id\nLEFT JOIN moved{suffix} m"
    pipeline.add(
        f"line{suffix}",
        f"SELECT {columns}\nFROM book_line l {near.format('l')} ON m.subscriber_id = l.subscriber_id{join}",
    )
    counted = {
        "recharge_3m_fen": "f.recharge_3m_fen + COALESCE(m.recharge_fen, 0)",
        "port_out_query_count": "COALESCE(m.query_count, 0)",
        "port_out_application_date": "COALESCE(m.applied_date, f.port_out_application_date)",
        "order_3m_count": "f.order_3m_count + COALESCE(m.order_count, 0)",
        "complaints_3m": "f.complaints_3m + COALESCE(m.complaint_count, 0)",
        "open_repair_count": (
            "GREATEST(f.open_repair_count + COALESCE(m.repair_count, 0) - COALESCE(m.repair_done_count, 0), 0)"
        ),
    }
    columns = ", ".join(
        f"{counted[name]} AS {name}" if name in counted else f"f.{name}" for name in FEATURE.types
    )
    pipeline.add(
        f"feature{suffix}",
        f"SELECT {columns}\nFROM book_feature f {near.format('f')} ON m.subscriber_id = f.subscriber_id",
    )


def day_inputs(store: Store, day: date) -> dict[str, Partition | Sequence[Partition]]:
    """The views of a day: `book_line` and `book_feature` of the month before, `day_event`, `balance` where it is.

    `balance_was` is that of the last day before with one, in the same month; without one the book's is meant.
    Raises DataError where that month was not run and where no day of this one brought events.
    """
    month = Month.containing(day)
    before = month.plus(-1).number
    inputs: dict[str, Partition | Sequence[Partition]] = {
        "book_line": store.require(SUBSCRIBER_MONTH, month=before),
        "book_feature": store.require(FEATURE, month=before),
    }
    events = day_events(store, month.first, day)
    if not events:
        raise DataError(
            "day.none",
            Text(f"{month} 到 {day} 还没有日更事件", f"no day's events of {month} are there up to {day}"),
            Text(
                f"先导入：weixi import 目录（文件未写日期时加 --day {day}）",
                f"weixi import FOLDER first (with --day {day} where the files name no day)",
            ),
        )
    inputs["day_event"] = events
    balances = [p for p in store.partitions(DAY_BALANCE) if month.first <= day_of(p) <= day]
    if balances and day_of(balances[-1]) == day:
        inputs["balance"] = balances[-1]
        earlier = balances[-2:-1]
        if earlier:
            inputs["balance_was"] = earlier[0]
    return inputs


def build_day(store: Store, day: date, warning: Partition) -> tuple[Partition, Partition]:
    """The lines that the day concerns, as of its end (DAY_LINE, DAY_FEATURE).

    They are those with an event of this delivery, those that applied for port-out in the month, those that `warning`
    (a table with `subscriber_id`) names, and every line of the same household or person: what silences one silences
    all.
    """
    inputs = day_inputs(store, day)
    inputs.pop("balance_was", None)
    book = store.require(SUBSCRIBER_MONTH, month=Month.containing(day).plus(-1).number)
    # Events are there, whatever the months before had.
    note = {
        "missing_columns": book.manifest.note.get("missing_columns", []),
        "event_months": [day.isoformat()],
    }
    made = []
    for table, view in ((DAY_LINE, "line"), (DAY_FEATURE, "feature")):
        pipeline = Pipeline()
        happened_pieces(pipeline)
        pipeline.add(
            "met",
            """SELECT subscriber_id AS met_id FROM warning
UNION ALL
SELECT subscriber_id AS met_id FROM happened
WHERE event_date >= $day_first AND (day = $day OR event_type = 'PORT_OUT_APPLICATION')""",
        )
        pipeline.add(
            "owner",
            """SELECT l.household_id, l.party_id FROM book_line l JOIN met ON met.met_id = l.subscriber_id
GROUP BY l.household_id, l.party_id""",
        )
        pipeline.add(
            "concerned",
            """SELECT concerned_id FROM (
  SELECT met_id AS concerned_id FROM met
  UNION ALL
  SELECT l.subscriber_id AS concerned_id FROM book_line l JOIN owner o ON o.household_id = l.household_id
  UNION ALL
  SELECT l.subscriber_id AS concerned_id FROM book_line l JOIN owner o ON o.party_id = l.party_id
) AS c GROUP BY concerned_id""",
        )
        overlay_pieces(pipeline, "", before=False, has_balance="balance" in inputs)
        made.append(
            store.write(
                table,
                day_key(day),
                pipeline.text(f"SELECT {', '.join(table.types)} FROM {view}"),
                inputs={**inputs, "warning": warning},
                parameters={"day": day, "day_first": Month.containing(day).first},
                note=note,
            )
        )
    return made[0], made[1]


def missing_days(store: Store, day: date) -> list[date]:
    """The days of the month up to `day` that no delivery of events covers."""
    first = Month.containing(day).first
    there = {day_of(p) for p in day_events(store, first, day)}
    return [at for k in range((day - first).days + 1) if (at := first + timedelta(days=k)) not in there]
