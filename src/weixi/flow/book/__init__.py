"""The book: one row a line and month, under surrogate keys; its events, its tree, its features."""

from weixi.flow.book.calendar import months_of, require_month
from weixi.flow.book.day import (
    DAY_COLUMNS,
    TRIGGERS,
    build_day,
    day_events,
    day_inputs,
    day_key,
    day_of,
    fold_days,
    happened_pieces,
    missing_days,
    overlay_pieces,
)
from weixi.flow.book.delivery import take_delivery
from weixi.flow.book.feature import build_feature, feature_text
from weixi.flow.book.intake import import_extract
from weixi.flow.book.ledger import LedgerAction, LedgerEntry, close_month, ledger_entries, month_state
from weixi.flow.book.origin import Origin, origin_of
from weixi.flow.book.phrases import BOOK_PHRASES
from weixi.flow.book.result import FeedResult, Intake, Progress
from weixi.flow.book.spoken import SPOKEN
from weixi.flow.book.subscriber import (
    IN_SERVICE,
    SUBSCRIBER_COLUMNS,
    going_on_sql,
    household_key_sql,
    in_service_sql,
    needs_feature,
    subscriber_pieces,
)
from weixi.flow.book.tables import (
    DAY_BALANCE,
    DAY_EVENT,
    DAY_FEATURE,
    DAY_LINE,
    EVENT,
    FEATURE,
    IDENTITY,
    LEDGER,
    ORG_NODE,
    ORG_PATH,
    SUBSCRIBER_MONTH,
    SURROGATE,
    SURVEY,
    TABLES,
)
from weixi.flow.book.totals import Totals, in_all

__all__ = [
    "BOOK_PHRASES",
    "DAY_BALANCE",
    "DAY_COLUMNS",
    "DAY_EVENT",
    "DAY_FEATURE",
    "DAY_LINE",
    "EVENT",
    "FEATURE",
    "IDENTITY",
    "IN_SERVICE",
    "LEDGER",
    "ORG_NODE",
    "ORG_PATH",
    "SPOKEN",
    "SUBSCRIBER_COLUMNS",
    "SUBSCRIBER_MONTH",
    "SURROGATE",
    "SURVEY",
    "TABLES",
    "TRIGGERS",
    "FeedResult",
    "Intake",
    "LedgerAction",
    "LedgerEntry",
    "Origin",
    "Progress",
    "Totals",
    "build_day",
    "build_feature",
    "close_month",
    "day_events",
    "day_inputs",
    "day_key",
    "day_of",
    "feature_text",
    "fold_days",
    "going_on_sql",
    "happened_pieces",
    "household_key_sql",
    "import_extract",
    "in_all",
    "in_service_sql",
    "ledger_entries",
    "missing_days",
    "month_state",
    "months_of",
    "needs_feature",
    "origin_of",
    "overlay_pieces",
    "require_month",
    "subscriber_pieces",
    "take_delivery",
]
