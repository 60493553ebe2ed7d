"""Who saw a full number: by any act, found by the number itself, told in words."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from handmade.desk import D1, U11, U21, W111, P, grow, person
from weixi.desk.audit.models import AuditEntry
from weixi.desk.audit.operations import record
from weixi.desk.audit.queries import Asked, entries
from weixi.desk.audit.rules import Kind, is_of
from weixi.desk.base import book
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role
from weixi.flow.book import IDENTITY

ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def auditor(client: Client, db: None, now: datetime, demo_home: Path, settings: Any) -> User:
    """An auditor of the whole operator, signed in."""
    settings.HOME = demo_home
    grow(now)
    user = person("sj01", (Role.AUDITOR, P), since=timezone.localdate(), now=now)
    client.force_login(user)
    return user


def known() -> tuple[int, str]:
    """A subscriber of the book, and the number."""
    store = book.store()
    [row] = store.rows(
        """SELECT subscriber_id, msisdn FROM identity WHERE length(msisdn) = 11
        ORDER BY month DESC, subscriber_id LIMIT 1""",
        inputs={"identity": store.partitions(IDENTITY)},
    )
    return int(row["subscriber_id"]), str(row["msisdn"])


def act(name: str, subject: str, now: datetime, path: str = W111, **detail: object) -> None:
    record(actor_id=None, act=name, subject=subject, detail=detail, now=now, path=path)


def test_every_way_to_a_full_number_is_under_one_chip(client: Client, auditor: User, now: datetime) -> None:
    seen = ("subscriber.reveal_number", "subscriber.reveal_name", "dispatch.reveal", "dispatch.call")
    for name in (*seen, "planning.quarantine"):
        act(name, "subscriber:7", now)
    act("subscriber.view", "subscriber:7", now)
    found = entries(territory=(P,), asked=Asked(kind="REVEALS")).lines
    assert len(found) == 5
    assert is_of(Kind.DOWNLOADS, "planning.quarantine")
    page = client.get("/audit/?kind=REVEALS", headers=ZH).content.decode()
    assert "看过完整号码" in page
    assert "点击拨号" in page


def test_a_number_typed_whole_becomes_its_subscriber_and_is_kept_nowhere(
    client: Client, auditor: User, now: datetime
) -> None:
    subscriber, number = known()
    act("subscriber.reveal_number", f"subscriber:{subscriber}", now)
    act("dispatch.call", f"task:202602-{subscriber}-port_out_query", now, subscriber=subscriber)
    act("dispatch.reveal", "task:202602-9-household", now, subscriber=subscriber)
    act("dispatch.call", f"task:202602-1{subscriber}-port_out_query", now, subscriber=int(f"1{subscriber}"))
    for field in ("q", "subject"):
        answer = client.post("/audit/", {field: f"+86 {number[:3]} {number[3:]}"}, headers=ZH)
        assert answer.status_code == 302
        assert number not in answer.headers["Location"]
        page = client.get(answer.headers["Location"], headers=ZH).content.decode()
        assert page.count('class="grid grid-cols-2 gap-x-4') == 4 + (field == "subject")
        assert number not in page
        assert f"{number[:3]}****{number[-4:]}" in page
    kept = AuditEntry.objects.filter(act="audit.search")
    assert {entry.subject for entry in kept} == {f"subscriber:{subscriber}"}
    assert not AuditEntry.objects.filter(detail__contains=number).exists()
    assert number not in str(client.session.items())


def test_a_number_of_nobody_is_said_and_finds_nothing(client: Client, auditor: User, now: datetime) -> None:
    act("subscriber.reveal_number", "subscriber:7", now)
    answer = client.post("/audit/", {"q": "19900000000"}, headers=ZH, follow=True)
    page = answer.content.decode()
    assert "没有查到号码 199****0000 的用户" in page
    assert 'data-count="0"' in page
    assert "19900000000" not in page


def test_a_word_is_searched_for_as_before(client: Client, auditor: User, now: datetime) -> None:
    act("subscriber.reveal_number", "subscriber:7", now)
    answer = client.post("/audit/", {"q": "查看完整号码", "kind": "REVEALS"}, headers=ZH)
    assert "kind=REVEALS" in answer.headers["Location"]
    page = client.get(answer.headers["Location"], headers=ZH).content.decode()
    assert 'data-count="1"' in page


def test_entries_are_told_in_words(client: Client, auditor: User, now: datetime) -> None:
    act("dispatch.contact", "task:202602-31-port_out_query", now, acts=["CLAIM", "ATTEMPT"])
    act("dispatch.escalate", "tasks", now, "", to="UNIT", tasks=250)
    act("dispatch.verify", "day_closing day=2026-02-21 month=202602 r1", now, "", verified=60)
    act("org.appoint", "person:w1", now, U21, node="U21", role="AGENT")
    appointed = entries(territory=(P,), asked=Asked(subject="w1")).lines[0]
    lines = {line.words.zh: line for line in entries(territory=(P,)).lines if line.actor == ""}
    contact = lines["登记联系结果"]
    warning = next(rule.text for rule in book.playbook().warnings if rule.code == "port_out_query")
    assert contact.called.zh == f"2026-02 {warning.zh}（用户 31）"
    assert contact.subject == "202602-31-port_out_query"
    assert contact.places == ("楚江省", "荆城市", "东县分", "东县分城关维护单元", "李明")
    assert [value.zh for _, value in contact.detail] == ["领取、联系未接通"]
    assert ("到", "维护单元") in {(name.zh, value.zh) for name, value in lines["升级"].detail}
    verified = lines["数据核验"]
    assert (verified.kind.zh, verified.called.zh) == ("每日核验结果", "2026-02-21 第 1 版")
    assert "西县分城关维护单元" in {value.zh for _, value in appointed.detail}
    page = client.get("/audit/", headers=ZH).content.decode()
    for raw in ("CLAIM", "到 UNIT", "day_closing", "weixi verify", U11):
        assert raw not in page.replace(f'data-place="{W111}"', "")


def test_the_proof_names_no_command(client: Client, auditor: User, now: datetime) -> None:
    act("x", "y", now, D1)
    assert "weixi verify" not in client.post("/audit/proof/", headers=ZH).content.decode()
    AuditEntry.objects.filter(act="x").update(reason="后补")
    page = client.post("/audit/proof/", headers=ZH).content.decode()
    assert "weixi verify" not in page
    assert 'data-proof="broken"' in page
