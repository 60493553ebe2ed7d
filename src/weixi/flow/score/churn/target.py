"""Who is asked about, and what came: lines in service at a month's end, and whether they left by choice in the window.

Observation: the month's book and its features, which reach twelve months back. Gap: months after it that do not
count, for a list takes time to reach people. Window: the months in which leaving counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_COLUMNS, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.score.churn.frame import Floats, Frame, Ints, Words
from weixi.kernel.period import Month
from weixi.kernel.terms import ExitType, ServiceStatus

CHOSEN = (ExitType.PORTED_OUT, ExitType.CANCELLED, ExitType.UNLISTED)
"""Exits that a person chooses; debt and anti-fraud orders are no churn, and their lines are left out of training."""

NUMBERS = (
    "tenure_months", "age", "days_to_contract_end", "days_to_subsidy_end", "days_to_broadband_end", "run_out_days",
    "plan_fee_fen", "bill_fen", "bill_before_discount_fen", "paid_fen", "balance_fen", "arrears_fen",
    "arrears_month_count", "min_spend_fen", "voice_seconds", "call_count", "call_out_count", "call_peer_count",
    "data_kb", "sms_count", "handset_month_count", "handset_price_fen", "device_subsidy_fen", "subsidy_release_fen",
    "roaming_day_count", "complaint_count", "corporate_staff_count", "is_key_person", "is_converged", "is_rural",
    "is_campus", "has_open_complaint", "is_used", "is_billed", "is_stopped", "complete_months", "revenue_3m_fen",
    "revenue_3m_before_discount_fen", "revenue_12m_fen", "billed_months_12m", "revenue_previous_3m_fen",
    "voice_3m_seconds", "voice_previous_3m_seconds", "data_3m_kb", "data_previous_3m_kb", "previous_bill_fen",
    "previous_call_count", "previous_data_kb", "silent_months", "stopped_months_3m", "complaints_3m",
    "recharge_3m_fen", "seen_months", "port_out_query_count", "order_3m_count", "open_repair_count",
)  # fmt: skip
WORDS = (
    "payment_type", "customer_kind", "corporate_kind", "contract_kind", "service_status", "plan_code", "unit_code",
)  # fmt: skip
"""The columns of the subscriber that a score may read. Names, keys, dates and exits are not among them."""

TRENDS = {
    "revenue_trend": ("revenue_3m_fen", "revenue_previous_3m_fen"),
    "voice_trend": ("voice_3m_seconds", "voice_previous_3m_seconds"),
    "data_trend": ("data_3m_kb", "data_previous_3m_kb"),
    "bill_trend": ("bill_fen", "previous_bill_fen"),
}
"""Column made here → what is divided by what: trees need many cuts for a ratio. NaN where nothing came before."""

_LARGEST_TREND = 10.0


@dataclass(frozen=True, slots=True)
class Windows:
    """How many months after the observed one do not count, and in how many after those leaving counts."""

    gap_months: int = 0
    label_months: int = 2

    def known_by(self, month: Month) -> Month:
        """The month whose book says what came of those observed in `month`."""
        return month.plus(self.gap_months + self.label_months)

    def latest_known(self, month: Month) -> Month:
        """The last month whose outcome the book of `month` says."""
        return month.plus(-self.gap_months - self.label_months)


USUAL_WINDOWS = Windows()
"""No gap, and two months in which leaving counts."""


@dataclass(frozen=True, eq=False)
class Observed:
    """The lines of one month that are asked about, in the order of their ids; `label` is None where it is not known."""

    month: Month
    subscriber_ids: Ints
    frame: Frame
    label: Ints | None
    flags: pa.Table


@dataclass(frozen=True, slots=True)
class Draw:
    """Which labelled lines are read: the shares (0–1) of leavers and of stayers, drawn by a line's key and the seed."""

    leavers: float
    stayers: float
    seed: int


_PRIME = 2**31 - 1
_STRIDE = 48_271


def _drawn_sql(month: Month, draw: Draw) -> str:
    """Whether the line is drawn: its key, strided and squared modulo a prime, lies below its label's share of it.

    Whole numbers below 2⁶², so that every engine draws the same lines; another month draws others.
    """
    place = f"((a.subscriber_id % {_PRIME}) * {_STRIDE} + {(draw.seed + 1) * month.number}) % {_PRIME}"
    shares = [int(share * _PRIME) for share in (draw.leavers, draw.stayers)]
    return f"({place}) * ({place}) % {_PRIME} < CASE WHEN c.label = 1 THEN {shares[0]} ELSE {shares[1]} END"


def count_known(store: Store, month: Month, windows: Windows) -> tuple[int, int]:
    """How many of the lines that `observe` labels left, and how many stayed."""
    pipeline = Pipeline()
    subscriber_pieces(pipeline, columns={"subscriber_id", *_ASKED})
    pipeline.add("asked", f"SELECT subscriber_id FROM subscriber WHERE {_IS_ASKED}")
    pipeline.add("came", left_text())
    [row] = store.rows(
        pipeline.text(
            "SELECT COALESCE(CAST(sum(c.label) AS BIGINT), 0) AS left_count, CAST(count(*) AS BIGINT) AS line_count "
            "FROM asked a JOIN came c ON c.subscriber_id = a.subscriber_id WHERE c.label IS NOT NULL"
        ),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
            "later": store.require(SUBSCRIBER_MONTH, month=windows.known_by(month).number),
        },
        parameters={"as_of": month.last, "gap_last": month.plus(windows.gap_months).last},
    )
    return int(row["left_count"]), int(row["line_count"]) - int(row["left_count"])


def observe(
    store: Store,
    month: Month,
    windows: Windows,
    *,
    labelled: bool,
    flags: Sequence[tuple[str, str]] = (),
    draw: Draw | None = None,
) -> Observed:
    """The counted lines in service at the end of `month` that have not yet asked to leave.

    Where `labelled`, with what came of them: 1 for a line that left by choice within the window; one that left in the
    gap, or not by choice, is left out. `flags` are (name, condition over the subscriber's columns): asked of every
    line. `draw` reads a part of the labelled lines. Raises DataError where a month that is needed is not in the book.
    """
    inputs: dict[str, Partition] = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
    }
    parameters: dict[str, date] = {"as_of": month.last}
    pipeline = Pipeline()
    subscriber_pieces(pipeline, columns=SUBSCRIBER_COLUMNS.keys() if flags else _READ)
    asked = "".join(f", CASE WHEN {test} THEN TRUE ELSE FALSE END AS {name}" for name, test in flags)
    columns = ", ".join(_given(name) for name in (*NUMBERS, *WORDS))
    carried = ("subscriber_id", *NUMBERS, *WORDS, *(name for name, _ in flags))
    pipeline.add(
        "asked",
        f"""SELECT subscriber_id, {columns}{asked} FROM subscriber
WHERE {_IS_ASKED}""",
    )
    if labelled:
        inputs["later"] = store.require(SUBSCRIBER_MONTH, month=windows.known_by(month).number)
        parameters["gap_last"] = month.plus(windows.gap_months).last
        pipeline.add("came", left_text())
        drawn = f" AND {_drawn_sql(month, draw)}" if draw is not None else ""
        text = pipeline.text(
            f"SELECT {', '.join(f'a.{name}' for name in carried)}, c.label "
            "FROM asked a JOIN came c ON c.subscriber_id = a.subscriber_id "
            f"WHERE c.label IS NOT NULL{drawn} ORDER BY a.subscriber_id"
        )
    else:
        text = pipeline.text(f"SELECT {', '.join(carried)} FROM asked ORDER BY subscriber_id")
    found = store.arrow(text, inputs=inputs, parameters=parameters)
    return Observed(
        month,
        _whole(found.column("subscriber_id")),
        frame_of(found),
        _whole(found.column("label")) if labelled else None,
        found.select([name for name, _ in flags]),
    )


_ASKED = ("is_counted", "is_in_service", "service_status", "port_out_application_date")
_IS_ASKED = f"""is_counted AND is_in_service AND service_status <> '{ServiceStatus.PENDING_CANCEL}'
  AND port_out_application_date IS NULL"""
_READ = frozenset({*NUMBERS, *WORDS, *_ASKED})


def _given(name: str) -> str:
    if name in WORDS:
        return name
    whole = (
        f"CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END"
        if SUBSCRIBER_COLUMNS[name] is T.BOOLEAN
        else name
    )
    return f"CAST({whole} AS DOUBLE) AS {name}"


def left_text() -> str:
    """The SQL of who left by choice, over `later`, with `$gap_last`: `label` 1, 0, or null for who does not count."""
    chosen = ", ".join(f"'{kind}'" for kind in CHOSEN)
    return f"""SELECT subscriber_id, CAST(CASE WHEN service_status <> '{ServiceStatus.EXITED}' THEN 0
    WHEN exit_date > $gap_last AND exit_type IN ({chosen}) THEN 1 END AS INTEGER) AS label
FROM later"""


def frame_of(table: pa.Table) -> Frame:
    """The table's columns as the models read them, the trends beside them."""
    numbers = {name: _double(table.column(name)) for name in NUMBERS}
    for name, (now, before) in TRENDS.items():
        numbers[name] = _trend(numbers[now], numbers[before])
    return Frame(numbers, {name: _words(table.column(name)) for name in WORDS}, table.num_rows)


def _trend(now: Floats, before: Floats) -> Floats:
    is_known = before > 0
    return np.where(is_known, np.minimum(now / np.where(is_known, before, 1.0), _LARGEST_TREND), np.nan)


def _double(column: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy(), dtype=np.float64)


def _whole(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int64()).to_numpy(), dtype=np.int64)


def _words(column: pa.ChunkedArray) -> Words:
    return Words.of(pc.fill_null(column.cast(pa.string()), "").combine_chunks())
