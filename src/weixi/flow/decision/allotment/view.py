"""The certificate of a month's plan, as it was sealed with the choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weixi.engine import Partition, Store
from weixi.flow.decision.tables import ALLOCATION, PLAN
from weixi.kernel.language import Text
from weixi.kernel.period import Month

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit: its use and bound in its own unit (fen, minutes, contacts, households), its price in fen a unit.

    `words` say what one more natural step of it is worth.
    """

    code: str
    name: Text
    kind: str
    sense: str
    bound: float
    use: float
    price: float
    is_kept: bool
    words: Text


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of thumb on the same limits: its value, fen, and the limits that it breaks."""

    code: str
    name: Text
    value_fen: float
    broken: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class CurveView:
    """What the best choice would be worth were one limit `amount_fen`; `value_fen` None: nothing keeps them all."""

    limit: str
    amount_fen: float
    value_fen: float | None
    bound_fen: float


@dataclass(frozen=True, slots=True)
class BasisView:
    """How many tasks rest on what, and their value, fen; `left_alone_rows` are those that contact harms.

    `drawn_rows` were drawn by lot; all lines of `priced_rows` have a value of their own.
    """

    measured_rows: int
    assumed_rows: int
    unknown_rows: int
    left_alone_rows: int
    drawn_rows: int
    priced_rows: int
    measured_value_fen: int
    assumed_value_fen: int
    unknown_value_fen: int


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """Limits that cannot be kept together: what is short, in words, and the limits that the proof needs."""

    shortages: tuple[Text, ...]
    conflicting: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class CertificateView:
    """What the allocation of one plan proves: no choice within the limits is worth more than `bound_fen`.

    `infeasible` is set where the limits contradict each other: then there is no choice and the figures are 0.
    """

    plan_month: Month
    rows: int
    bound_fen: float
    value_fen: float
    gap: float
    limits: tuple[LimitView, ...]
    beside: tuple[RuleView, ...]
    curve: tuple[CurveView, ...]
    basis: BasisView
    infeasible: ContradictionView | None = None


def read_certificate(store: Store, plan_month: Month) -> CertificateView | None:
    """The certificate of the plan of that month.

    None where the plan was made without an allocation. Where the last run found the limits to contradict each other,
    that is told, whatever plan an earlier run left.
    """
    made = store.current(ALLOCATION, month=plan_month.number)
    if made is None:
        return None
    note = made.manifest.note
    if "infeasible" in note:
        short = note["infeasible"]
        told = ContradictionView(
            tuple(_text(one["words"]) for one in short["shortages"]),
            tuple(_text(one) for one in short["conflicting"]),
        )
        nothing = BasisView(0, 0, 0, 0, 0, 0, 0, 0, 0)
        return CertificateView(plan_month, 0, 0.0, 0.0, 0.0, (), (), (), nothing, told)
    plan = store.current(PLAN, month=plan_month.number)
    if plan is None or not _stands_on(plan, made):
        return None
    found: Plain = note["certificate"]
    return CertificateView(
        plan_month,
        int(found["rows"]),
        float(found["bound_fen"]),
        float(found["value_fen"]),
        float(found["gap"]),
        tuple(_limit(one) for one in found["limits"]),
        tuple(
            RuleView(
                one["code"],
                _text(one["name"]),
                one["value_fen"],
                tuple(_text(name) for name in one["broken"]),
            )
            for one in found["beside"]
        ),
        tuple(CurveView(**one) for one in found["curve"]),
        BasisView(**found["basis"]),
    )


def _stands_on(plan: Partition, made: Partition) -> bool:
    return made.fingerprint in plan.manifest.inputs.get("allocation", [])


def _limit(one: Plain) -> LimitView:
    return LimitView(
        code=one["code"],
        name=_text(one["name"]),
        kind=one["kind"],
        sense=one["sense"],
        bound=one["bound"],
        use=one["use"],
        price=one["price"],
        is_kept=one["is_kept"],
        words=_text(one["words"]),
    )


def _text(plain: Plain) -> Text:
    return Text(plain["zh"], plain["en"])
