"""Every address declares its scope, and every object is seen from its own territory alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from handmade.desk import D1, D2, U11, C, P, grow, person
from handmade.objects import MAKERS, Made
from handmade.rows import everything
from weixi.desk.api import addresses, operations
from weixi.desk.base.routing import Guarded, Kind, guarded
from weixi.desk.org.rules import Role
from weixi.kernel.ids import fingerprint

ROUTES = list(guarded(get_resolver().url_patterns))
GUARDS = [guard for _, guard in ROUTES if guard is not None]
OBJECTS = [guard for guard in GUARDS if guard.route.scope.kind is Kind.OBJECT]
ROLED = [guard for guard in GUARDS if guard.route.scope.kind is Kind.ROLE]
HALFWAY = {"sign_in_code", "sign_in_password", "sign_in_enrol"}
OPEN = {"set_language", "sign_in", "openapi"} | HALFWAY
SEEN, SIGNED_OUT, NOBODY, NOTHING, WRONG = frozenset({200, 204, 302}), {401}, {403}, {404}, {405}


def app_of(guard: Guarded) -> str:
    """The app whose view it is."""
    return guard.view.__module__.split(".")[2]


APPS = sorted({app_of(guard) for guard in GUARDS})


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block writes is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Person:
    """Somebody signed in, and what the law answers them about the object at that place."""

    who: str
    client: Client
    place: str
    expected: frozenset[int] | set[int]


def signed_in(name: str, *posts: tuple[Role, str], now: datetime, ended: bool = False) -> Client:
    """A person with those posts from today, or with posts that end today."""
    today = timezone.localdate()
    given = {"since": today - timedelta(days=30), "until": today} if ended else {"since": today}
    user = person(name, *posts, now=now, **given)
    client = Client()
    client.force_login(user)
    return client


def people(role: Role, roles: frozenset[str], now: datetime) -> list[Person]:
    """The situations: the object lies at a place, and the person holds the role somewhere."""
    own = signed_in(f"{role}-own", (role, D1), now=now)
    other = signed_in(f"{role}-other", (role, D2), now=now)
    gone = signed_in(f"{role}-gone", (role, D1), now=now, ended=True)
    signed_in(f"{role}-moved", (role, D1), now=now, ended=True)
    moved = signed_in(f"{role}-moved", (role, D2), now=now)
    others = [(each, D1) for each in Role if each not in roles]
    mixed = signed_in(f"{role}-mixed-{fingerprint(*sorted(roles))[:8]}", *others, (role, D2), now=now)
    return [
        Person("holds the role over the county", own, D1, SEEN),
        Person("holds the role over the county of the unit", own, U11, SEEN),
        Person("holds the role over a county below", own, C, NOTHING),
        Person("holds the role over another county", other, D1, NOTHING),
        Person("held it until yesterday", gone, D1, NOBODY),
        Person("moved to another county yesterday", moved, D1, NOTHING),
        Person("holds every other role there, this one elsewhere", mixed, D1, NOTHING),
    ]


def ask(client: Client, guard: Guarded, method: str, made: Made) -> int:
    """The status that the person is answered with; a refusal that changed anything fails."""
    address = reverse(guard.route.name, kwargs=dict(made.parts))
    before = everything()
    response = client.generic(method, address) if method != "POST" else client.post(address, dict(made.body))
    status: int = response.status_code
    if status == 302 and response.headers["Location"].startswith(reverse("sign_in")):
        status = 401
    if status in {401, 403, 404, 405}:
        assert everything() == before, (guard.route.name, method, status)
    return status


def test_every_address_declares_its_scope() -> None:
    bare = [pattern.callback for pattern, guard in ROUTES if guard is None]
    assert bare == [pattern.callback for pattern in addresses]
    assert [each.address for each in operations() if each.endpoint is None] == []
    assert len(ROUTES) >= 10


def test_only_these_addresses_are_open_to_everybody() -> None:
    public = {guard.route.name for guard in GUARDS if guard.route.scope.kind is Kind.PUBLIC}
    assert public == OPEN


def test_every_object_of_an_address_can_be_made_for_the_matrix() -> None:
    assert {guard.route.name for guard in OBJECTS} == set(MAKERS)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("app", APPS)
def test_an_object_is_seen_from_its_own_territory_alone(app: str, now: datetime) -> None:
    """Each object address × method × role × situation of one app."""
    grow(now)
    everywhere = {role: signed_in(f"{role}-top", (role, P), now=now) for role in Role}
    nobody, nameless = signed_in("nobody", now=now), Client()
    known: dict[tuple[Role, frozenset[str]], list[Person]] = {}
    wrong = []
    for guard in (guard for guard in OBJECTS if app_of(guard) == app):
        roles = guard.route.scope.roles or frozenset(Role)
        make = MAKERS[guard.route.name]
        for role in sorted(roles):
            if (Role(role), roles) not in known:
                known[Role(role), roles] = people(Role(role), roles, now)
        for place in (D1, U11, C):
            with undone():
                made = make(place, now)
                asked = [
                    (role, one)
                    for role in sorted(roles)
                    for one in known[Role(role), roles]
                    if one.place == place
                ]
                if place == D1:
                    asked.append(("", Person("holds nothing", nobody, D1, NOBODY)))
                    asked.append(("", Person("is signed out", nameless, D1, SIGNED_OUT)))
                for method in guard.route.methods:
                    for role, one in asked:
                        with undone():
                            status = ask(one.client, guard, method, made)
                        if status not in one.expected:
                            wrong.append(f"{guard.route.name} {method}: {role} {one.who}: {status}")
        with undone():
            made = make(D1, now)
        lost = Made(
            {key: 999_999 if isinstance(part, int) else "nothing" for key, part in made.parts.items()}
        )
        wrong += [
            f"{guard.route.name} {method}: {role} asks for what is not there"
            for role in sorted(roles)
            for method in guard.route.methods
            if ask(everywhere[Role(role)], guard, method, lost) not in NOTHING
        ]
    assert wrong == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("app", APPS)
def test_a_page_of_a_role_is_closed_to_every_other_role(app: str, now: datetime) -> None:
    grow(now)
    wrong = []
    for number, guard in enumerate(guard for guard in ROLED if app_of(guard) == app):
        others = [(role, P) for role in Role if role not in guard.route.scope.roles]
        client = signed_in(f"others-{number}", *others, now=now)
        for method in guard.route.methods:
            asked = (ask(client, guard, method, Made({})), ask(Client(), guard, method, Made({})))
            if asked != (403, 401):
                wrong.append(f"{guard.route.name} {method}: {asked}")
    assert wrong == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("app", APPS)
def test_another_method_is_refused_before_anything_else(app: str, now: datetime) -> None:
    grow(now)
    wrong = []
    for pattern, guard in ROUTES:
        if guard is not None and app_of(guard) == app:
            with undone():
                made = (
                    MAKERS[guard.route.name](D1, now)
                    if guard.route.scope.kind is Kind.OBJECT
                    else Made(dict.fromkeys(pattern.pattern.converters, 1))
                )
                if (status := ask(Client(), guard, "DELETE", made)) not in WRONG:
                    wrong.append(f"{guard.route.name}: {status}")
    assert wrong == []
