"""The hash of an entry depends on every part of it and on the entry before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from weixi.desk.audit.rules import FIRST, Entry, canonical, sealed

ENTRY = Entry(1, datetime(2026, 3, 2, 1, tzinfo=UTC), 7, "org.sign_in", "person:a", "P/", "{}", "")


def test_the_same_entry_has_the_same_hash_in_any_zone() -> None:
    shanghai = ENTRY.at.astimezone(timezone(timedelta(hours=8)))
    assert sealed(replace(ENTRY, at=shanghai), FIRST) == sealed(ENTRY, FIRST)


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, number=2),
        replace(ENTRY, at=ENTRY.at + timedelta(microseconds=1)),
        replace(ENTRY, actor_id=None),
        replace(ENTRY, act="org.sign_out"),
        replace(ENTRY, subject="person:aP/", path=""),
        replace(ENTRY, detail='{"a":1}'),
        replace(ENTRY, reason="补"),
    ],
)
def test_another_entry_has_another_hash(other: Entry) -> None:
    assert sealed(other, FIRST) != sealed(ENTRY, FIRST)


def test_the_entry_before_counts() -> None:
    assert sealed(ENTRY, "a" * 64) != sealed(ENTRY, FIRST)


def test_a_detail_is_written_in_one_way() -> None:
    assert canonical({"b": 1, "a": "中"}) == canonical({"a": "中", "b": 1}) == '{"a":"中","b":1}'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"a": float("nan")})
