"""People on the web: entered, given passwords, closed and seen off, by who administers all of their posts."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from handmade.desk import D1, D2, U11, U21, C, grow, person
from handmade.signing import enrolled, password_step, staff
from weixi.desk.audit.models import AuditEntry
from weixi.desk.org.models import ApiToken, Post, SecondFactor, SignInFailure, User
from weixi.desk.org.operations import clear_expired, end_post, identify, make_token
from weixi.desk.org.queries import path_of_person, people
from weixi.desk.org.rules import Role
from weixi.kernel.errors import UsageError

pytestmark = pytest.mark.usefixtures("db")
ZH = {"Accept-Language": "zh-CN"}
GIVEN = re.compile(r"data-first-password>([A-Za-z2-9]{14})<")


@pytest.fixture
def admin(client: Client, now: datetime) -> User:
    """An administrator of the first county, signed in."""
    grow(now)
    user = person("admin", (Role.ADMINISTRATOR, D1), since=timezone.localdate(), now=now)
    client.force_login(user)
    return user


def enter(client: Client, **changed: str) -> str:
    """The page that entering a person answers with."""
    body = {"username": "XF100", "name": "陈刚", "role": "TEAM_LEADER", "node_code": "U11", "agent_code": ""}
    return client.post("/people/new/", {**body, **changed}, headers=ZH).content.decode()


def test_a_person_is_entered_and_changes_the_first_password_before_anything_else(
    client: Client, admin: User
) -> None:
    found = GIVEN.search(enter(client))
    assert found is not None
    user = User.objects.get(username="XF100")
    assert (user.name, user.must_change_password) == ("陈刚", True)
    assert Post.objects.get(user=user).node.path == U11
    entry = AuditEntry.objects.get(act="org.make_person", subject="person:XF100")
    assert (entry.actor_id, entry.path) == (admin.id, U11)
    assert found[1] not in str(list(AuditEntry.objects.values_list()))
    theirs = Client()
    assert password_step(theirs, "XF100", found[1]) == "/sign-in/password/"
    assert theirs.get("/me/").status_code == 302
    for new, again in ((found[1], found[1]), ("short", "short"), ("qiuyue-7-ruyou", "other-7-ruyou")):
        assert theirs.post("/sign-in/password/", {"new": new, "again": again}).status_code == 422
        assert User.objects.get(id=user.id).must_change_password
    done = theirs.post("/sign-in/password/", {"new": "qiuyue-7-ruyou", "again": "qiuyue-7-ruyou"})
    assert done.headers["Location"] == "/"
    assert theirs.get("/me/").status_code == 200
    assert password_step(Client(), "XF100", found[1]) == "401"
    assert password_step(Client(), "XF100", "qiuyue-7-ruyou") == "/"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"node_code": "U21"}, "org.node"),
        ({"node_code": "C01"}, "org.node"),
        ({"node_code": "X"}, "org.node"),
        ({"role": "KING"}, "org.role"),
        ({"username": "a b"}, "org.number"),
        ({"username": ""}, "org.number"),
        ({"username": "ADMIN"}, "org.person"),
        ({"agent_code": "W111"}, "org.agent_code"),
    ],
)
def test_a_form_that_cannot_be_taken_changes_nothing_and_is_not_lost(
    client: Client, admin: User, now: datetime, changed: dict[str, str], code: str
) -> None:
    person("taken", since=timezone.localdate(), now=now, agent_code="W111")
    before = list(User.objects.values_list()), list(Post.objects.values_list()), AuditEntry.objects.count()
    page = enter(client, **changed)
    assert f'data-fault="{code}"' in page
    assert "陈刚" in page
    assert (
        list(User.objects.values_list()),
        list(Post.objects.values_list()),
        AuditEntry.objects.count(),
    ) == before


def test_a_new_password_ends_the_sessions_and_is_changed_at_the_next_sign_in(
    client: Client, admin: User, now: datetime
) -> None:
    user = staff(Role.TEAM_LEADER, U11, now)
    theirs = Client()
    assert password_step(theirs) == "/"
    page = client.post(f"/people/{user.id}/password/", {"reason": "忘记"}).content.decode()
    found = GIVEN.search(page)
    assert found is not None
    assert theirs.get("/me/").status_code == 302
    assert password_step(Client()) == "401"
    assert password_step(Client(), password=found[1]) == "/sign-in/password/"
    entry = AuditEntry.objects.get(act="org.reset_password")
    assert (entry.path, entry.reason, entry.actor_id) == (U11, "忘记", admin.id)


def test_a_closed_account_ends_its_sessions_for_good(client: Client, admin: User, now: datetime) -> None:
    user = staff(Role.TEAM_LEADER, U11, now)
    theirs = Client()
    password_step(theirs)
    for _ in range(2):
        assert client.post(f"/people/{user.id}/close/", {"reason": "休假"}).status_code == 302
    assert theirs.get("/me/").status_code == 302
    assert password_step(Client()) == "401"
    assert AuditEntry.objects.filter(act="org.deactivate").count() == 1
    assert client.post(f"/people/{user.id}/open/", {"reason": "返岗"}).status_code == 302
    assert theirs.get("/me/").status_code == 302
    assert password_step(Client()) == "/"


def test_who_leaves_loses_posts_tokens_and_account_and_keeps_the_entries(
    client: Client, admin: User, now: datetime
) -> None:
    today = timezone.localdate()
    user = staff(Role.TEAM_LEADER, U11, now)
    person("XF001", (Role.AGENT, f"{U11}W111/"), since=today + timedelta(days=3), now=now)
    make_token(
        user=user,
        name="外呼平台",
        scopes=["READ_TASKS"],
        expires_date=today + timedelta(days=5),
        today=today,
        now=now,
    )
    for _ in range(2):
        client.post(f"/people/{user.id}/leave/", {"reason": "调离"})
    assert not Post.objects.filter(user=user, until_date__isnull=True).exists()
    assert ApiToken.objects.get().revoked_at is not None
    assert not User.objects.get(id=user.id).is_active
    assert AuditEntry.objects.get(act="org.leave").detail == '{"posts":2,"tokens":1}'
    assert client.get(f"/people/{user.id}/").status_code == 200


def test_taking_a_factor_away_is_noted_with_its_reason(client: Client, admin: User, now: datetime) -> None:
    user = staff(Role.COUNTY_MANAGER, D1, now)
    enrolled(user)
    for _ in range(2):
        client.post(f"/people/{user.id}/factor/", {"reason": "手机丢失，已当面核实"})
    assert not SecondFactor.objects.exists()
    entry = AuditEntry.objects.get(act="org.reset_factor")
    assert (entry.path, entry.reason) == (D1, "手机丢失，已当面核实")


@pytest.mark.parametrize("word", ["password", "factor", "close", "leave", "appoint"])
def test_who_holds_a_post_further_up_is_out_of_reach(
    client: Client, admin: User, now: datetime, word: str
) -> None:
    above = person("boss", (Role.MANAGER, C), (Role.TEAM_LEADER, U11), since=timezone.localdate(), now=now)
    before = list(User.objects.values_list()), list(Post.objects.values_list()), AuditEntry.objects.count()
    assert client.post(f"/people/{above.id}/{word}/", {"reason": "x"}).status_code == 404
    assert (
        list(User.objects.values_list()),
        list(Post.objects.values_list()),
        AuditEntry.objects.count(),
    ) == before
    page = client.get("/people/", headers=ZH).content.decode()
    assert "boss" in page
    assert f"/people/{above.id}/" not in page
    assert "荆城市" not in page


@pytest.mark.parametrize("word", ["password", "factor", "close", "leave"])
def test_nobody_does_it_to_themselves(client: Client, admin: User, word: str) -> None:
    before = list(User.objects.values_list()), AuditEntry.objects.count()
    response = client.post(f"/people/{admin.id}/{word}/", {"reason": "x"}, follow=True, headers=ZH)
    assert "不能对自己这样做" in response.content.decode()
    assert (User.objects.get(id=admin.id).is_active, AuditEntry.objects.count()) == (True, before[1])
    assert client.get("/me/").status_code == 200


def test_a_post_is_given_from_the_persons_page_inside_the_territory_alone(
    client: Client, admin: User, now: datetime
) -> None:
    user = staff(Role.TEAM_LEADER, U11, now)
    client.post(f"/people/{user.id}/appoint/", {"role": "TEAM_LEADER", "node_code": "U12"})
    client.post(f"/people/{user.id}/appoint/", {"role": "TEAM_LEADER", "node_code": "U21"})
    assert sorted(Post.objects.filter(user=user).values_list("node__code", flat=True)) == ["U11", "U12"]


def test_lists_show_the_territory_alone(client: Client, admin: User, now: datetime) -> None:
    today = timezone.localdate()
    staff(Role.TEAM_LEADER, U11, now, "XF201")
    staff(Role.TEAM_LEADER, U21, now, "XF202")
    gone = staff(Role.TEAM_LEADER, U11, now, "XF203")
    end_post(post_id=Post.objects.get(user=gone).id, until_date=today, actor=None, now=now, reason="")
    moved = staff(Role.TEAM_LEADER, U11, now, "XF204", since=today - timedelta(days=9))
    end_post(post_id=Post.objects.get(user=moved).id, until_date=today, actor=None, now=now, reason="")
    person("XF204", (Role.TEAM_LEADER, U21), since=today, now=now)

    def listed(territory: tuple[str, ...], **asked: str) -> list[str]:
        return [line.username for line in people(territory=territory, today=today, **asked).lines]

    assert listed((D1,)) == ["XF201", "XF203", "admin"]
    assert listed((D2,)) == ["XF202", "XF204"]
    assert listed(()) == []
    assert listed((D1,), words="xf 01") == ["XF201"]
    assert listed((D1,), words="周敏", role="TEAM_LEADER") == ["XF201"]
    assert listed((D1,), state="closed") == []
    assert path_of_person(moved.id) == U21
    assert path_of_person(gone.id) == U11
    page = client.get("/people/nodes/?node_code=维护").content.decode()
    assert "U11" in page
    assert "U21" not in page


def test_lists_go_on_without_gap_and_cost_few_statements(
    client: Client, admin: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    users = User.objects.bulk_create(User(username=f"P{n:03}", name=f"员工{n}") for n in range(120))
    node_id = Post.objects.get(user=admin).node_id
    Post.objects.bulk_create(
        Post(user=user, node_id=node_id, role="AGENT", since_date=timezone.localdate()) for user in users
    )
    seen: list[str] = []
    after = ""
    while True:
        page = people(territory=(D1,), today=timezone.localdate(), after=after)
        seen += [line.username for line in page.lines]
        if not (after := page.after):
            break
    assert seen == [*(f"P{n:03}" for n in range(120)), "admin"]
    with django_assert_max_num_queries(12):
        assert client.get("/people/").status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(f"/people/{users[0].id}/").status_code == 200


def test_what_is_over_is_cleared_and_the_rest_stays(client: Client, now: datetime) -> None:
    staff(Role.TEAM_LEADER, U11, now)
    password_step(client)
    with pytest.raises(UsageError):
        identify(username="XF001", password="x", address="10.0.0.1", now=now)
    old = Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    cleared = clear_expired(now + timedelta(minutes=20))
    assert (cleared.sessions, cleared.failures) == (1, 1)
    assert not Session.objects.filter(session_key=old.session_key).exists()
    assert client.get("/me/").status_code == 200
    assert SignInFailure.objects.count() == 0
    assert clear_expired(now).sessions == 0
