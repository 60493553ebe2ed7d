"""The feeds we accept: the canonical columns that a mapping fills from an operator's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from weixi.dialect.types import ColumnType as T
from weixi.engine.schema import Column as C
from weixi.flow.extract.tables import FeedName
from weixi.kernel import terms

LINE_COLUMNS = (
    C("line_type", T.VARCHAR, "kind of line", required=True, values=terms.LineType),
    C("line_use", T.VARCHAR, "what the line is used for", required=True, values=terms.LineUse),
    C("service_status", T.VARCHAR, "state on the last day", required=True, values=terms.ServiceStatus),
    C("status_date", T.DATE, "since when that state"),
    C("exit_type", T.VARCHAR, "how it left; null unless exited", values=terms.ExitType),
    C("exit_date", T.DATE, "day of leaving; null unless exited"),
    C("open_date", T.DATE, "day the line was opened"),
    C("payment_type", T.VARCHAR, "prepaid or postpaid", values=terms.PaymentType),
    C("customer_kind", T.VARCHAR, "public or enterprise", values=terms.CustomerKind),
    C("corporate_kind", T.VARCHAR, "kind of organisation", values=terms.CorporateKind),
    C("corporate_staff_count", T.BIGINT, "known staff of the organisation", minimum=0),
    C("is_key_person", T.BOOLEAN, "key person of a corporate account"),
    C("unit_code", T.VARCHAR, "care unit the operator attached the line to (挂靠)"),
    C("owner_code", T.VARCHAR, "owner the operator attached the line to"),
    C("account_manager_code", T.VARCHAR, "manager of the corporate account"),
    C("representative_code", T.VARCHAR, "dedicated service representative"),
    C("home_unit_code", T.VARCHAR, "care unit of the home cell (网格)"),
    C("outlet_unit_code", T.VARCHAR, "care unit of the last outlet visited"),
    C("acquiring_agent_code", T.VARCHAR, "agent who won the line (发展人)"),
    C("plan_code", T.VARCHAR, "tariff plan"),
    C("plan_fee_fen", T.BIGINT, "monthly plan fee, fen", minimum=0),
    C("bill_fen", T.BIGINT, "billed revenue after discounts, handset money and collections excluded, fen"),
    C("bill_before_discount_fen", T.BIGINT, "the same before discounts, fen"),
    C("paid_fen", T.BIGINT, "money received in the month, fen"),
    C("balance_fen", T.BIGINT, "prepaid balance on the last day, fen"),
    C("arrears_fen", T.BIGINT, "debt on the last day, fen", minimum=0),
    C("arrears_month_count", T.BIGINT, "months in debt", minimum=0),
    C("min_spend_fen", T.BIGINT, "committed monthly minimum, fen", minimum=0),
    C("voice_seconds", T.BIGINT, "voice use, seconds", minimum=0),
    C("call_count", T.BIGINT, "calls made and received", minimum=0),
    C("call_out_count", T.BIGINT, "calls made", minimum=0),
    C("call_peer_count", T.BIGINT, "different numbers called", minimum=0),
    C("data_kb", T.BIGINT, "data use, KB", minimum=0),
    C("sms_count", T.BIGINT, "messages sent", minimum=0),
    C("handset_model", T.VARCHAR, "handset seen in use"),
    C("handset_month_count", T.BIGINT, "months that handset has been used", minimum=0),
    C("handset_price_fen", T.BIGINT, "list price of that handset, fen", minimum=0),
    C("contract_kind", T.VARCHAR, "what binds the line", values=terms.ContractKind),
    C("contract_start_date", T.DATE, "first day of the contract"),
    C("contract_end_date", T.DATE, "first day after the contract"),
    C("device_subsidy_fen", T.BIGINT, "handset cost the operator bore, fen", minimum=0),
    C("subsidy_end_date", T.DATE, "first day after the last release of a subsidy or gift"),
    C("subsidy_release_fen", T.BIGINT, "subsidy or gift released each month, fen", minimum=0),
    C("broadband_end_date", T.DATE, "first day after the broadband contract"),
    C("is_converged", T.BOOLEAN, "sold together with broadband (融合)"),
    C("is_rural", T.BOOLEAN, "home cell in the countryside"),
    C("is_campus", T.BOOLEAN, "home cell on a campus"),
    C("roaming_day_count", T.BIGINT, "days outside the home province", minimum=0),
    C("birth_year", T.INTEGER, "year of birth", minimum=1880),
    C("complaint_count", T.BIGINT, "complaints in the month", minimum=0),
    C("has_open_complaint", T.BOOLEAN, "a complaint is open on the last day"),
    C("consents_to_sms", T.BOOLEAN, "agreed to marketing SMS"),
    C("consents_to_call", T.BOOLEAN, "agreed to marketing calls"),
    C("suspect_level", T.BIGINT, "suspect traffic (黑话): 0 none, 1 suspected, 2 confirmed", minimum=0),
)
"""What a line says of itself at month end: the columns that go into the book as they are."""

FLOW_COLUMNS = (
    "bill_fen",
    "bill_before_discount_fen",
    "paid_fen",
    "voice_seconds",
    "call_count",
    "call_out_count",
    "call_peer_count",
    "data_kb",
    "sms_count",
    "roaming_day_count",
    "complaint_count",
)
"""Those of them that sum over a month; the others are states of its last day."""

SOURCE_COLUMNS = (
    C("subscriber_key", T.VARCHAR, "the operator's key of the line", required=True),
    C("party_document", T.VARCHAR, "id document of the person or organisation"),
    C("account_key", T.VARCHAR, "the operator's key of who is billed"),
    C("household_key", T.VARCHAR, "the operator's key of the household"),
    C("corporate_key", T.VARCHAR, "the operator's key of the corporate account"),
    C("msisdn", T.VARCHAR, "number"),
    C("name", T.VARCHAR, "name of the person or organisation"),
    C("address", T.VARCHAR, "address"),
)
"""Keys and personal data of a line: they stay in the identity tables and never enter the book."""


@dataclass(frozen=True)
class Feed:
    """One feed: its canonical columns; `key` is the one that the mapping's `key` fills.

    Where `is_unique`, a month holds one row for each key, and later rows of the same key are duplicates.
    """

    name: FeedName
    key: str
    is_unique: bool
    columns: tuple[C, ...]

    @cached_property
    def types(self) -> Mapping[str, T]:
        """Column name → type."""
        return {column.name: column.type for column in self.columns}

    @cached_property
    def required(self) -> frozenset[str]:
        """The columns that every row must fill, and every mapping must map."""
        return frozenset(column.name for column in self.columns if column.required)


SUBSCRIBER = Feed(FeedName.SUBSCRIBER, "subscriber_key", True, (*SOURCE_COLUMNS, *LINE_COLUMNS))

EVENT = Feed(
    FeedName.EVENT,
    "subscriber_key",
    False,
    (
        C("subscriber_key", T.VARCHAR, "the operator's key of the line", required=True),
        C("event_type", T.VARCHAR, "what happened", required=True, values=terms.EventType),
        C("happened_at", T.TIMESTAMP, "moment in UTC; a moment without zone is Asia/Shanghai", required=True),
        C("amount_fen", T.BIGINT, "money that moved, fen"),
        C("offer_code", T.VARCHAR, "offer that was ordered"),
        C("channel", T.VARCHAR, "where", values=terms.Channel),
        C("agent_code", T.VARCHAR, "who took it"),
    ),
)

ORG = Feed(
    FeedName.ORG,
    "node_code",
    True,
    (
        C("node_code", T.VARCHAR, "code of the node", required=True),
        C("parent_code", T.VARCHAR, "code of the node above; null at the top"),
        C("level", T.VARCHAR, "level of the node", required=True, values=terms.OrgLevel),
        C("name", T.VARCHAR, "name for people", required=True),
        C("capacity", T.BIGINT, "households an owner can look after; null: no limit", minimum=0),
    ),
)

BALANCE = Feed(
    FeedName.BALANCE,
    "subscriber_key",
    True,
    (
        C("subscriber_key", T.VARCHAR, "the operator's key of the line", required=True),
        C("balance_fen", T.BIGINT, "prepaid balance at the end of the day, fen"),
        C("arrears_fen", T.BIGINT, "debt at the end of the day, fen", minimum=0),
    ),
)
"""Delivered by the day only; the monthly balance is a column of the lines."""

SURVEY = Feed(
    FeedName.SURVEY,
    "subscriber_key",
    False,
    (
        C("subscriber_key", T.VARCHAR, "the operator's key of the line", required=True),
        C("asked_date", T.DATE, "day of the answer", required=True),
        C(
            "score",
            T.BIGINT,
            "how likely to recommend, or how satisfied: 0 (not at all) to 10",
            required=True,
            minimum=0,
            maximum=10,
        ),
        C("survey_code", T.VARCHAR, "which survey"),
        C("channel", T.VARCHAR, "by which way it was asked", values=terms.Channel),
    ),
)
"""Optional: one row an answer; who was asked and did not answer is in no row."""

FEEDS: Mapping[FeedName, Feed] = {feed.name: feed for feed in (SUBSCRIBER, EVENT, ORG, BALANCE, SURVEY)}
"""Every feed by name, in the order in which a month takes them: what names lines comes after the lines."""
