"""The tables of the book."""

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.engine.schema import Table
from weixi.flow.extract import LINE_COLUMNS, ORG
from weixi.flow.extract import SURVEY as SURVEY_FEED
from weixi.kernel import terms

SUBSCRIBER_MONTH = Table(
    name="subscriber_month",
    grain="one service line (or prospect) at the end of one month, with the month's sums",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("month", T.INTEGER, "billing month, YYYYMM", required=True),
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("party_id", T.BIGINT, "surrogate key of the person or organisation behind it"),
        C("account_id", T.BIGINT, "surrogate key of who is billed"),
        C("household_id", T.BIGINT, "surrogate key of the household"),
        C("corporate_account_id", T.BIGINT, "surrogate key of the corporate account"),
        C(
            "is_carried",
            T.BOOLEAN,
            "row carried from the month before: the extract has no good record of it",
            required=True,
        ),
        *LINE_COLUMNS,
    ),
)

EVENT = Table(
    name="event",
    grain="one dated event of one line",
    partition=("month",),
    key=("event_id",),
    columns=(
        C("month", T.INTEGER, "month of the event's business date, YYYYMM", required=True),
        C("event_id", T.BIGINT, "number of the event within its month", required=True),
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("event_type", T.VARCHAR, "what happened", required=True, values=terms.EventType),
        C("happened_at", T.TIMESTAMP, "moment in UTC", required=True),
        C("event_date", T.DATE, "business date in Asia/Shanghai", required=True),
        C("amount_fen", T.BIGINT, "money that moved, fen"),
        C("offer_code", T.VARCHAR, "offer that was ordered"),
        C("channel", T.VARCHAR, "where", values=terms.Channel),
        C("agent_code", T.VARCHAR, "who took it"),
    ),
)

SURVEY = Table(
    name="survey",
    grain="one answer of one line to one survey of satisfaction",
    partition=("month",),
    key=("answer_id",),
    columns=(
        C("month", T.INTEGER, "month in which it was delivered, YYYYMM", required=True),
        C("answer_id", T.BIGINT, "number of the answer within its month", required=True),
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        *(column for column in SURVEY_FEED.columns if column.name != "subscriber_key"),
    ),
)

ORG_NODE = Table(
    name="org_node",
    grain="one node of the tree province → city → county → unit → owner, as of one month",
    partition=("month",),
    key=("node_code",),
    columns=(
        C("month", T.INTEGER, "month from which the tree holds, YYYYMM", required=True),
        *ORG.columns,
    ),
)

ORG_PATH = Table(
    name="org_path",
    grain="one pair of a node and one node at or above it: the tree's transitive closure",
    partition=("month",),
    key=("node_code", "ancestor_code"),
    columns=(
        C("node_code", T.VARCHAR, "code of the node", required=True),
        C("ancestor_code", T.VARCHAR, "code of the node itself or one above it", required=True),
        C("ancestor_level", T.VARCHAR, "level of that node", required=True, values=terms.OrgLevel),
        C("distance", T.INTEGER, "steps up; 0 is the node itself", required=True, minimum=0),
    ),
)

IDENTITY = Table(
    name="identity",
    grain="one line as one import first saw it or saw it changed; erasable, never sealed, joined by no step",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("month", T.INTEGER, "month of that import, YYYYMM", required=True),
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("source_key", T.VARCHAR, "the operator's key of the line; null once erased"),
        C("msisdn", T.VARCHAR, "number from this month on"),
        C("name", T.VARCHAR, "name of the person or organisation"),
        C("address", T.VARCHAR, "address"),
    ),
)

SURROGATE = Table(
    name="surrogate",
    grain="one source key that got its surrogate in one import (party, account, household, corporate account)",
    partition=("month",),
    key=("kind", "surrogate_id"),
    columns=(
        C("kind", T.VARCHAR, "PARTY, ACCOUNT, HOUSEHOLD or CORPORATE", required=True),
        C("surrogate_id", T.BIGINT, "the surrogate key", required=True),
        C("hash_high", T.BIGINT, "keyed hash of the operator's key, its first 60 bits", required=True),
        C("hash_low", T.BIGINT, "the next 60 bits of the hash", required=True),
    ),
)

FEATURE = Table(
    name="feature",
    grain="one line in one month: what its last twelve months say; one GROUP BY, no window",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C(
            "complete_months",
            T.BIGINT,
            "complete billed months among the last three (opened before their first day)",
            required=True,
        ),
        C("revenue_3m_fen", T.BIGINT, "billed revenue of those months after discounts, fen", required=True),
        C("revenue_3m_before_discount_fen", T.BIGINT, "the same before discounts, fen", required=True),
        C("revenue_12m_fen", T.BIGINT, "billed revenue of the last twelve months, fen", required=True),
        C("billed_months_12m", T.BIGINT, "months with a bill above 0 among the last twelve", required=True),
        C("revenue_previous_3m_fen", T.BIGINT, "billed revenue of months 4–6 back, fen", required=True),
        C("voice_3m_seconds", T.BIGINT, "voice use of the last three months", required=True),
        C("voice_previous_3m_seconds", T.BIGINT, "voice use of months 4–6 back", required=True),
        C("data_3m_kb", T.BIGINT, "data use of the last three months", required=True),
        C("data_previous_3m_kb", T.BIGINT, "data use of months 4–6 back", required=True),
        C("previous_bill_fen", T.BIGINT, "bill of the month before, fen; null where there was none"),
        C("previous_call_count", T.BIGINT, "calls in the month before"),
        C("previous_data_kb", T.BIGINT, "data use in the month before, KB"),
        C("silent_months", T.BIGINT, "months without voice, data or SMS among the last three", required=True),
        C("stopped_months_3m", T.BIGINT, "months that ended stopped among the last three", required=True),
        C("complaints_3m", T.BIGINT, "complaints of the last three months", required=True),
        C("recharge_3m_fen", T.BIGINT, "recharged in the last three months, fen", required=True),
        C("seen_months", T.BIGINT, "months with a row among the last twelve", required=True),
        C("port_out_query_count", T.BIGINT, "port-out queries in the month", required=True),
        C(
            "port_out_application_date",
            T.DATE,
            "day of the last port-out application in the last three months; null: none",
        ),
        C("order_3m_count", T.BIGINT, "orders in the last three months", required=True),
        C("open_repair_count", T.BIGINT, "fault reports in the month less repairs done", required=True),
    ),
)

DAY_EVENT = Table(
    name="day_event",
    grain="one dated event as the delivery of one day brought it; days may repeat one another's events",
    partition=("month", "day"),
    key=("event_id",),
    columns=(
        C("day", T.DATE, "day of the delivery, Asia/Shanghai", required=True),
        C("event_id", T.BIGINT, "number of the event within its delivery", required=True),
        *(c for c in EVENT.columns if c.name not in ("month", "event_id")),
    ),
)

DAY_BALANCE = Table(
    name="day_balance",
    grain="one line's balance and debt at the end of one day",
    partition=("month", "day"),
    key=("subscriber_id",),
    columns=(
        C("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),
        C("balance_fen", T.BIGINT, "prepaid balance, fen"),
        C("arrears_fen", T.BIGINT, "debt, fen", minimum=0),
    ),
)

DAY_LINE = Table(
    name="day_line",
    grain="one line concerned by a day's events or warnings, or of such a line's household or person, as of that day",
    partition=("month", "day"),
    key=SUBSCRIBER_MONTH.key,
    columns=SUBSCRIBER_MONTH.columns,
)

DAY_FEATURE = Table(
    name="day_feature",
    grain="the features of one such line: the last closed month's, with the current month's events up to the day",
    partition=("month", "day"),
    key=FEATURE.key,
    columns=FEATURE.columns,
)

LEDGER = Table(
    name="month_ledger",
    grain="one entry on one book month: closed, or restated after closing; sealed, only ever added",
    partition=("month", "entry"),
    key=("month", "entry"),
    columns=(
        C("month", T.INTEGER, "billing month, YYYYMM", required=True),
        C("entry", T.INTEGER, "number of the entry within its month, from 1", required=True, minimum=1),
        C("action", T.VARCHAR, "CLOSE or RESTATE", required=True),
        C("actor", T.VARCHAR, "who", required=True),
        C("happened_at", T.TIMESTAMP, "moment in UTC", required=True),
        C("reason", T.VARCHAR, "why; empty for a closing", required=True),
        C("book", T.VARCHAR, "fingerprint of the month's book before the entry took effect", required=True),
    ),
)

TABLES = (
    SUBSCRIBER_MONTH,
    EVENT,
    SURVEY,
    ORG_NODE,
    ORG_PATH,
    IDENTITY,
    SURROGATE,
    FEATURE,
    DAY_EVENT,
    DAY_BALANCE,
    DAY_LINE,
    DAY_FEATURE,
    LEDGER,
)
