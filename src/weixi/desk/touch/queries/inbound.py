"""The page of a call: who calls, what is open, what to say next."""

from dataclasses import dataclass

from django.core import signing

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.dispatch.queries.contacted import OpenTask, open_task_of
from weixi.desk.dispatch.queries.team import node_names
from weixi.desk.dispatch.words import kind_text
from weixi.desk.org.rules import Sight
from weixi.desk.touch.queries.customer import Customer, customer_of
from weixi.desk.touch.rules import CALL_MINUTES, over, unknown
from weixi.flow.decision import PLAN, Explanation, Verdict, explain
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text

SALT = "weixi.touch.inbound"
"""A token made for calls opens nothing else."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call. Of a customer of others only `unit_name` may be shown: `customer` and `task` are None then."""

    customer: Customer | None
    unit_name: str
    owner_name: str
    task: OpenTask | None
    task_kind: Text | None
    offer: Text | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What the plan says of the caller: why, what may be offered, what must not be said; None: the plan is silent."""

    explanation: Explanation | None


def caller_of(token: str) -> int:
    """The customer whom the token opens. Raises UsageError for one that is over, or that was not made for calls."""
    try:
        found = signing.loads(token, salt=SALT, max_age=CALL_MINUTES * 60)
        return int(found["s"])
    except (signing.BadSignature, KeyError, TypeError, ValueError) as fault:
        raise over() from fault


def call_page(token: str, sight: Sight) -> CallPage:
    """The page of that call. Raises UsageError for a token that is over."""
    customer = customer_of(caller_of(token), sight)
    if customer is None:
        raise unknown()
    names = node_names((customer.unit_code, customer.owner_code))
    unit_name = names.get(customer.unit_code, customer.unit_code)
    if not customer.is_ours:
        return CallPage(None, unit_name, "", None, None, None)
    owner_name = names.get(customer.owner_code, customer.owner_code)
    task = open_task_of(customer.household_key)
    rules = playbook()
    kind = offer = None
    if task is not None:
        kind = kind_text(rules, task.kind)
        offer = next((one.text for one in rules.offers if one.code == task.offer_code), None)
    return CallPage(customer, unit_name, owner_name, task, kind, offer)


def advice(token: str, sight: Sight) -> Advice:
    """What the month's plan says of the caller. Raises UsageError for a token that is over, or a customer of others."""
    customer = customer_of(caller_of(token), sight)
    if customer is None or not customer.is_ours:
        raise unknown()
    month = latest_month(PLAN)
    if month is None:
        return Advice(None)
    try:
        found = explain(store(), playbook(), month, customer.subscriber_id)
    except WeixiError:
        # A plan of other rules, or of a month without this line, has nothing to say of him.
        return Advice(None)
    # Who works is not told who is held out.
    return Advice(None if found.verdict is Verdict.HOLDOUT else found)
