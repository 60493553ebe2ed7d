"""The auditor's page: questions, proof, download; and every act of the desk has words."""

import ast
import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

import weixi.desk
from handmade.desk import D1, D2, U11, U21, grow, person
from weixi.desk.audit.models import AuditEntry
from weixi.desk.audit.operations import record
from weixi.desk.audit.queries import MOST, Asked, entries, prove
from weixi.desk.audit.rules import Kind, is_of, plain_cell
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role

DESK = Path(weixi.desk.__file__).parent
ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def auditor(client: Client, db: None, now: datetime) -> User:
    """An auditor of the first county, signed in."""
    grow(now)
    user = person("sj01", (Role.AUDITOR, D1), since=timezone.localdate(), now=now)
    client.force_login(user)
    return user


def reveal(actor: User, subscriber: int, path: str, now: datetime, reason: str = "客户来电核对") -> None:
    record(
        actor_id=actor.id,
        act="subscriber.reveal_number",
        subject=f"subscriber:{subscriber}",
        detail={},
        now=now,
        reason=reason,
        path=path,
    )


def subjects(asked: Asked, territory: tuple[str, ...] = ("P01/",)) -> list[str]:
    return [line.subject for line in entries(territory=territory, asked=asked).lines]


def test_questions_are_answered_by_person_act_subject_and_day(db: None, now: datetime) -> None:
    grow(now)
    one = person("w1", (Role.AGENT, U11), since=timezone.localdate(), now=now)
    two = person("w2", (Role.AGENT, U21), since=timezone.localdate(), now=now)
    reveal(one, 11, U11, now)
    reveal(one, 12, U11, now + timedelta(days=1))
    reveal(two, 11, U21, now, "")
    assert subjects(Asked(who="w1", act="subscriber.reveal_number")) == ["12", "11"]
    assert subjects(Asked(subject="11")) == ["11", "11"]
    assert subjects(Asked(subject="11", who="w2")) == ["11"]
    assert subjects(Asked(subject="1")) == []
    assert subjects(Asked(words="核对")) == ["12", "11"]
    day = timezone.localdate(now) + timedelta(days=1)
    assert subjects(Asked(subject="12", since=day, until=day)) == ["12"]
    assert subjects(Asked(who="nobody")) == []
    User.objects.filter(id=two.id).update(name="王芳")
    assert subjects(Asked(who="王芳", act="subscriber.reveal_number")) == ["11"]
    assert subjects(Asked(words="王芳")) == ["11", "w2"]
    assert subjects(Asked(subject="11"), (D1,)) == ["11"]


def test_ready_made_questions_find_their_acts() -> None:
    asked = {
        "subscriber.reveal_name": Kind.REVEALS,
        "dispatch.reveal": Kind.REVEALS,
        "subscriber.view": Kind.VIEWS,
        "org.sign_in_failed": Kind.SIGN_INS,
        "org.reset_factor": Kind.ACCOUNTS,
        "org.make_token": Kind.TOKENS,
        "audit.export": Kind.DOWNLOADS,
        "dispatch.call": Kind.REVEALS,
        "scorecard.export": Kind.DOWNLOADS,
    }
    for act, kind in asked.items():
        assert [each for each in Kind if is_of(each, act)] == [kind]


def test_counts_stop_and_pages_do_not_count_again(db: None, now: datetime) -> None:
    rows = [
        AuditEntry(number=n, at=now, act="x", subject="y", path=U11, detail="{}", hash=f"{n:064}")
        for n in range(1, MOST + 12)
    ]
    AuditEntry.objects.bulk_create(rows)
    assert entries(territory=(D1,)).shown_count == f"{MOST}+"
    assert entries(territory=(D1,), before=40).count is None
    assert entries(territory=(D2,)).shown_count == "0"


def test_the_page_costs_few_statements(
    client: Client, auditor: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for step in range(60):
        reveal(auditor, step, U11, now)
    with django_assert_max_num_queries(12):
        assert client.get("/audit/?q=sj01&kind=REVEALS").status_code == 200


def test_the_chain_is_proved_from_the_page(client: Client, auditor: User, now: datetime) -> None:
    for step in range(4):
        reveal(auditor, step, U11, now)
    page = client.post("/audit/proof/").content.decode()
    assert 'data-proof="whole"' in page
    assert prove().broken is None
    last = AuditEntry.objects.order_by("-number").first()
    assert last is not None
    assert last.act == "audit.prove"
    assert last.hash in client.get("/audit/").content.decode()
    AuditEntry.objects.filter(act="subscriber.reveal_number", subject="subscriber:2").update(reason="后补")
    assert 'data-proof="broken"' in client.post("/audit/proof/").content.decode()


@pytest.mark.parametrize("newest", [0, 1, 3, 7, 99])
def test_the_newest_entries_alone_are_proved(db: None, now: datetime, newest: int) -> None:
    for step in range(7):
        record(actor_id=None, act="x", subject=f"thing:{step}", detail={}, now=now)
    proof = prove(newest=newest)
    assert (proof.broken, proof.entries, proof.start) == (None, 7, max(7 - newest, 0))
    assert proof.head == prove().head
    AuditEntry.objects.filter(number=7 - 2).update(reason="后补")
    assert (prove(newest=newest).broken is not None) is (newest >= 3)
    AuditEntry.objects.filter(number=7).delete()
    assert prove(newest=newest).broken is not None


def cells(response: Any, form: str) -> list[list[str]]:
    """The rows of a download."""
    content = b"".join(response.streaming_content)
    if form == "csv":
        assert content.startswith("\ufeff".encode())
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    with ZipFile(io.BytesIO(content)) as book:
        shared = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/worksheets/sheet1.xml").decode())
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
    return [shared[at : at + 11] for at in range(0, len(shared), 11)]


def test_a_download_holds_what_was_asked_and_leaves_an_entry(
    client: Client, auditor: User, now: datetime
) -> None:
    reveal(auditor, 11, U11, now, '=HYPERLINK("https://elsewhere")')
    reveal(auditor, 12, U11, now)
    reveal(auditor, 13, U21, now)
    response = client.post("/audit/export/", {"form": "csv", "act": "subscriber.reveal_number"}, headers=ZH)
    assert "attachment" in response.headers["Content-Disposition"]
    rows = cells(response, "csv")
    assert [row[6] for row in rows[1:]] == ["12", "11"]
    assert rows[2][9].startswith("'=HYPERLINK")
    assert rows[0][:4] == ["编号", "时间", "工号", "姓名"]
    entry = AuditEntry.objects.filter(act="audit.export").order_by("-number").first()
    assert entry is not None
    assert (entry.actor_id, entry.path) == (auditor.id, D1)
    assert '"rows":2' in entry.detail
    sheet = client.post("/audit/export/", {"form": "xlsx", "act": "subscriber.reveal_number"}, headers=ZH)
    assert sheet.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert len(cells(sheet, "xlsx")[0]) == 11
    assert client.get("/audit/export/").status_code == 405


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell("王**") == "王**"


def weixi_acts() -> dict[str, Any]:
    """Act → its words, of every app."""
    return {
        act: text for config in apps.get_app_configs() for act, text in getattr(config, "acts", {}).items()
    }


def written(app: Path) -> Iterator[str]:
    """Acts that the app's operations name: strings such as `org.appoint` that are no code of an error."""
    for source in [*app.glob("operations.py"), *app.glob("operations/**/*.py"), *app.glob("outbox.py")]:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        codes = {
            id(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            and call.args
            and re.search(r"(Error|Refused)$", ast.unparse(call.func))
        }
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in codes)
        for node in texts:
            if isinstance(node.value, str) and re.fullmatch(rf"{app.name}\.[a-z_]+", node.value):
                yield node.value


def test_every_act_that_an_app_writes_has_words_in_both_languages() -> None:
    named = weixi_acts()
    declaring = {config.label for config in apps.get_app_configs() if hasattr(config, "acts")}
    assert {"org", "audit", "dispatch", "subscriber", "touch", "planning", "scorecard", "worker"} <= declaring
    jobs = {kind.name for config in apps.get_app_configs() for kind in getattr(config, "jobs", ())}
    found = {act for label in declaring for act in written(DESK / label)} - jobs
    assert len(found) > 20
    assert sorted(found - set(named)) == []
    for text in named.values():
        assert text.zh
        assert not re.search(r"[\u4e00-\u9fff]", text.en)
