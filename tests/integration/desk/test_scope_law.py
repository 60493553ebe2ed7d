"""Every address declares its scope, and every object is seen from its own territory alone."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from handmade.desk import D1, D2, U11, C, grow, person
from handmade.objects import MAKERS, Made
from handmade.rows import everything
from weixi.desk.api import addresses, operations
from weixi.desk.base.routing import Guarded, Kind, guarded
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role

ROUTES = list(guarded(get_resolver().url_patterns))
OBJECTS = [guard for _, guard in ROUTES if guard is not None and guard.route.scope.kind is Kind.OBJECT]
ROLED = [guard for _, guard in ROUTES if guard is not None and guard.route.scope.kind is Kind.ROLE]
CELLS = [
    pytest.param(guard, method, role, id=f"{guard.route.name}-{method}-{role}")
    for guard in OBJECTS
    for method in guard.route.methods
    for role in sorted(guard.route.scope.roles or set(Role))
]
HALFWAY = {"sign_in_code", "sign_in_password", "sign_in_enrol"}
OPEN = {"set_language", "sign_in", "openapi"} | HALFWAY


def ask(guard: Guarded, method: str, user: User | None, made: Made) -> int:
    """The status that the person is answered with."""
    client = Client()
    if user is not None:
        client.force_login(user)
    address = reverse(guard.route.name, kwargs=dict(made.parts))
    before = everything()
    response = client.generic(method, address) if method != "POST" else client.post(address, dict(made.body))
    status: int = response.status_code
    if status == 302 and response.headers["Location"].startswith(reverse("sign_in")):
        status = 401
    if status in {401, 403, 404, 405}:
        assert everything() == before
    return status


def test_every_address_declares_its_scope() -> None:
    bare = [pattern.callback for pattern, guard in ROUTES if guard is None]
    assert bare == [pattern.callback for pattern in addresses]
    assert [each.address for each in operations() if each.endpoint is None] == []
    assert len(ROUTES) >= 10


def test_only_these_addresses_are_open_to_everybody() -> None:
    public = {guard.route.name for _, guard in ROUTES if guard and guard.route.scope.kind is Kind.PUBLIC}
    assert public == OPEN


def test_every_object_of_an_address_can_be_made_for_the_matrix() -> None:
    assert {guard.route.name for guard in OBJECTS} == set(MAKERS)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("guard", "method", "role"), CELLS)
class TestMatrix:
    """The object lies in the first county unless said otherwise; the person holds the role over that county."""

    def test_own_county(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        user = person("who", (role, D1), since=timezone.localdate(), now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](D1, now)) in {200, 204, 302}

    def test_a_unit_of_the_own_county(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        user = person("who", (role, D1), since=timezone.localdate(), now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](U11, now)) in {200, 204, 302}

    def test_other_county(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        user = person("who", (role, D2), since=timezone.localdate(), now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](D1, now)) == 404

    def test_the_level_above(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        user = person("who", (role, D1), since=timezone.localdate(), now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](C, now)) == 404

    def test_no_role(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        user = person("who", since=timezone.localdate(), now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](D1, now)) == 403

    def test_moved_yesterday(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        today = timezone.localdate()
        user = person("who", (role, D1), since=today - timedelta(days=30), until=today, now=now)
        made = MAKERS[guard.route.name](D1, now)
        assert ask(guard, method, user, made) == 403

    def test_moved_yesterday_to_the_other_county(
        self, guard: Guarded, method: str, role: Role, now: datetime
    ) -> None:
        grow(now)
        today = timezone.localdate()
        user = person("who", (role, D1), since=today - timedelta(days=30), until=today, now=now)
        person("who", (role, D2), since=today, now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](D1, now)) == 404

    def test_another_role_over_the_place(
        self, guard: Guarded, method: str, role: Role, now: datetime
    ) -> None:
        grow(now)
        today = timezone.localdate()
        others = [(other, D1) for other in Role if other not in guard.route.scope.roles]
        user = person("who", *others, (role, D2), since=today, now=now)
        assert ask(guard, method, user, MAKERS[guard.route.name](D1, now)) == 404

    def test_signed_out(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        assert ask(guard, method, None, MAKERS[guard.route.name](D1, now)) == 401

    def test_no_such_object(self, guard: Guarded, method: str, role: Role, now: datetime) -> None:
        grow(now)
        user = person("who", (role, "P01/"), since=timezone.localdate(), now=now)
        parts = {
            name: 999_999 if isinstance(value, int) else "nothing"
            for name, value in MAKERS[guard.route.name](D1, now).parts.items()
        }
        assert ask(guard, method, user, Made(parts)) == 404


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("guard", ROLED, ids=lambda guard: guard.route.name)
def test_a_page_of_a_role_is_closed_to_every_other_role(guard: Guarded, now: datetime) -> None:
    grow(now)
    others = [(role, "P01/") for role in Role if role not in guard.route.scope.roles]
    user = person("who", *others, since=timezone.localdate(), now=now)
    for method in guard.route.methods:
        assert ask(guard, method, user, Made({})) == 403
        assert ask(guard, method, None, Made({})) == 401


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("pattern", "guard"),
    [pair for pair in ROUTES if pair[1]],
    ids=lambda each: getattr(each, "name", "guard"),
)
def test_another_method_is_refused_before_anything_else(
    pattern: URLPattern, guard: Guarded, now: datetime
) -> None:
    if guard.route.scope.kind is Kind.OBJECT:
        grow(now)
        made = MAKERS[guard.route.name](D1, now)
    else:
        made = Made(dict.fromkeys(pattern.pattern.converters, 1))
    assert ask(guard, "DELETE", None, made) == 405
