"""Signing in: who gets in, who is kept out and for how long, and what stays of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from handmade.desk import D1, code_of, grow
from handmade.hasher import CountingArgon2
from weixi.desk.audit.models import AuditEntry
from weixi.desk.org.models import SignInFailure, User
from weixi.desk.org.operations import identify, make_person, reset_password
from weixi.desk.org.rules import Role
from weixi.kernel.errors import UsageError

pytestmark = pytest.mark.usefixtures("db")
PASSWORD = "chunfeng-9-huayu"


@pytest.fixture
def county(now: datetime, today: date) -> User:
    """A county manager with a password."""
    grow(now)
    return make_person(
        username="XF001",
        name="周敏",
        password=PASSWORD,
        agent_code="",
        role=Role.COUNTY_MANAGER,
        node_code=code_of(D1),
        since_date=today,
        actor=None,
        now=now,
    )


def attempt(client: Client, password: str, username: str = "XF001", **extra: str) -> int:
    return client.post("/sign-in/", {"username": username, "password": password, **extra}).status_code


def test_a_person_signs_in_with_a_fresh_session(client: Client, county: User) -> None:
    client.get("/sign-in/")
    client.session["planted"] = "before"
    client.session.save()
    before = client.session.session_key
    assert attempt(client, PASSWORD, next="/org/") == 302
    assert client.session.session_key != before
    assert "planted" not in client.session
    assert county.password.startswith("argon2")
    assert AuditEntry.objects.filter(act="org.sign_in", actor_id=county.id).count() == 1
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(client: Client, county: User, back: str) -> None:
    response = client.post("/sign-in/", {"username": "XF001", "password": PASSWORD, "next": back})
    assert response.headers["Location"] == "/"


def test_a_wrong_password_is_said_without_saying_which_is_wrong(client: Client, county: User) -> None:
    wrong = client.post(
        "/sign-in/", {"username": "XF001", "password": "x"}, headers={"Accept-Language": "zh-CN"}
    )
    unknown = client.post(
        "/sign-in/", {"username": "XF999", "password": "x"}, headers={"Accept-Language": "zh-CN"}
    )
    assert wrong.status_code == unknown.status_code == 401
    assert "工号或密码不正确" in wrong.content.decode()
    assert "工号或密码不正确" in unknown.content.decode()
    assert "_auth_user_id" not in client.session


def test_five_failures_close_the_number_for_fifteen_minutes(county: User, now: datetime) -> None:
    for step in range(5):
        with pytest.raises(UsageError, match=r"^org\.sign_in:"):
            identify(username="XF001", password="x", address=f"10.0.0.{step}", now=now)
    kept = SignInFailure.objects.count()
    with pytest.raises(UsageError, match=r"^org\.sign_in_closed") as closed:
        identify(username="xf001", password=PASSWORD, address="10.0.0.9", now=now + timedelta(minutes=5))
    assert "10 分钟" in closed.value.remedy.zh
    assert SignInFailure.objects.count() == kept
    late = now + timedelta(minutes=15)
    assert identify(username="XF001", password=PASSWORD, address="10.0.0.9", now=late).id == county.id


def test_five_failures_close_the_address_whoever_is_tried(county: User, now: datetime) -> None:
    for step in range(5):
        with pytest.raises(UsageError, match=r"^org\.sign_in:"):
            identify(username=f"no{step}", password="x", address="10.0.0.1", now=now)
    with pytest.raises(UsageError, match=r"^org\.sign_in_closed"):
        identify(username="XF001", password=PASSWORD, address="10.0.0.1", now=now)
    assert identify(username="XF001", password=PASSWORD, address="10.0.0.2", now=now).id == county.id


def test_success_and_a_new_password_forget_the_failures(county: User, now: datetime) -> None:
    for _ in range(4):
        with pytest.raises(UsageError):
            identify(username="XF001", password="x", address="10.0.0.1", now=now)
    identify(username="XF001", password=PASSWORD, address="10.0.0.1", now=now)
    assert SignInFailure.objects.count() == 0
    for _ in range(5):
        with pytest.raises(UsageError):
            identify(username="XF001", password="x", address="10.0.0.1", now=now)
    reset_password(username="XF001", new="another-9-password", actor=None, now=now)
    assert (
        identify(username="XF001", password="another-9-password", address="10.0.0.1", now=now).id == county.id
    )


def test_what_was_typed_is_not_kept(county: User, now: datetime) -> None:
    with pytest.raises(UsageError):
        identify(username=PASSWORD, password="x", address="10.0.0.1", now=now)
    rows = str(list(SignInFailure.objects.values_list())) + str(list(AuditEntry.objects.values_list()))
    assert PASSWORD not in rows


def test_the_closed_page_says_so_in_chinese(client: Client, county: User) -> None:
    for _ in range(5):
        assert attempt(client, "x") == 401
    response = client.post(
        "/sign-in/", {"username": "XF001", "password": PASSWORD}, headers={"Accept-Language": "zh-CN"}
    )
    assert response.status_code == 429
    assert "暂停登录" in response.content.decode()
    assert client.get("/me/").status_code == 302


def test_who_is_not_active_does_not_get_in(client: Client, county: User) -> None:
    User.objects.filter(id=county.id).update(is_active=False)
    assert attempt(client, PASSWORD) == 401


def test_signing_out_needs_a_post_and_ends_the_session(client: Client, county: User) -> None:
    attempt(client, PASSWORD)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/me/").status_code == 200
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/me/").status_code == 302
    assert AuditEntry.objects.filter(act="org.sign_out").count() == 1


def test_a_new_password_ends_the_other_sessions(client: Client, county: User) -> None:
    other = Client()
    assert attempt(client, PASSWORD) == attempt(other, PASSWORD) == 302
    before = client.session.session_key
    new = "qiuyue-7-ruyou"
    response = client.post("/password/", {"old": PASSWORD, "new": new, "again": new})
    assert response.status_code == 302
    assert client.get("/me/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/me/").status_code == 302
    assert attempt(Client(), new) == 302


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", "qiuyue-7-ruyou", "qiuyue-7-ruyou"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "20260302202603", "20260302202603"),
        (PASSWORD, "qiuyue-7-ruyou", "qiuyue-7-other"),
    ],
)
def test_a_password_that_cannot_be_changes_nothing(
    client: Client, county: User, old: str, new: str, again: str
) -> None:
    attempt(client, PASSWORD)
    before = list(User.objects.values_list()), AuditEntry.objects.count(), Session.objects.count()
    assert client.post("/password/", {"old": old, "new": new, "again": again}).status_code == 422
    assert (list(User.objects.values_list()), AuditEntry.objects.count(), Session.objects.count()) == before


def test_forms_of_others_are_refused(county: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in/", {"username": "XF001", "password": PASSWORD})
    assert response.status_code == 403
    assert AuditEntry.objects.filter(act="org.sign_in").count() == 0


@pytest.mark.parametrize("username", ["XF001", "xf-unknown", "closed"])
def test_a_wrong_sign_in_hashes_once_whoever_is_tried(
    county: User, now: datetime, today: date, settings: Any, username: str
) -> None:
    settings.PASSWORD_HASHERS = ["handmade.hasher.CountingArgon2"]
    gone = User(username="closed", is_active=False)
    gone.set_password(PASSWORD)
    gone.save()
    before = CountingArgon2.hashed
    with pytest.raises(UsageError, match=r"^org\.sign_in:"):
        identify(username=username, password="x", address="10.0.0.1", now=now)
    assert CountingArgon2.hashed == before + 1
