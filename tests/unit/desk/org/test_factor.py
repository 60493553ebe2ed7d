"""Codes counted by a telephone, beside an own reading of RFC 4226 and 6238; the steps of a sign-in."""

import base64
import hashlib
import hmac
import struct
from datetime import UTC, datetime, timedelta

import pytest

from weixi.desk.org.rules import (
    FACTOR_ROLES,
    RECOVERY_ALPHABET,
    RECOVERY_LENGTH,
    Role,
    SignStep,
    address_of,
    common,
    counter_of,
    is_recovery,
    needs_factor,
    next_step,
    plain_recovery,
    secret_of,
    shown_recovery,
)

AT = datetime(2026, 3, 2, 1, 0, 10, tzinfo=UTC)
SECRET = secret_of(b"a key of the tests", 7, "salt")


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """RFC 4226 (truncation) over RFC 6238 (30 seconds), written out."""
    count = struct.pack(">Q", int(moment.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret), count, hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_at(at, secret) == code
    assert counter_of(secret, code, at=at, after=-1) == seconds // 30


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_holds_one_step_either_way(late: int, taken: bool) -> None:
    code = code_at(AT + timedelta(seconds=late))
    assert (counter_of(SECRET, code, at=AT, after=-1) is not None) is taken


def test_a_code_is_good_once_and_an_earlier_one_no_more() -> None:
    count = counter_of(SECRET, code_at(AT), at=AT, after=-1)
    assert count is not None
    assert counter_of(SECRET, code_at(AT), at=AT, after=count) is None
    assert counter_of(SECRET, code_at(AT - timedelta(seconds=30)), at=AT, after=count) is None
    assert counter_of(SECRET, code_at(AT + timedelta(seconds=30)), at=AT, after=count) == count + 1


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00", "000000\n000000"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert counter_of(SECRET, typed, at=AT, after=-1) is None


def test_spaces_in_a_code_do_no_harm() -> None:
    code = code_at(AT)
    assert counter_of(SECRET, f" {code[:3]} {code[3:]} ", at=AT, after=-1) is not None


def test_each_person_salt_and_key_has_a_secret_of_its_own() -> None:
    secrets = {secret_of(key, user, salt) for key in (b"a", b"b") for user in (1, 2) for salt in ("x", "y")}
    assert len(secrets) == 8
    assert all(len(base64.b32decode(secret)) == 20 for secret in secrets)
    assert f"secret={SECRET}" in address_of(SECRET, "XF001")


def test_recovery_codes_are_known_by_their_form() -> None:
    code = RECOVERY_ALPHABET[:RECOVERY_LENGTH]
    assert plain_recovery(f" {shown_recovery(code).lower()} ") == code
    assert is_recovery(shown_recovery(code))
    assert not is_recovery("123456")
    assert not set("ILO01") & set(RECOVERY_ALPHABET)


def test_the_steps_of_a_sign_in() -> None:
    def step(has: bool, needs: bool, passed: bool, change: bool) -> SignStep:
        return next_step(has_factor=has, needs_factor=needs, is_passed=passed, must_change=change)

    for needs in (False, True):
        for change in (False, True):
            assert step(True, needs, False, change) is SignStep.CODE
    assert step(True, True, True, True) is step(False, True, False, True) is SignStep.PASSWORD
    assert step(False, True, False, False) is SignStep.ENROL
    assert step(False, False, False, False) is step(True, True, True, False) is SignStep.DONE


def test_who_sees_a_county_or_more_needs_a_second_factor() -> None:
    assert frozenset(Role) - FACTOR_ROLES == {Role.AGENT, Role.TEAM_LEADER}
    assert needs_factor({Role.AGENT, Role.AUDITOR}, is_required=True)
    assert not needs_factor({Role.AGENT, Role.TEAM_LEADER}, is_required=True)
    assert not needs_factor(set(Role), is_required=False)


@pytest.mark.parametrize(
    ("paths", "above"),
    [
        ([], ""),
        (["P/"], "P/"),
        (["P/C/D1/", "P/C/D2/"], "P/C/"),
        (["P/C/D1/", "P/C/D1/U/"], "P/C/D1/"),
        (["P/C1/", "P/C10/"], "P/"),
        (["P/", "Q/"], ""),
    ],
)
def test_the_node_above_all_paths(paths: list[str], above: str) -> None:
    assert common(paths) == above
