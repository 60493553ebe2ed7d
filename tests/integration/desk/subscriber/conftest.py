"""A few customers on the handmade tree, and the people who look after them."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from handmade.customers import settle
from handmade.desk import D1, U11, W111, W112, W211, grow, person
from weixi.desk.org.models import User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role, Sight


@dataclass(frozen=True)
class Staff:
    """Two agents of one unit, one of another county, an agent of the whole unit, and those above them."""

    agent: User
    colleague: User
    stranger: User
    helper: User
    leader: User
    county: User
    planner: User
    auditor: User
    admin: User


@pytest.fixture
def book_home(tmp_path: Path, settings: Any) -> Path:
    """The desk's home with the handmade customers."""
    settings.HOME = tmp_path / "home"
    settle(settings.HOME)
    return tmp_path / "home"


@pytest.fixture
def staff(db: None, now: datetime, today: date) -> Staff:
    """The people, on the tree."""
    grow(now)

    def made(name: str, role: Role, path: str, agent_code: str = "") -> User:
        return person(name, (role, path), since=today, now=now, agent_code=agent_code)

    return Staff(
        agent=made("a1", Role.AGENT, W111, "W111"),
        colleague=made("a2", Role.AGENT, W112, "W112"),
        stranger=made("a3", Role.AGENT, W211, "W211"),
        helper=made("a4", Role.AGENT, U11, "W999"),
        leader=made("l1", Role.TEAM_LEADER, U11),
        county=made("m1", Role.COUNTY_MANAGER, D1),
        planner=made("p1", Role.PLANNER, "P01/"),
        auditor=made("o1", Role.AUDITOR, "P01/"),
        admin=made("d1", Role.ADMINISTRATOR, "P01/"),
    )


@pytest.fixture
def sight(today: date) -> Any:
    """What somebody sees on the day of the test."""

    def of(user: User) -> Sight:
        return sight_of(user=user, today=today)

    return of
