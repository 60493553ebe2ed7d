"""The handmade book and plan behind the desk, and the people who speak with its customers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from handmade.adopted import put_book
from handmade.desk import D1, U11, W111, W211, grow, person
from handmade.dispatch import MONTH, ROWS, put_plan
from weixi.desk.dispatch.operations.apply import apply_plan
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.desk.org.models import User
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role, Sight
from weixi.engine import Store
from weixi.playbook import Playbook


@dataclass(frozen=True)
class Staff:
    """Two agents of different counties, a leader, a county manager, a planner and an auditor."""

    agent: User
    stranger: User
    leader: User
    county: User
    planner: User
    auditor: User
    today: date

    def sight(self, name: str) -> Sight:
        """What that person sees today."""
        return sight_of(user=getattr(self, name), today=self.today)


@pytest.fixture
def staff(db: None, now: datetime, today: date) -> Staff:
    grow(now)

    def one(name: str, role: Role, path: str, code: str = "") -> User:
        return person(name, (role, path), since=date(2026, 1, 1), now=now, agent_code=code)

    return Staff(
        agent=one("a1", Role.AGENT, W111, "W111"),
        stranger=one("a3", Role.AGENT, W211, "W211"),
        leader=one("l1", Role.TEAM_LEADER, U11),
        county=one("m1", Role.COUNTY_MANAGER, D1),
        planner=one("p1", Role.PLANNER, "P01/"),
        auditor=one("o1", Role.AUDITOR, "P01/"),
        today=today,
    )


@pytest.fixture
def book(staff: Staff, store: Store, work_plan: Playbook, settings: Any, now: datetime) -> Store:
    """The store behind the desk, its plan handed over and issued."""
    put_book(store)
    put_plan(store, work_plan, ROWS)
    settings.HOME = store.home
    apply_plan(
        store=store,
        playbook=work_plan,
        handover=handover_of(store, work_plan, MONTH),
        issue=True,
        applied_by="test",
        now=now,
    )
    return store
