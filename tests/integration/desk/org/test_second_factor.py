"""The second factor: nothing opens before it is passed, and each code is good once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections, connections
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from handmade.desk import D1, U11, grow, person
from handmade.signing import PASSWORD, enrolled, fresh_code, password_step, staff
from weixi.desk.audit.models import AuditEntry
from weixi.desk.base.routing import Kind, guarded
from weixi.desk.org.models import RecoveryCode, SecondFactor, SignInFailure, User
from weixi.desk.org.operations import pass_code, renew_recovery, reset_factor_of
from weixi.desk.org.rules import FACTOR_ROLES, Role
from weixi.kernel.errors import UsageError

pytestmark = pytest.mark.usefixtures("db")
ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def opened(client: Client) -> list[str]:
    """The addresses without parts that let the client in, of all that are not open to everybody."""
    found = []
    for pattern, guard in guarded(get_resolver().url_patterns):
        if guard is None or guard.route.scope.kind is Kind.PUBLIC or pattern.pattern.converters:
            continue
        method = client.get if "GET" in guard.route.methods else client.post
        response = method(reverse(guard.route.name))
        if response.status_code != 302 or not response.headers["Location"].startswith("/sign-in/?next="):
            found.append(guard.route.name)
    return found


@pytest.mark.parametrize("role", sorted(Role))
def test_who_must_have_one_is_led_to_set_it_up(client: Client, role: Role, now: datetime) -> None:
    staff(role, D1, now)
    there = password_step(client)
    assert there == ("/sign-in/enrol/" if role in FACTOR_ROLES else "/")


def test_setting_it_up_signs_in_and_shows_recovery_codes_once(client: Client, now: datetime) -> None:
    user = staff(Role.MANAGER, D1, now)
    assert password_step(client, next="/org/") == "/sign-in/enrol/"
    half = client.session.session_key
    assert opened(client) == []
    page = client.get("/sign-in/enrol/", headers=ZH).content.decode()
    assert "<svg" in page
    assert not re.search(r"\sstyle=|<style|<script(?! )", page)
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page)
    assert found is not None
    secret = found[1].replace(" ", "")
    wrong = client.post("/sign-in/enrol/", {"code": "000000"})
    assert wrong.status_code == 401
    assert secret in wrong.content.decode().replace(" ", "")
    assert not SecondFactor.objects.exists()
    done = client.post("/sign-in/enrol/", {"code": pyotp.TOTP(secret).now()})
    codes = re.findall(r"data-recovery-code>([A-Z0-9]{5}-[A-Z0-9]{5})<", done.content.decode())
    assert len(set(codes)) == 10
    assert RecoveryCode.objects.count() == 10
    kept = str(list(RecoveryCode.objects.values_list())) + str(list(SecondFactor.objects.values_list()))
    assert not any(code.replace("-", "") in kept for code in codes)
    assert secret not in kept
    assert client.session.session_key != half
    assert client.get("/org/").status_code in {200, 302}
    assert client.get("/sign-in/enrol/").headers["Location"] == "/"
    entries = AuditEntry.objects.filter(actor_id=user.id).order_by("number")
    acts = list(entries.values_list("act", flat=True))
    assert acts == ["org.password_right", "org.enrol_factor", "org.sign_in"]


def test_the_password_alone_opens_nothing(client: Client, now: datetime) -> None:
    user = staff(Role.ADMINISTRATOR, D1, now)
    secret, _ = enrolled(user)
    before = client.session.session_key
    assert password_step(client) == "/sign-in/code/"
    assert client.session.session_key != before
    assert "_auth_user_id" not in client.session
    assert opened(client) == []
    for other in ("/sign-in/enrol/", "/sign-in/password/"):
        assert client.get(other).headers["Location"] == "/sign-in/"
        assert client.post(other, {"code": "1", "new": "x", "again": "x"}).status_code == 401
    half = client.session.session_key
    response = client.post("/sign-in/code/", {"code": fresh_code(user, secret)})
    assert response.headers["Location"] == "/"
    assert client.session.session_key != half
    assert client.get("/me/").status_code == 200


def test_a_code_is_taken_once(now: datetime) -> None:
    user = staff(Role.AUDITOR, D1, now)
    secret, _ = enrolled(user)
    code = fresh_code(user, secret)
    first, second = Client(), Client()
    assert password_step(first) == password_step(second) == "/sign-in/code/"
    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    assert second.post("/sign-in/code/", {"code": code}).status_code == 401
    assert second.get("/me/").status_code == 302
    assert AuditEntry.objects.filter(act="org.code_failed").count() == 1


def test_a_code_is_taken_once_by_many_at_the_same_moment(transactional_db: None, now: datetime) -> None:
    user = staff(Role.AUDITOR, D1, now)
    secret, _ = enrolled(user, now)
    code = pyotp.TOTP(secret).at(now)

    def attempt(step: int) -> bool:
        close_old_connections()
        try:
            pass_code(user=user, code=code, address=f"10.0.0.{step}", now=now)
        except UsageError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


def test_five_wrong_codes_close_the_step_and_a_right_password_does_not_open_it() -> None:
    now = timezone.now()
    user = staff(Role.AUDITOR, D1, now)
    secret, _ = enrolled(user, now)
    for step in range(5):
        with pytest.raises(UsageError, match=r"^org\.code:"):
            pass_code(user=user, code="000000", address=f"10.0.0.{step}", now=now)
    kept = SignInFailure.objects.count()
    assert password_step(Client()) == "/sign-in/code/"
    assert SignInFailure.objects.count() == kept
    with pytest.raises(UsageError, match=r"^org\.sign_in_closed"):
        pass_code(user=user, code=pyotp.TOTP(secret).at(now), address="10.0.0.9", now=now)
    late = now + timedelta(minutes=15)
    assert pass_code(user=user, code=pyotp.TOTP(secret).at(late), address="10.0.0.9", now=late)


def test_a_recovery_code_stands_in_once(client: Client, now: datetime) -> None:
    user = staff(Role.PLANNER, D1, now)
    _, codes = enrolled(user)
    password_step(client)
    assert client.post("/sign-in/code/", {"recovery": codes[0].lower()}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert RecoveryCode.objects.count() == 9
    again = Client()
    password_step(again)
    assert again.post("/sign-in/code/", {"recovery": codes[0]}).status_code == 401
    assert AuditEntry.objects.get(act="org.recovery_used").detail == '{"remaining":9}'


def test_a_recovery_code_is_its_owners_alone(now: datetime) -> None:
    one, other = staff(Role.PLANNER, D1, now), staff(Role.PLANNER, D1, now, "XF002")
    _, codes = enrolled(one)
    enrolled(other)
    with pytest.raises(UsageError, match=r"^org\.code:"):
        pass_code(user=other, code=codes[0], address="", now=timezone.now())
    assert RecoveryCode.objects.count() == 20


def test_new_recovery_codes_void_the_old_ones(now: datetime) -> None:
    user = staff(Role.PLANNER, D1, now)
    secret, old = enrolled(user, now)
    new = renew_recovery(user=user, code=pyotp.TOTP(secret).at(now), address="", now=now)
    assert len(new) == 10
    assert not set(new) & set(old)
    with pytest.raises(UsageError, match=r"^org\.code:"):
        pass_code(user=user, code=old[3], address="", now=now)
    assert pass_code(user=user, code=new[3], address="", now=now)


def test_a_half_done_sign_in_ends_with_its_time_and_with_a_new_password(
    client: Client, now: datetime, settings: Any
) -> None:
    user = staff(Role.MANAGER, D1, now)
    secret, _ = enrolled(user)
    password_step(client)
    session = client.session
    session["half_signed_in"] = {
        **session["half_signed_in"],
        "at": (timezone.now() - timedelta(minutes=16)).isoformat(),
    }
    session.save()
    assert client.post("/sign-in/code/", {"code": fresh_code(user, secret)}).status_code == 401
    password_step(client)
    changed = User.objects.get(id=user.id)
    changed.set_password("another-9-password")
    changed.save()
    assert client.post("/sign-in/code/", {"code": fresh_code(user, secret)}).status_code == 401
    assert client.get("/me/").status_code == 302


def test_who_becomes_a_manager_while_signed_in_is_asked_at_once(client: Client, now: datetime) -> None:
    staff(Role.TEAM_LEADER, U11, now)
    assert password_step(client) == "/"
    assert client.get("/me/").status_code == 200
    person("XF001", (Role.COUNTY_MANAGER, D1), since=timezone.localdate(), now=now)
    assert client.get("/me/").headers["Location"].startswith("/sign-in/?next=")
    assert password_step(client) == "/sign-in/enrol/"


def test_taking_it_away_ends_the_sessions(client: Client, now: datetime) -> None:
    user = staff(Role.MANAGER, D1, now)
    secret, _ = enrolled(user)
    password_step(client)
    client.post("/sign-in/code/", {"code": fresh_code(user, secret)})
    assert client.get("/me/").status_code == 200
    assert reset_factor_of(username="XF001", now=now)
    assert not reset_factor_of(username="XF001", now=now)
    assert client.get("/me/").status_code == 302
    assert password_step(client) == "/sign-in/enrol/"


def test_another_telephone_takes_the_password_and_a_code_of_the_old_one(
    client: Client, now: datetime
) -> None:
    user = staff(Role.MANAGER, D1, now)
    secret, codes = enrolled(user)
    other = Client()
    for each, recovery in ((client, codes[0]), (other, codes[1])):
        password_step(each)
        assert each.post("/sign-in/code/", {"recovery": recovery}).status_code == 302
    page = client.get("/security/factor/").content.decode()
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page)
    assert found is not None
    new = pyotp.TOTP(found[1].replace(" ", ""))
    refused = client.post(
        "/security/factor/", {"password": PASSWORD, "old_code": "111111", "code": new.now()}
    )
    assert refused.status_code == 422
    refused = client.post("/security/factor/", {"password": "x", "old_code": codes[2], "code": new.now()})
    assert refused.status_code == 422
    assert other.get("/me/").status_code == 200
    given = {"password": PASSWORD, "old_code": fresh_code(user, secret), "code": new.now()}
    assert client.post("/security/factor/", given).status_code == 200
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    with pytest.raises(UsageError, match=r"^org\.code:"):
        pass_code(user=user, code=codes[5], address="", now=timezone.now())


def test_optional_means_who_has_none_is_not_asked_and_who_has_one_is(
    client: Client, now: datetime, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    user = staff(Role.MANAGER, D1, now)
    assert password_step(client) == "/"
    enrolled(user)
    assert password_step(Client()) == "/sign-in/code/"


def test_a_session_without_the_factor_is_nobodys(client: Client, now: datetime) -> None:
    grow(now)
    user = person("XF009", (Role.AUDITOR, "P01/"), since=timezone.localdate(), now=now)
    client.force_login(user)
    assert client.get("/audit/").headers["Location"].startswith("/sign-in/")
    assert isinstance(client.get("/sign-in/").context["user"], AnonymousUser)


def test_a_large_body_of_a_stranger_is_not_read(client: Client) -> None:
    response = client.post("/sign-in/", {"username": "x" * (1024 * 1024 + 1), "password": "x"})
    assert response.status_code == 413
