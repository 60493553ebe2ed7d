"""How urgent a task is, how much of them makes a day, who has it once it is late."""

from collections.abc import Mapping

from weixi.kernel.terms import OrgLevel


def priority(level: str, revenue_at_risk_fen: int, urgency: Mapping[str, int]) -> int:
    """Value × urgency: the three months' revenue at risk, fen, times the level's weight; the larger goes first."""
    return max(revenue_at_risk_fen, 0) * urgency[level]


LADDER = (OrgLevel.OWNER, OrgLevel.UNIT, OrgLevel.COUNTY, OrgLevel.CITY, OrgLevel.PROVINCE)


def escalated(level: str) -> OrgLevel | None:
    """The level above that of who has the task ("" his owner); None above the province."""
    above = LADDER.index(OrgLevel(level)) + 1 if level else 1
    return LADDER[above] if above < len(LADDER) else None


def day_capacity(tasks_per_day: int | None, done_today: int) -> int | None:
    """How many tasks more a person can take on today; None: the playbook sets no load."""
    return None if tasks_per_day is None else max(tasks_per_day - done_today, 0)
