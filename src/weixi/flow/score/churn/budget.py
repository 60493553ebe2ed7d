"""Which members the time allows: the dearest are left out first, and the report says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.flow.score.churn.member import Member

UNIT_SECONDS = 2.5e-6
"""CPU seconds that one unit of a member's cost takes for one row and column, on one core of 2024."""


@dataclass(frozen=True)
class Choice:
    """The members that fit the budget, and those that do not; seconds are CPU, as expected."""

    members: tuple[Member, ...]
    left_out: tuple[str, ...]
    expected_seconds: float


def choose_members(
    members: Sequence[Member], rows: int, columns: int, fits: int, budget_seconds: float | None
) -> Choice:
    """The members whose `fits` fits on a table of that size stay within the budget; the cheapest always stays.

    None is no budget. Depends on the table's size alone and no clock, so that the same call chooses the same.
    """
    unit = UNIT_SECONDS * rows * max(columns, 1) * fits
    kept = list(members)
    while budget_seconds is not None and len(kept) > 1 and unit * sum(m.cost for m in kept) > budget_seconds:
        kept.remove(max(kept, key=lambda member: member.cost))
    names = {member.name for member in kept}
    left_out = tuple(member.name for member in members if member.name not in names)
    return Choice(tuple(kept), left_out, unit * sum(member.cost for member in kept))
