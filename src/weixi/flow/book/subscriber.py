"""A subscriber as rules see him: the book, his features, and what is derived from both here and nowhere else."""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from weixi.dialect.compose import Pipeline
from weixi.dialect.types import ColumnType as T
from weixi.flow.book.tables import FEATURE, SUBSCRIBER_MONTH
from weixi.kernel.terms import LineType, LineUse, ServiceStatus

IN_SERVICE = (
    ServiceStatus.IN_SERVICE,
    ServiceStatus.ONE_WAY_STOPPED,
    ServiceStatus.TWO_WAY_STOPPED,
    ServiceStatus.SUSPENDED,
    ServiceStatus.PENDING_CANCEL,
)
"""The states that count as in service (在网)."""

LONGEST_RUN_OUT_DAYS = 3650
"""A balance that lasts longer is said to last ten years."""

_OUT = ", ".join(f"'{state}'" for state in ServiceStatus if state not in IN_SERVICE)


def in_service_sql(status: str) -> str:
    """Whether that state counts as in service; null where it is null.

    The vocabulary is closed, so the few other states are named: DuckDB makes a join of a list of five.
    """
    return f"{status} NOT IN ({_OUT})"


def _days(later: str, earlier: str) -> str:
    return f"CAST(date_diff('day', {earlier}, {later}) AS INTEGER)"


def household_key_sql(line: str) -> str:
    """What folds lines into one task: the household, else the line itself; `line` names a row of SUBSCRIBER_MONTH."""
    return f"""CASE WHEN {line}.household_id IS NOT NULL THEN concat('H', CAST({line}.household_id AS VARCHAR))
    ELSE concat('S', CAST({line}.subscriber_id AS VARCHAR)) END"""


def going_on_sql(release: str, end: str, as_of: str) -> str:
    """A subsidy's monthly release, fen, where it goes on for the next 30 days; 0 where it does not.

    A release that goes on comes to the balance every month, so it pays a part of the spend.
    """
    return f"CASE WHEN {end} >= {as_of} + 30 AND {release} > 0 THEN {release} ELSE 0 END"


_COMMERCIAL = f"l.line_use = '{LineUse.COMMERCIAL}'"
_CALENDAR = "(year({0}) * 12 + month({0}))"
_HAS_SPEND = "l.payment_type = 'PREPAID' AND f.revenue_3m_fen > 0 AND l.balance_fen IS NOT NULL"
_RELEASE = going_on_sql("l.subsidy_release_fen", "l.subsidy_end_date", "CAST($as_of AS DATE)")
_NET = f"(f.revenue_3m_fen - {_RELEASE} * f.complete_months)"
_LASTING = f"""CASE WHEN {_NET} <= 0 THEN {LONGEST_RUN_OUT_DAYS}
    ELSE GREATEST(l.balance_fen, 0) * 30 * f.complete_months // NULLIF({_NET}, 0) END"""
_RUN_OUT = f"CASE WHEN {_HAS_SPEND} THEN CAST(LEAST({_LASTING}, {LONGEST_RUN_OUT_DAYS}) AS INTEGER) END"

_DERIVED: Mapping[str, tuple[T, str]] = {
    "as_of": (T.DATE, "CAST($as_of AS DATE)"),
    "is_counted": (T.BOOLEAN, f"(l.line_type = '{LineType.MOBILE_MAIN}' AND {_COMMERCIAL})"),
    "is_in_service": (T.BOOLEAN, f"({in_service_sql('l.service_status')} AND {_COMMERCIAL})"),
    "is_billed": (T.BOOLEAN, "COALESCE(l.bill_fen > 0, FALSE)"),
    "is_used": (
        T.BOOLEAN,
        """CASE WHEN COALESCE(l.call_count, l.data_kb, l.sms_count) IS NOT NULL
    THEN COALESCE(l.call_count, 0) + COALESCE(l.data_kb, 0) + COALESCE(l.sms_count, 0) > 0 END""",
    ),
    "is_stopped": (
        T.BOOLEAN,
        f"(l.service_status IN ('{ServiceStatus.ONE_WAY_STOPPED}', '{ServiceStatus.TWO_WAY_STOPPED}'))",
    ),
    "tenure_months": (
        T.INTEGER,
        f"CAST({_CALENDAR.format('$as_of')} - {_CALENDAR.format('l.open_date')} AS INTEGER)",
    ),
    "age": (T.INTEGER, "CAST(year($as_of) - l.birth_year AS INTEGER)"),
    "days_since_exit": (T.INTEGER, _days("$as_of", "l.exit_date")),
    "days_to_contract_end": (T.INTEGER, _days("l.contract_end_date", "$as_of")),
    "days_to_subsidy_end": (T.INTEGER, _days("l.subsidy_end_date", "$as_of")),
    "days_to_broadband_end": (T.INTEGER, _days("l.broadband_end_date", "$as_of")),
    "days_since_port_out_application": (T.INTEGER, _days("$as_of", "f.port_out_application_date")),
    "run_out_days": (T.INTEGER, _RUN_OUT),
    "run_out_date": (T.DATE, f"CAST($as_of AS DATE) + {_RUN_OUT}"),
    "household_key": (T.VARCHAR, household_key_sql("l")),
}
"""Derived column → its type and SQL over `l` (the line), `f` (its features) and `$as_of`.

`is_used` is null where the extract has none of calls, data and messages. Days to a date are negative once it is
past. `run_out_days` is the balance over the mean daily spend of the complete months of the last three, less the
release of a subsidy that goes on, 30 days a month; null but for prepaid lines with spend.
"""

_FEATURES = {c.name: c.type for c in FEATURE.columns if c.name != "subscriber_id"}

SUBSCRIBER_COLUMNS: Mapping[str, T] = {
    **SUBSCRIBER_MONTH.types,
    **_FEATURES,
    **{name: kind for name, (kind, _) in _DERIVED.items()},
}
"""Column → type of the CTE `subscriber`: what every rule may name."""

_TEXTS: Mapping[str, str] = {
    **{name: f"l.{name}" for name in SUBSCRIBER_MONTH.types},
    **{name: f"f.{name}" for name in _FEATURES},
    **{name: text for name, (_, text) in _DERIVED.items()},
}
_TABLE = re.compile(r"\b[lf]\.")
_ALWAYS = frozenset({"subscriber_id", "as_of"})


def subscriber_pieces(
    pipeline: Pipeline,
    name: str = "subscriber",
    columns: Collection[str] | None = None,
    suffix: str = "",
    beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Add the CTE `subscriber` (SUBSCRIBER_COLUMNS), under another `name` where one is given.

    Where `columns` are given it has those among them, its id and `as_of`, which binds the parameter `$as_of` (the
    month's last day), and nothing else: an engine spends time on whatever is named. Of the views `line`
    (SUBSCRIBER_MONTH) and `feature` (FEATURE), which hold the same lines, it reads those that the columns need. A
    statement that needs it twice adds it twice: an engine keeps all its columns where it is read twice. `suffix` ends
    the names of the two views. `beside` gives the columns of other tables with a `subscriber_id`: only their lines are
    left, and an engine that knows of all tables at once reads the small ones first.
    """
    carried = {n: f"{table}.{n}" for table, names in beside.items() for n in names}
    texts = {
        n: text
        for n, text in _TEXTS.items()
        if n not in carried and (columns is None or n in columns or n in _ALWAYS)
    }
    feature = any("f." in _reads(text) for text in texts.values())
    line = not feature or any("l." in _reads(text) for n, text in texts.items() if n != "subscriber_id")
    if not line:
        texts["subscriber_id"] = "f.subscriber_id"
    named = ",\n  ".join(
        text if text.endswith(f".{n}") else f"{text} AS {n}" for n, text in (texts | carried).items()
    )
    tables = f"line{suffix} l JOIN feature{suffix} f ON f.subscriber_id = l.subscriber_id"
    source = tables if line and feature else f"line{suffix} l" if line else f"feature{suffix} f"
    joins = "".join(f"\nJOIN {table} ON {table}.subscriber_id = {texts['subscriber_id']}" for table in beside)
    pipeline.add(name, f"SELECT {named}\nFROM {source}{joins}")


def needs_feature(columns: Collection[str]) -> bool:
    """Whether some of the columns are features, or made of them: the month's line alone does not tell them."""
    return any("f." in _reads(_TEXTS.get(name, "")) for name in columns)


def _reads(text: str) -> frozenset[str]:
    return frozenset(_TABLE.findall(text))
