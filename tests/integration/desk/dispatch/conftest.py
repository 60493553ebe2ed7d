"""A frozen plan of eight tasks on the handmade tree, and the people who work it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from handmade.desk import D1, U11, W111, W112, W211, grow, person
from handmade.dispatch import MONTH, NODES, ROWS, put_plan
from handmade.tables import put, put_tree
from weixi.desk.dispatch.operations.apply import Applied, apply_plan
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.desk.org.queries import sight_of
from weixi.desk.org.rules import Role, Sight
from weixi.engine import Store
from weixi.flow.book import IDENTITY
from weixi.flow.segment import LABEL
from weixi.playbook import Playbook


@pytest.fixture
def planned_store(store: Store, work_plan: Playbook) -> Store:
    """A store with the plan, the tree, the labels and the identity of two lines, one of which changed its number."""
    put_tree(store, 202602, NODES)
    put(
        store,
        LABEL,
        [{"subscriber_id": 1, "grade": "KEY", "band": "B80", "stage": "STABLE", "cluster": "FAMILY",
          "category": "FAMILY", "rule_grade": "KEY"}],
        month=202602,
    )  # fmt: skip
    for month, number in ((202601, "13011112222"), (202602, "13012345678")):
        put(
            store,
            IDENTITY,
            [{"month": month, "subscriber_id": 1, "msisdn": number, "name": "王小明"}],
            month=month,
        )
    put_plan(store, work_plan, ROWS)
    return store


@pytest.fixture
def apply(planned_store: Store, work_plan: Playbook, now: datetime) -> Callable[..., Applied]:
    """Hands over the plan that the store has now."""

    def run(*, at: datetime = now, issue: bool = True, **given: Any) -> Applied:
        return apply_plan(
            store=planned_store,
            playbook=work_plan,
            handover=handover_of(planned_store, work_plan, MONTH),
            issue=issue,
            applied_by="test",
            now=at,
            **given,
        )

    return run


@dataclass(frozen=True)
class People:
    """Who is at work: two agents of one unit, one of another county, and those above them."""

    agent: Sight
    colleague: Sight
    stranger: Sight
    leader: Sight
    county: Sight
    planner: Sight
    auditor: Sight


@pytest.fixture
def people(db: None, now: datetime, today: date) -> People:
    """The people, on the tree."""
    grow(now)

    def sight(name: str, role: Role, path: str, agent_code: str = "") -> Sight:
        user = person(name, (role, path), since=today, now=now, agent_code=agent_code)
        return sight_of(user=user, today=today)

    return People(
        agent=sight("a1", Role.AGENT, W111, "W111"),
        colleague=sight("a2", Role.AGENT, W112, "W112"),
        stranger=sight("a3", Role.AGENT, W211, "W211"),
        leader=sight("l1", Role.TEAM_LEADER, U11),
        county=sight("m1", Role.COUNTY_MANAGER, D1),
        planner=sight("p1", Role.PLANNER, "P01/"),
        auditor=sight("o1", Role.AUDITOR, "P01/"),
    )
