"""资源配置: what the plan's choice of offers proves, as the note of its sealed partition says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.evidence.rules.certificate import (
    UNITS,
    Point,
    another,
    basis_said,
    gap_said,
    measure,
)
from weixi.desk.scorecard.rules.lift import yuan
from weixi.flow.decision import ALLOCATION
from weixi.kernel.language import Text

MOST_LIMITS = 60
"""Limits that a page shows one by one: those that bind first."""


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit: its use and its bound as shown, what more of it is worth, and whether it binds and is kept."""

    code: str
    name: Text
    use: str
    bound: str
    unit: Text
    is_at_least: bool
    price: float
    words: Text
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Thumb:
    """One rule of thumb on the same tasks: what it is worth, and the limits that it breaks."""

    name: Text
    value_fen: float
    broken: tuple[Text, ...]


@dataclass(frozen=True)
class Certificate:
    """One plan's certificate: its value, the proved bound, every limit, the curve and the rules of thumb.

    `limits` are the MOST_LIMITS that bind most, `limit_count` all. `more_fen` is what another sum would bring (None:
    the curve does not reach so far); `curve_limit` is the limit that the curve varies. `basis` has the rows and the
    value by what the effects rest on.
    """

    rows: int
    value_fen: float
    bound_fen: float
    gap: float
    passes: int
    limits: tuple[LimitLine, ...]
    limit_count: int
    beside: tuple[Thumb, ...]
    curve: tuple[Point, ...]
    curve_limit: LimitLine | None
    now_fen: float
    more_fen: float | None
    basis: Mapping[str, int]

    @property
    def gap_fen(self) -> float:
        """What the best plan could bring more, at most."""
        return max(self.bound_fen - self.value_fen, 0.0)

    @property
    def gap_text(self) -> Text:
        """How far from the best the plan can be."""
        return gap_said(self.gap, yuan(self.gap_fen))

    @property
    def basis_text(self) -> Text | None:
        """What the values rest on; None where it is not said."""
        return basis_said(self.basis) if self.basis else None

    @property
    def others(self) -> int:
        """Limits that are not shown one by one: none of them binds more than those shown."""
        return self.limit_count - len(self.limits)

    @property
    def broken(self) -> tuple[LimitLine, ...]:
        """The limits that are not kept."""
        return tuple(limit for limit in self.limits if not limit.is_kept)


@dataclass(frozen=True)
class Contradiction:
    """Limits that no plan keeps together: what is short, and which limits are in conflict."""

    shortages: tuple[Text, ...]
    conflicting: tuple[Text, ...]


@dataclass(frozen=True)
class PlanProof:
    """What the plan of a month proves: a certificate, or that its limits contradict each other."""

    sealed: Sealed
    certificate: Certificate | None
    contradiction: Contradiction | None


def plan_proof(asked: str = "") -> PlanProof | None:
    """The proof of the plan of that month or of the latest; None where no plan was chosen by the optimiser yet."""
    sealed = choose(ALLOCATION, asked)
    if sealed is None:
        return None
    note = sealed.partition.manifest.note
    if "infeasible" in note:
        short = note["infeasible"]
        found = Contradiction(
            tuple(_text(each["words"]) for each in short["shortages"]),
            tuple(_text(each) for each in short.get("conflicting", ())),
        )
        return PlanProof(sealed, None, found)
    return PlanProof(sealed, _certificate(note["certificate"]), None)


def _certificate(said: Mapping[str, Any]) -> Certificate:
    limits = sorted(
        said["limits"], key=lambda each: (bool(each["is_kept"]), -abs(_worth(each)), str(each["code"]))
    )
    points = tuple(
        Point(each["amount_fen"], each["value_fen"], each["bound_fen"])
        for each in sorted(said["curve"], key=lambda each: float(each["amount_fen"]))
    )
    code = said["curve"][0]["limit"] if said["curve"] else None
    varied = next((each for each in limits if each["code"] == code), None)
    now = 0.0 if varied is None else float(varied["bound"])
    return Certificate(
        rows=int(said["rows"]),
        value_fen=said["value_fen"],
        bound_fen=said["bound_fen"],
        gap=said["gap"],
        passes=int(said["full_passes"]),
        limits=tuple(_limit(each) for each in limits[:MOST_LIMITS]),
        limit_count=len(limits),
        beside=tuple(
            Thumb(_text(each["name"]), each["value_fen"], tuple(_text(name) for name in each["broken"]))
            for each in sorted(said["beside"], key=lambda each: -float(each["value_fen"]))
        ),
        curve=points,
        curve_limit=None if varied is None else _limit(varied),
        now_fen=now,
        more_fen=None if varied is None else another(points, now),
        basis=said.get("basis", {}),
    )


def _worth(limit: Mapping[str, Any]) -> float:
    """What one more shown unit of the limit is worth: by it limits of different kinds are compared."""
    return float(limit["price"]) * UNITS[str(limit["kind"])][0]


def _limit(said: Mapping[str, Any]) -> LimitLine:
    kind = str(said["kind"])
    return LimitLine(
        code=str(said["code"]),
        name=_text(said["name"]),
        use=measure(kind, said["use"]),
        bound=measure(kind, said["bound"]),
        unit=UNITS[kind][1],
        is_at_least=str(said["sense"]) == "AT_LEAST",
        price=float(said["price"]),
        words=_text(said["words"]),
        is_kept=bool(said["is_kept"]),
    )


def _text(said: Mapping[str, str]) -> Text:
    return Text(said["zh"], said["en"])
