"""Contacts outside tasks, shared notes, what stays open, and who is to be called back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from handmade.adopted import OWNERS, put_book
from handmade.dispatch import everything, task_id
from weixi.desk.audit.models import AuditEntry
from weixi.desk.dispatch.operations import work
from weixi.desk.dispatch.rules import ContactResult
from weixi.desk.touch.models import Finding, Note, Touch
from weixi.desk.touch.operations.contacts import record_contact, settle_finding, write_note
from weixi.desk.touch.queries.callbacks import due_calls, on_time
from weixi.desk.touch.queries.contacts import channel_use, contacts, open_findings
from weixi.desk.touch.rules import Result, Said
from weixi.kernel.errors import UsageError
from weixi.kernel.terms import Channel

SPOKEN = Result.REACHED


@pytest.fixture(autouse=True)
def desk(book):
    return book


def rows() -> list[object]:
    return [*everything(), *(list(model.objects.order_by("id").values()) for model in (Touch, Note, Finding))]


def speak(staff, now, key=10, *, who="agent", call="c1", channel=Channel.PHONE, result=SPOKEN, **said):
    return record_contact(
        subscriber_id=key,
        sight=staff.sight(who),
        channel=channel,
        result=result,
        said={Said(kind.upper()): text for kind, text in said.items()},
        promised_date=date(2026, 3, 9),
        note="",
        call_id=call,
        now=now,
    )


@pytest.mark.req("R2")
def test_what_the_customer_told_us_is_kept_and_stays_open(staff, now):
    speak(staff, now, need="流量多些", opinion="营业厅排队", problem="地下室没信号", promise="周五回电")
    found = {f.kind: f for f in Finding.objects.all()}
    assert {kind: (f.text, f.is_open) for kind, f in found.items()} == {
        "NEED": ("流量多些", False),
        "OPINION": ("营业厅排队", False),
        "PROBLEM": ("地下室没信号", True),
        "PROMISE": ("周五回电", True),
    }
    assert found["PROMISE"].due_date == date(2026, 3, 9)
    later = now + timedelta(days=5)
    assert [(f.kind.value, f.age_days, f.age.zh) for f in open_findings(("P01/C01/D1/",), later)] == [
        ("PROBLEM", 5, "4–7 天"),
        ("PROMISE", 5, "4–7 天"),
    ]
    assert open_findings(("P01/C01/D2/",), later) == ()
    settle_finding(
        finding_id=found["PROBLEM"].id, sight=staff.sight("leader"), solution="已加装室分", now=later
    )
    kept = rows()
    settle_finding(finding_id=found["PROBLEM"].id, sight=staff.sight("leader"), solution="又一次", now=later)
    assert rows() == kept
    assert Finding.objects.get(kind="PROBLEM").solution == "已加装室分"
    assert [f.kind for f in contacts(10, later).open] == [Said.PROMISE]


def test_the_same_form_twice_is_one_contact(staff, now):
    first = speak(staff, now, problem="断线")
    before, audited = rows(), AuditEntry.objects.count()
    assert speak(staff, now, problem="断线") == first
    with pytest.raises(UsageError, match=r"touch\.call"):
        speak(staff, now, 11)
    assert (rows(), AuditEntry.objects.count()) == (before, audited)


@pytest.mark.parametrize("who", ["stranger", "auditor", "planner"])
def test_who_does_not_look_after_him_changes_nothing(staff, now, who):
    speak(staff, now, problem="断线")
    before, audited = rows(), AuditEntry.objects.count()
    sight = staff.sight(who)
    with pytest.raises(UsageError, match=r"touch\.unknown"):
        speak(staff, now, who=who, call="c2")
    with pytest.raises(UsageError, match=r"touch\.unknown"):
        write_note(subscriber_id=10, sight=sight, text="你好", call_id="n1", now=now)
    with pytest.raises(UsageError, match=r"touch\.unknown"):
        settle_finding(finding_id=Finding.objects.get().id, sight=sight, solution="好", now=now)
    assert (rows(), AuditEntry.objects.count()) == (before, audited)


@pytest.mark.req("W5")
def test_notes_are_shared_with_who_looks_after_him(staff, now):
    write_note(subscriber_id=10, sight=staff.sight("agent"), text="下午再打", call_id="n1", now=now)
    write_note(subscriber_id=10, sight=staff.sight("agent"), text="下午再打", call_id="n1", now=now)
    assert Note.objects.count() == 1
    leader = Client()
    leader.force_login(staff.leader)
    address = reverse("subscriber_contacts", args=[10])
    assert "下午再打" in leader.get(address).content.decode()
    page = leader.post(reverse("subscriber_note", args=[10]), {"text": "爱人接的", "call_id": "n2"})
    assert "爱人接的" in page.content.decode()
    assert (
        leader.post(reverse("subscriber_note", args=[10]), {"text": " "})
        .content.decode()
        .count("touch.empty")
        == 1
    )
    stranger = Client()
    stranger.force_login(staff.stranger)
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("model", [Touch, Note])
def test_contacts_and_notes_are_only_ever_added(staff, now, model):
    speak(staff, now)
    write_note(subscriber_id=10, sight=staff.sight("agent"), text="好", call_id="n1", now=now)
    for change in (
        lambda: model.objects.update(path="P01/"),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.req("O9")
def test_the_way_that_reached_him_best_is_shown_with_its_evidence(staff, now):
    at = now
    for k, (channel, result) in enumerate(
        [
            (Channel.PHONE, Result.NOT_REACHED),
            (Channel.PHONE, Result.NOT_REACHED),
            (Channel.WECHAT, Result.REACHED),
            (Channel.WECHAT, Result.SOLVED),
            (Channel.SMS, Result.NOT_REACHED),
        ]
    ):
        speak(staff, at, 1, call=f"c{k}", channel=channel, result=result)
    work.record_contact(
        task_id=task_id(1),
        sight=staff.sight("agent"),
        result=ContactResult.REACHED,
        channel=Channel.PHONE,
        call_id="t1",
        now=at,
    )
    assert [(u.channel, u.reached, u.tried) for u in channel_use(1)] == [
        (Channel.WECHAT, 2, 2),
        (Channel.PHONE, 1, 3),
        (Channel.SMS, 0, 1),
    ]
    assert contacts(1, at).best is Channel.WECHAT
    assert contacts(2, at).best is None


def due(staff, on: date, who="agent") -> dict[int, tuple[date, int]]:
    return {
        row.subscriber_id: (row.due_date, row.days_late) for row in due_calls(staff.sight(who), on, 500).rows
    }


@pytest.mark.req("R1")
def test_who_is_due_and_when_again(staff, now, book):
    opened = {10: date(2025, 12, 4), 11: date(2026, 1, 4), 40: date(2025, 12, 4), 7: date(2025, 12, 4),
              30: date(2025, 12, 4)}  # fmt: skip
    put_book(book, line={key: {"open_date": day} for key, day in opened.items()})
    seen = due(staff, date(2026, 3, 2))
    assert seen[10] == (date(2026, 3, 4), -2)
    # Its first cadence ends in April; another county's; held out; applied to port out.
    assert not {11, 40, 7, 30} & set(seen)
    assert due(staff, date(2026, 3, 20))[10] == (date(2026, 3, 4), 16)
    assert 40 in due(staff, date(2026, 3, 2), "stranger")
    speak(staff, now)
    assert 10 not in due(staff, date(2026, 3, 20))
    assert due(staff, date(2026, 5, 30))[10] == (date(2026, 5, 31), -1)
    # Who was spoken with in a task needs no second call either.
    work.record_contact(
        task_id=task_id(1), sight=staff.sight("agent"), result=ContactResult.REACHED, channel=Channel.PHONE,
        call_id="t1", now=now,
    )  # fmt: skip
    assert due(staff, date(2026, 6, 2))[1] == (date(2026, 5, 31), 2)


def test_pages_of_the_due_list_follow_without_gap(staff, book):
    put_book(book, line={key: {"open_date": date(2025, 12, 4)} for key in OWNERS})
    on = date(2026, 3, 20)
    whole = due_calls(staff.sight("county"), on, 500)
    assert len(whole.rows) > 3
    assert whole.after is None
    paged, start = [], 0
    while start is not None:
        page = due_calls(staff.sight("county"), on, 2, start)
        assert len(page.rows) == 2 or page.after is None
        paged += page.rows
        start = page.after
    assert paged == list(whole.rows)
    assert whole.names["W111"] == "节点W111"


def test_the_due_list_names_people_and_has_a_next_page(staff, book, client):
    client.force_login(staff.agent)
    page = client.get(reverse("return_calls")).content.decode()
    assert "与任务无关" in page
    assert "data-due" not in page or "节点W111" in page
    assert "W111<" not in page.replace("节点W111<", "")
    last = client.get(reverse("return_calls"), {"start": "400"}).content.decode()
    assert "后面没有应回访的客户了" in last
    assert "回到第一页" in last


@pytest.mark.req("R1")
def test_the_share_of_return_calls_in_time(staff, now, book):
    put_book(book, line={key: {"open_date": date(2025, 12, 4)} for key in (10, 11, 12, 13)})
    speak(staff, now, 10, call="c1")
    speak(
        staff, datetime(2026, 3, 4, 15, 59, tzinfo=UTC), 11, call="c2"
    )  # the 4th, one minute before midnight
    speak(staff, datetime(2026, 3, 4, 16, 0, tzinfo=UTC), 12, call="c3")  # the 5th
    speak(staff, now, 13, call="c4", result=Result.NOT_REACHED)
    speak(staff, now, 14, call="c5")  # not due within a week: no regular return call
    [one] = on_time(("P01/C01/D1/",), date(2026, 3, 1))
    assert (one.agent_code, one.name, one.made_count, one.on_time_count) == ("W111", "节点W111", 3, 2)
    assert on_time(("P01/C01/D2/",), date(2026, 3, 1)) == ()


def test_the_pages_and_few_statements(staff, now, django_assert_max_num_queries):
    client = Client()
    client.force_login(staff.agent)
    form = {
        "channel": "PHONE",
        "result": "REACHED",
        "problem": "断线",
        "promised_date": "2026-03-09",
        "call_id": "v1",
    }
    assert client.post(reverse("visit", args=[10]), form).status_code == 302
    with django_assert_max_num_queries(12):
        assert "断线" in client.get(reverse("return_calls")).content.decode()
    with django_assert_max_num_queries(12):
        assert "断线" in client.get(reverse("subscriber_contacts", args=[10])).content.decode()
    with django_assert_max_num_queries(12):
        client.get(reverse("visit", args=[10]))
    long = client.post(reverse("visit", args=[10]), {**form, "need": "长" * 501, "call_id": "v2"})
    assert long.status_code == 422
    assert "断线" in long.content.decode()
    assert Touch.objects.count() == 1
