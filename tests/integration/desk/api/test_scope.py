"""The law of the API: every operation declares its scope, and a token sees what its owner's posts of today show."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from handmade.desk import D1, D2, U11, C, code_of, grow, person
from handmade.rows import everything
from handmade.tasks import put_task
from handmade.tokens import call, token_of
from weixi.desk.api import Operation, operations
from weixi.desk.base.routing import Kind
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role, TokenScope

OPERATIONS = list(operations())
CELLS = [
    pytest.param(each, role, id=f"{each.method} {each.address} {role}")
    for each in OPERATIONS
    if each.endpoint is not None and each.endpoint.scope.kind is Kind.OBJECT
    for role in sorted(each.endpoint.scope.roles)
]
BODIES: dict[str, dict[str, object]] = {
    "/api/calls": {"number": "13012300001"},
    "/api/calls/intent": {"token": "x", "intent": "PORT_OUT"},
}
NOWHERE = {"task_id": "202603-9-nothing", "node": "X99"}


def ask(each: Operation, token: str, path: str, now: datetime, *, missing: bool = False) -> tuple[int, str]:
    """The status and the code that the operation answers with, for an object at the path."""
    assert each.endpoint is not None
    address, body = each.address, None
    if "{task_id}" in address:
        name = NOWHERE["task_id"] if missing else put_task(path, now).task_id
        address = address.replace("{task_id}", name)
    if each.endpoint.part == "node":
        address += f"?node={NOWHERE['node'] if missing else code_of(path)}"
    if each.method == "POST":
        body = BODIES.get(address, {"result": "REACHED"})
    before = kept()
    status, answer = call(token, address, body)
    if status != 200:
        assert kept() == before
    return status, answer.get("code", "")


def kept() -> dict[str, list[tuple[object, ...]]]:
    """Every row but when a token was used."""
    return {
        name: rows for name, rows in everything().items() if not name.startswith(("org.ApiToken", "audit."))
    }


def test_every_operation_declares_its_scope() -> None:
    assert [each.address for each in OPERATIONS if each.endpoint is None] == []
    assert {each.method for each in OPERATIONS} == {"GET", "POST"}
    assert len(OPERATIONS) >= 8
    for each in OPERATIONS:
        assert each.endpoint is not None
        assert each.endpoint.scope.kind in (Kind.ROLE, Kind.OBJECT)
        assert bool(each.endpoint.part) is (each.endpoint.scope.kind is Kind.OBJECT)


@pytest.mark.usefixtures("demo_tree")
@pytest.mark.parametrize(("each", "role"), CELLS)
class TestMatrix:
    """The object lies in the first county; the token's owner holds the role where the test says."""

    def test_own_county(self, each: Operation, role: Role, now: datetime) -> None:
        user = owner(role, D1, now)
        assert ask(each, token_of(user, now), U11, now)[0] == 200

    def test_other_county(self, each: Operation, role: Role, now: datetime) -> None:
        user = owner(role, D2, now)
        assert ask(each, token_of(user, now), D1, now) == (404, "api.not_found")

    def test_the_level_above(self, each: Operation, role: Role, now: datetime) -> None:
        user = owner(role, D1, now)
        assert ask(each, token_of(user, now), C, now) == (404, "api.not_found")

    def test_no_role(self, each: Operation, role: Role, now: datetime) -> None:
        user = person("who", since=timezone.localdate(), now=now)
        assert ask(each, token_of(user, now), U11, now) == (403, "api.role")

    def test_moved_yesterday(self, each: Operation, role: Role, now: datetime) -> None:
        today = timezone.localdate()
        user = person("who", (role, D1), since=today - timedelta(days=30), until=today, now=now)
        token = token_of(user, now)
        assert ask(each, token, U11, now) == (403, "api.role")

    def test_moved_yesterday_to_the_other_county(self, each: Operation, role: Role, now: datetime) -> None:
        today = timezone.localdate()
        user = person("who", (role, D1), since=today - timedelta(days=30), until=today, now=now)
        person("who", (role, D2), since=today, now=now)
        assert ask(each, token_of(user, now), U11, now) == (404, "api.not_found")

    def test_no_such_object(self, each: Operation, role: Role, now: datetime) -> None:
        user = owner(role, "P01/", now)
        assert ask(each, token_of(user, now), D1, now, missing=True) == (404, "api.not_found")

    def test_a_token_for_other_things(self, each: Operation, role: Role, now: datetime) -> None:
        assert each.endpoint is not None
        others = [scope for scope in TokenScope if scope is not each.endpoint.token]
        user = owner(role, D1, now)
        assert ask(each, token_of(user, now, *others), U11, now) == (403, "api.scope")


def owner(role: Role, path: str, now: datetime) -> User:
    """A person who holds the role there today."""
    return person("who", (role, path), since=timezone.localdate(), now=now)


@pytest.fixture
def demo_tree(db: None, now: datetime, kpi_home: None) -> None:
    """The small tree, and KPIs of it."""
    grow(now)


@pytest.mark.usefixtures("demo_tree")
@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: f"{each.method} {each.address}")
class TestEveryOperation:
    """Without the right to call, whatever the object."""

    def test_no_token(self, each: Operation, now: datetime) -> None:
        assert ask(each, "", U11, now) == (401, "api.token")

    def test_a_token_that_nobody_has(self, each: Operation, now: datetime) -> None:
        assert ask(each, "wx_" + "x" * 43, U11, now) == (401, "api.token")

    def test_every_other_role(self, each: Operation, now: datetime) -> None:
        assert each.endpoint is not None
        others = [(role, "P01/") for role in Role if role not in each.endpoint.scope.roles]
        user = person("who", *others, since=timezone.localdate(), now=now)
        assert ask(each, token_of(user, now), U11, now) == (403, "api.role")

    def test_a_session_is_no_token(self, each: Operation, now: datetime, client: Any) -> None:
        client.force_login(owner(Role.MANAGER, "P01/", now))
        assert client.get(each.address).status_code in {401, 405}
