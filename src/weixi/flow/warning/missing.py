"""Which columns a month cannot know, because the operator's extract has no source for them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from weixi.dialect.compose import words
from weixi.engine import Partition
from weixi.playbook import WarningRule

DERIVED_FROM: Mapping[str, tuple[str, ...]] = {
    "is_billed": ("bill_fen",),
    "tenure_months": ("open_date",),
    "age": ("birth_year",),
    "days_since_exit": ("exit_date",),
    "days_to_contract_end": ("contract_end_date",),
    "days_to_subsidy_end": ("subsidy_end_date",),
    "days_to_broadband_end": ("broadband_end_date",),
    "run_out_days": ("balance_fen", "bill_fen", "payment_type"),
    "run_out_date": ("balance_fen", "bill_fen", "payment_type"),
    "revenue_3m_fen": ("bill_fen",),
    "revenue_3m_before_discount_fen": ("bill_before_discount_fen",),
    "revenue_12m_fen": ("bill_fen",),
    "billed_months_12m": ("bill_fen",),
    "revenue_previous_3m_fen": ("bill_fen",),
    "previous_bill_fen": ("bill_fen",),
    "voice_3m_seconds": ("voice_seconds",),
    "voice_previous_3m_seconds": ("voice_seconds",),
    "data_3m_kb": ("data_kb",),
    "data_previous_3m_kb": ("data_kb",),
    "previous_call_count": ("call_count",),
    "previous_data_kb": ("data_kb",),
    "complaints_3m": ("complaint_count",),
}
"""What a derived column or a feature is computed from: it is missing where one of these is."""

USE = frozenset({"call_count", "data_kb", "sms_count"})
"""Any one of these tells use (is_used, silent_months); it is unknown only where all are missing."""

FROM_EVENTS = frozenset(
    {
        "recharge_3m_fen",
        "port_out_query_count",
        "port_out_application_date",
        "days_since_port_out_application",
        "order_3m_count",
        "open_repair_count",
    }
)
"""What only the feed of dated events tells."""


def absent_columns(
    line: Partition, feature: Partition, brought: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The columns that the book's partition lacks (its note `missing_columns`), and those computed from them.

    Where the features saw no month of events (their note `event_months`), what only events tell is missing too.
    `brought` are columns that another feed fills.
    """
    missing = frozenset(line.manifest.note.get("missing_columns", ())) - brought
    derived = {name for name, sources in DERIVED_FROM.items() if missing & set(sources)}
    if missing >= USE:
        derived |= {"is_used", "silent_months"}
    if not feature.manifest.note.get("event_months"):
        derived |= FROM_EVENTS
    return missing | derived


def sources(names: Iterable[str], absent: frozenset[str]) -> list[str]:
    """What the operator would have to deliver for those absent columns, sorted: the feeds' own columns, or `event`."""
    found: set[str] = set()
    for name in names:
        if name in FROM_EVENTS:
            found.add("event")
        elif name in ("is_used", "silent_months"):
            found |= USE
        else:
            found |= absent.intersection(DERIVED_FROM.get(name, ())) or {name}
    return sorted(found)


def lacking(rule: WarningRule, absent: frozenset[str]) -> frozenset[str]:
    """What the warning cannot do without and the month does not know: its condition and its day need it."""
    return (words(rule.sql) | words(rule.happens_sql)) & absent


def trimmed(rule: WarningRule, absent: frozenset[str]) -> WarningRule:
    """The warning without the levels and reasons that need a column which the month does not know."""
    return replace(
        rule,
        levels=tuple(level for level in rule.levels if not words(level.sql) & absent),
        reasons=tuple(r for r in rule.reasons if not (words(r.sql) | r.columns) & absent),
    )


def trimmings(rule: WarningRule, absent: frozenset[str]) -> frozenset[str]:
    """The columns for whose sake `trimmed` left something out."""
    named = [words(level.sql) for level in rule.levels] + [words(r.sql) | r.columns for r in rule.reasons]
    return frozenset().union(*named) & absent
