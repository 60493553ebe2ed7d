"""The tables of a playbook's TOML that say what is offered, out of which budget, and who is left without."""

from datetime import date
from typing import Literal

from pydantic import Field

from weixi.playbook.fields import (
    ChannelName,
    Code,
    Expression,
    FamilyName,
    Filled,
    NumberOrParameter,
    Strict,
    Words,
)
from weixi.playbook.schema import Entry


class ConditionEntry(Strict):
    """[[offer.condition]]: one test; `text` is the reason given to who fails it (why not)."""

    code: Code
    when: Expression
    text: Words


class SharedConditionEntry(Entry):
    """[[offer_condition]]: one test that every offer of the named families has before its own."""

    code: Code
    families: list[FamilyName]
    when: Expression
    text: Words


class ParityEntry(Strict):
    """What an existing and a new subscriber get from the same offer, in yuan: {existing = 200, new = 200}."""

    existing: NumberOrParameter
    new: NumberOrParameter


class CashFlowEntry(Strict):
    """First cash flow of one order, in yuan: {cash_in = 100, cash_out = 60}."""

    cash_in: NumberOrParameter
    cash_out: NumberOrParameter


class OfferEntry(Entry):
    """[[offer]]: preferred first. `existing` and `new` say who may take it; `binds` that it locks in."""

    code: Code
    text: Words
    family: FamilyName
    billing_code: Filled
    pool: Code | None = None
    cost: Expression
    channels: list[ChannelName]
    kinds: list[Code] = Field(default_factory=list)
    existing: bool
    new: bool
    mass_market: bool = False
    binds: bool = False
    term_months: NumberOrParameter | None = None
    benefit: ParityEntry | None = None
    commission: ParityEntry | None = None
    first_cash_flow: CashFlowEntry | None = None
    condition: list[ConditionEntry] = Field(default_factory=list)


class PoolEntry(Entry):
    """[[pool]]: a monthly budget in yuan; no `amount` is no limit."""

    code: Code
    text: Words
    amount: NumberOrParameter | None = None
    existing_first: bool = False


class ExemptionEntry(Entry):
    """[[exemption]]: a promise that one offer breaks with a reason, signed by whom and when.

    PARITY: existing subscribers get less than new ones; CEILING: who contributes less may get more.
    """

    code: Code
    offer: Code
    rule: Literal["PARITY", "CEILING"]
    text: Words
    signed_by: Filled
    signed_on: date


class HoldoutEntry(Entry):
    """[[holdout]]: the share of these lines left without contact, first match; the last `when` is TRUE."""

    code: Code
    text: Words
    when: Expression
    share: NumberOrParameter
