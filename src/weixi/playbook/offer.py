"""What a compiled playbook gives and to whom: offers, what pays them, what they may break, who is left alone."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from weixi.kernel.language import Text
from weixi.playbook.condition import Condition
from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer: what it costs (`cost_sql`, BIGINT fen), who may have it, which warnings it answers.

    `kinds` empty: it answers all. `existing` and `new` say which subscribers may take it; where both may,
    the benefits and commissions (fen) are known and the existing ones' are no smaller.
    `term_months` is the length of a contract, None where nothing binds.
    """

    code: str
    text: Text
    family: str
    billing_code: str
    pool: str | None
    cost_sql: str
    conditions: tuple[Condition, ...]
    channels: tuple[str, ...]
    kinds: tuple[str, ...]
    source: Source
    existing: bool = True
    new: bool = False
    term_months: int | None = None
    benefit_existing_fen: int | None = None
    benefit_new_fen: int | None = None
    commission_existing_fen: int | None = None
    commission_new_fen: int | None = None
    first_cash_flow_fen: int | None = None
    columns: frozenset[str] = frozenset()
    cost: str = ""
    first_cash_flow: tuple[int, int] | None = None
    mass_market: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """One monthly budget of money in fen; None is unlimited. `existing_first`: existing users are funded first."""

    code: str
    text: Text
    amount_fen: int | None
    source: Source
    existing_first: bool = False


@dataclass(frozen=True, slots=True)
class Exemption:
    """One promise that one offer may break: PARITY or CEILING, why (`text`), signed by whom and on which day."""

    code: str
    offer: str
    rule: str
    text: Text
    signed_by: str
    signed_on: date
    source: Source


@dataclass(frozen=True, slots=True)
class HoldoutRule:
    """One share (0–1) of the lines it holds for that is left without contact; the first match counts.

    `share_name` is the parameter that says the share, empty where the rule says it itself.
    """

    code: str
    sql: str
    share: Decimal
    text: Text = field(default_factory=lambda: Text("", ""))
    columns: frozenset[str] = frozenset()
    when: str = ""
    source: Source = Source("default", 0, "")
    share_name: str = ""
