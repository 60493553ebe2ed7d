"""The clocks of a month for people: how many end when, which leases by unit and week, which bills jump."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from weixi.engine import Partition, Store
from weixi.flow.book import EVENT, SUBSCRIBER_MONTH, Origin, origin_of
from weixi.flow.cohort import ASSIGNMENT, require_tree
from weixi.flow.warning.tables import CLOCK
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

CLOCKS: Mapping[str, Text] = {
    "run_out": Text("预存话费用完（预测）", "deposit used up (forecast)"),
    "lease_end": Text("租机协议到期", "handset lease ends"),
    "subsidy_end": Text("补贴到期", "subsidy ends"),
    "broadband_end": Text("宽带到期", "broadband ends"),
}
"""Clock → its name; its column of CLOCK is `<clock>_date`."""

SHOWN = 15


@dataclass(frozen=True, slots=True)
class ClockCount:
    """Lines whose clock ends within 7, 15, 30 and 90 days of the month's end; `household_count` of the last."""

    clock: str
    text: Text
    within_7: int
    within_15: int
    within_30: int
    within_90: int
    household_count: int


@dataclass(frozen=True, slots=True)
class UnitWeeks:
    """Leases of one care unit that end in each week (7 days from the month's end on, 13 of them)."""

    unit_code: str
    unit: str
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Deposit:
    """One line whose balance is used up soon: the forecast day, its 80 % interval, three months' revenue (fen)."""

    subscriber_id: int
    unit: str
    run_out_date: date
    run_out_low_date: date | None
    run_out_high_date: date | None
    revenue_3m_fen: int


@dataclass(frozen=True, slots=True)
class BillJump:
    """One line whose subsidy ends: what it pays a month before and after, fen."""

    subscriber_id: int
    unit: str
    subsidy_end_date: date
    bill_before_fen: int
    bill_after_fen: int
    jump_fen: int


@dataclass(frozen=True, slots=True)
class BroadbandEnd:
    """One household line whose broadband ends: its fault reports of three months, and those still open."""

    subscriber_id: int
    unit: str
    broadband_end_date: date
    repair_count: int
    open_repair_count: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The clocks of one month's data. `double_count` lines have several clocks; their household has one task."""

    month: Month
    season_percent: int
    clocks: tuple[ClockCount, ...]
    double_count: int
    interval_known: bool
    deposits: tuple[Deposit, ...]
    leases: tuple[UnitWeeks, ...]
    jumps: tuple[BillJump, ...]
    jump_count: int
    jump_fen: int
    broadband: tuple[BroadbandEnd, ...]
    broadband_count: int
    origin: Origin


def calendar_of(store: Store, month: Month) -> Calendar:
    """The clocks that the data of `month` show. Raises DataError where that month was not run."""
    clock = store.current(CLOCK, month=month.number)
    if clock is None:
        raise DataError(
            "clock.no_month",
            Text(f"{month} 没有到期时钟", f"{month} has no clocks"),
            Text(f"先运行 weixi run --month {month}", f"run weixi run --month {month} first"),
        )
    inputs = {"clock": clock, "assignment": store.require(ASSIGNMENT, month=month.number)}
    tree = require_tree(store, month)
    names = {
        str(row["node_code"]): str(row["name"])
        for row in store.rows("SELECT node_code, name FROM node ORDER BY node_code", inputs={"node": tree})
    }
    jumps = _jumps(store, inputs, names)
    broadband = _broadband(store, inputs, month, names)
    totals = store.rows(
        f"""SELECT CAST(sum(CASE WHEN {_several()} > 1 THEN 1 ELSE 0 END) AS BIGINT) AS double_count,
  count(run_out_low_date) AS interval_count,
  CAST(sum(CASE WHEN bill_after_fen > bill_before_fen THEN 1 ELSE 0 END) AS BIGINT) AS jump_count,
  CAST(COALESCE(sum(bill_after_fen - bill_before_fen), 0) AS BIGINT) AS jump_fen,
  count(broadband_end_date) AS broadband_count
FROM clock""",
        inputs={"clock": clock},
    )[0]
    return Calendar(
        month=month,
        season_percent=int(clock.manifest.note["season_percent"]),
        clocks=tuple(_count(store, clock, month, name) for name in CLOCKS),
        double_count=int(totals["double_count"] or 0),
        interval_known=int(totals["interval_count"]) > 0,
        deposits=_deposits(store, inputs, names),
        leases=_leases(store, inputs, month, names),
        jumps=jumps,
        jump_count=int(totals["jump_count"] or 0),
        jump_fen=int(totals["jump_fen"]),
        broadband=broadband,
        broadband_count=int(totals["broadband_count"]),
        origin=origin_of(store.require(SUBSCRIBER_MONTH, month=month.number)),
    )


def _several() -> str:
    counted = " + ".join(f"CASE WHEN {name}_date IS NOT NULL THEN 1 ELSE 0 END" for name in CLOCKS)
    return f"({counted})"


def _count(store: Store, clock: Partition, month: Month, name: str) -> ClockCount:
    within = ", ".join(
        f"CAST(sum(CASE WHEN {name}_date <= CAST($last AS DATE) + {days} THEN 1 ELSE 0 END) AS BIGINT) AS within_{days}"
        for days in (7, 15, 30, 90)
    )
    row = store.rows(
        f"SELECT {within}, count(DISTINCT household_key) AS household_count FROM clock WHERE {name}_date IS NOT NULL",
        inputs={"clock": clock},
        parameters={"last": month.last},
    )[0]
    counts = {key: int(value or 0) for key, value in row.items()}
    return ClockCount(clock=name, text=CLOCKS[name], **counts)


def _leases(
    store: Store, inputs: Mapping[str, Partition], month: Month, names: Mapping[str, str]
) -> tuple[UnitWeeks, ...]:
    rows = store.rows(
        """SELECT a.unit_code, CAST(date_diff('day', CAST($last AS DATE), c.lease_end_date) AS BIGINT) // 7 AS week,
  count(*) AS line_count
FROM clock c JOIN assignment a ON a.subscriber_id = c.subscriber_id
WHERE c.lease_end_date IS NOT NULL
GROUP BY a.unit_code, CAST(date_diff('day', CAST($last AS DATE), c.lease_end_date) AS BIGINT) // 7
ORDER BY unit_code, week""",
        inputs=inputs,
        parameters={"last": month.last},
    )
    units = sorted({str(row["unit_code"]) for row in rows})
    found = {(str(row["unit_code"]), int(row["week"])): int(row["line_count"]) for row in rows}
    return tuple(
        UnitWeeks(code, names.get(code, code), tuple(found.get((code, week), 0) for week in range(13)))
        for code in units
    )


def _deposits(store: Store, inputs: Mapping[str, Partition], names: Mapping[str, str]) -> tuple[Deposit, ...]:
    rows = store.rows(
        f"""SELECT c.subscriber_id, a.unit_code, c.run_out_date, c.run_out_low_date, c.run_out_high_date,
  c.revenue_3m_fen
FROM clock c JOIN assignment a ON a.subscriber_id = c.subscriber_id
WHERE c.run_out_date IS NOT NULL ORDER BY c.run_out_date, c.revenue_3m_fen DESC, c.subscriber_id LIMIT {SHOWN}""",
        inputs=inputs,
    )
    return tuple(Deposit(unit=names.get(str(code := row.pop("unit_code")), str(code)), **row) for row in rows)


def _jumps(store: Store, inputs: Mapping[str, Partition], names: Mapping[str, str]) -> tuple[BillJump, ...]:
    rows = store.rows(
        f"""SELECT c.subscriber_id, a.unit_code, c.subsidy_end_date, c.bill_before_fen, c.bill_after_fen,
  c.bill_after_fen - c.bill_before_fen AS jump_fen
FROM clock c JOIN assignment a ON a.subscriber_id = c.subscriber_id
WHERE c.bill_after_fen > c.bill_before_fen ORDER BY jump_fen DESC, c.subscriber_id LIMIT {SHOWN}""",
        inputs=inputs,
    )
    return tuple(
        BillJump(unit=names.get(str(code := row.pop("unit_code")), str(code)), **row) for row in rows
    )


def _broadband(
    store: Store, inputs: Mapping[str, Partition], month: Month, names: Mapping[str, str]
) -> tuple[BroadbandEnd, ...]:
    events = [p for m in month.back(3) if (p := store.current(EVENT, month=m.number)) is not None]
    repairs = "SELECT subscriber_id AS repaired_id, CAST(0 AS BIGINT) AS repair_count FROM clock WHERE FALSE"
    given: dict[str, Partition | list[Partition]] = dict(inputs)
    if events:
        given["event"] = events
        repairs = """SELECT subscriber_id AS repaired_id, count(*) AS repair_count FROM event
WHERE event_type = 'REPAIR' GROUP BY subscriber_id"""
    rows = store.rows(
        f"""WITH repaired AS ({repairs})
SELECT c.subscriber_id, a.unit_code, c.broadband_end_date, COALESCE(r.repair_count, 0) AS repair_count,
  c.open_repair_count
FROM clock c JOIN assignment a ON a.subscriber_id = c.subscriber_id
LEFT JOIN repaired r ON r.repaired_id = c.subscriber_id
WHERE c.broadband_end_date IS NOT NULL
ORDER BY COALESCE(r.repair_count, 0) DESC, c.broadband_end_date, c.subscriber_id LIMIT {SHOWN}""",
        inputs=given,
    )
    return tuple(
        BroadbandEnd(unit=names.get(str(code := row.pop("unit_code")), str(code)), **row) for row in rows
    )
