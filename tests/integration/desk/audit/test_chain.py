"""The chain of entries: it holds, it shows every kind of tampering, and it is read by territory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import close_old_connections, connections, transaction
from django.test import Client
from django.utils import timezone

from handmade.desk import D1, D2, U11, U21, grow, person
from weixi.desk.audit.models import AuditEntry, AuditHead
from weixi.desk.audit.operations import record
from weixi.desk.audit.queries import SIZE, Asked, Broken, entries, prove
from weixi.desk.org.rules import Role
from weixi.kernel.language import Text


def add(count: int, now: datetime, path: str = "", act: str = "test.act") -> None:
    for step in range(count):
        at = now + timedelta(seconds=step)
        record(actor_id=None, act=act, subject=f"thing:{step}", detail={"步": step}, now=at, path=path)


def test_an_empty_chain_and_a_whole_one_hold(db: None, now: datetime) -> None:
    assert prove().broken is None
    add(5, now)
    proof = prove()
    assert (proof.entries, proof.broken) == (5, None)
    assert proof.head == AuditEntry.objects.get(number=5).hash


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("at", datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone())),
        ("actor_id", 7),
        ("act", "test.other"),
        ("subject", "thing:9"),
        ("path", "P01/"),
        ("detail", "{}"),
        ("reason", "后补"),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_entry_is_named(db: None, now: datetime, change: str, value: object) -> None:
    add(5, now)
    AuditEntry.objects.filter(number=3).update(**{change: value})
    assert prove().broken == Broken(3, Text("这一条被改动过", "the entry was changed"))


def test_a_missing_entry_and_a_cut_end_are_named(db: None, now: datetime) -> None:
    add(5, now)
    AuditEntry.objects.filter(number=5).delete()
    assert prove().broken == Broken(5, Text("末尾被截断", "the end of the chain was cut"))
    AuditEntry.objects.filter(number=2).delete()
    assert prove().broken == Broken(2, Text("缺少这一条", "the entry is missing"))
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    assert prove().broken is None
    assert prove().entries == 0


def test_an_entry_goes_with_its_transaction(db: None, now: datetime) -> None:
    add(2, now)
    with transaction.atomic():
        add(1, now)
        transaction.set_rollback(True)
    assert prove().entries == 2


def test_writers_at_the_same_time_make_one_chain(transactional_db: None, now: datetime) -> None:
    def write(_: int) -> None:
        close_old_connections()
        try:
            add(10, now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert (prove().entries, prove().broken) == (40, None)


def test_pages_go_back_without_gap_or_repetition(db: None, now: datetime) -> None:
    add(2 * SIZE + 1, now)
    seen: list[int] = []
    before: int | None = None
    for size in (SIZE, SIZE, 1):
        page = entries(territory=("P01/",), before=before)
        assert len(page.lines) == size
        seen += [line.number for line in page.lines]
        before = page.before
    assert before is None
    assert seen == list(range(2 * SIZE + 1, 0, -1))


def test_entries_are_cut_by_territory(db: None, now: datetime) -> None:
    for path in ("", D1, U11, D2, U21, "p01/c01/d1/", "P01/C01/D10/"):
        add(1, now, path=path)
    assert {line.path for line in entries(territory=(D1,)).lines} == {D1, U11}
    assert {line.path for line in entries(territory=(D2,)).lines} == {D2, U21}
    assert {line.path for line in entries(territory=("P01/",)).lines} == {
        "",
        D1,
        U11,
        D2,
        U21,
        "P01/C01/D10/",
    }
    assert entries(territory=()).lines == ()


def test_entries_are_searched(db: None, now: datetime, today: date) -> None:
    grow(now)
    user = person("zz88", (Role.AGENT, U11), since=today, now=now)
    record(actor_id=user.id, act="org.sign_in", subject="person:zz88", detail={}, now=now + timedelta(days=1))
    root = ("P01/",)
    assert {line.words.zh for line in entries(territory=root, asked=Asked(words="zz88")).lines} == {
        "登录",
        "任命岗位",
    }
    assert [line.words.zh for line in entries(territory=root, asked=Asked(words="登录")).lines] == ["登录"]
    assert [line.actor for line in entries(territory=root, asked=Asked(words="zz88 signed")).lines] == [
        "zz88"
    ]
    tomorrow = today + timedelta(days=1)
    assert len(entries(territory=root, asked=Asked(since=tomorrow, until=tomorrow)).lines) == 1
    assert entries(territory=root, asked=Asked(words="没有这个词")).lines == ()


def test_the_page_shows_an_auditor_their_territory(client: Client, db: None, now: datetime) -> None:
    grow(now)
    add(SIZE + 1, now, path=U11)
    add(1, now, path=U21, act="test.secret")
    user = person("sj01", (Role.AUDITOR, D1), (Role.MANAGER, "P01/"), since=timezone.localdate(), now=now)
    client.force_login(user)
    whole = client.get("/audit/").content.decode()
    assert "thing" in whole
    assert "test.secret" not in whole
    assert (
        "没有符合条件的记录"
        in client.get("/audit/?q=secret", headers={"Accept-Language": "zh"}).content.decode()
    )
    part = client.get("/audit/?before=20", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert client.get("/audit/?before=x&since=never&until=99").status_code == 200
