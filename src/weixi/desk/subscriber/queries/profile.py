"""The head of a customer's page: who, which labels, which products, what ends."""

from dataclasses import dataclass
from datetime import date

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.org.models import Node
from weixi.desk.org.rules import Sight
from weixi.desk.subscriber.facts import (
    Clock,
    Fact,
    clocks,
    consent_facts,
    counted_from,
    money_facts,
    product_facts,
    profile_facts,
    same,
)
from weixi.desk.subscriber.labels import LabelChip, chips
from weixi.desk.subscriber.queries.identity import identity_of
from weixi.desk.subscriber.queries.place import place_of
from weixi.desk.subscriber.queries.rows import own_row
from weixi.desk.subscriber.rules import REVEALERS, Place, sees
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import DIMENSIONS, LABEL
from weixi.flow.warning import CLOCK
from weixi.kernel.language import Text
from weixi.kernel.period import Month

_LINE = tuple(
    name
    for name in SUBSCRIBER_MONTH.types
    if name
    not in {"month", "account_id", "is_rural", "is_campus", "voice_seconds", "data_kb", "suspect_level"}
)
_FEATURES = ("complete_months", "revenue_3m_fen", "revenue_12m_fen")
_CLOCK = ("run_out_date", "run_out_low_date", "run_out_high_date", "open_repair_count")


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer as the last closed month knows him, masked.

    `old_since`: the book is old, and days are counted from that day. `may_reveal`: the person may see number and name.
    """

    subscriber_id: int
    month: Month
    number_masked: str
    name_masked: str
    path: str
    chips: tuple[LabelChip, ...]
    who: tuple[Fact, ...]
    products: tuple[Fact, ...]
    money: tuple[Fact, ...]
    consents: tuple[Fact, ...]
    care: tuple[Fact, ...]
    clocks: tuple[Clock, ...]
    old_since: date | None
    may_reveal: bool


def profile_of(subscriber_id: int, sight: Sight, today: date) -> Profile | None:
    """The head of the page; None where the person sees no such customer. Two statements of the desk's database."""
    place = place_of(subscriber_id)
    month = latest_month(ASSIGNMENT)
    if place is None or month is None or not sees(sight, place):
        return None
    book = store().require(SUBSCRIBER_MONTH, month=month.number)
    line = own_row(SUBSCRIBER_MONTH, subscriber_id, _LINE, month=month.number)
    if line is None:
        return None
    currency = origin_of(book).currency
    feature = own_row(FEATURE, subscriber_id, _FEATURES, month=month.number)
    label = own_row(LABEL, subscriber_id, (*DIMENSIONS, "rule_grade", "pending_months"), month=month.number)
    clock = own_row(CLOCK, subscriber_id, _CLOCK, month=month.number)
    who, since = identity_of(subscriber_id), counted_from(month, today)
    codes = {
        Text("专属服务代表", "dedicated representative"): line["representative_code"],
        Text("集团客户经理", "account manager"): line["account_manager_code"],
    }
    return Profile(
        subscriber_id=subscriber_id,
        month=month,
        number_masked=who.number_masked,
        name_masked=who.name_masked,
        path=place.path,
        chips=chips(label, playbook()) if label is not None else (),
        who=profile_facts(line, month.last),
        products=product_facts(line, currency),
        money=money_facts(line, feature, currency),
        consents=consent_facts(line),
        care=_care(place, {text: str(code) for text, code in codes.items() if code}),
        clocks=clocks(line, clock, since),
        old_since=since if since != today else None,
        may_reveal=sees(sight, place, REVEALERS),
    )


def _care(place: Place, others: dict[Text, str]) -> tuple[Fact, ...]:
    """Who looks after him, by name."""
    codes = {place.unit_code, place.owner_code, *others.values()} - {""}
    names = dict(Node.objects.filter(code__in=codes).values_list("code", "name"))
    unit = same(names.get(place.unit_code, place.unit_code)) if place.unit_code else Text("未分配", "none")
    owner = (
        same(names.get(place.owner_code, place.owner_code))
        if place.owner_code
        else Text("单元公共池", "the unit's pool")
    )
    facts = [Fact(Text("维护单元", "care unit"), unit), Fact(Text("责任人", "owner"), owner)]
    facts += [Fact(text, same(names.get(code, code))) for text, code in others.items()]
    return tuple(facts)
