"""Calls that come in: the signed address, who sees what, and what a customer sets off who is about to leave."""

import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handmade.adopted import put_book
from handmade.dispatch import everything, task_id
from handmade.tokens import call, token_of
from weixi.desk.audit.models import AuditEntry
from weixi.desk.dispatch.models import Task
from weixi.desk.org.models import User
from weixi.desk.org.rules import TokenScope
from weixi.desk.touch.models import Touch
from weixi.desk.touch.operations.inbound import Came, open_call, record_call
from weixi.desk.touch.queries.inbound import caller_of
from weixi.desk.touch.rules import Intent
from weixi.kernel.errors import UsageError
from weixi.kernel.terms import Channel

NUMBER = "130123{:05d}"


@pytest.fixture(autouse=True)
def desk(book):
    return book


def entered() -> list[object]:
    return [*everything(), list(Touch.objects.values())]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def enter(staff, now, key: int, intent: Intent, *, who: str = "agent", call: str = "c1", note: str = ""):
    token = open_call(number=NUMBER.format(key), actor=staff.sight(who), now=now)
    return record_call(
        token=token,
        intent=intent,
        channel=Channel.PHONE,
        note=note,
        sight=staff.sight(who),
        call_id=call,
        now=now,
    )


@pytest.mark.req("X5")
def test_the_call_opens_the_customer_with_the_next_best_action(staff):
    client = signed_in(staff.agent)
    response = client.post(reverse("inbound_open"), {"number": f"+86 {NUMBER.format(1)}"})
    address = response.headers["Location"]
    assert NUMBER.format(1) not in address
    page = client.get(address).content.decode()
    assert "130****0001" in page
    assert "王**" in page
    assert "责任人 节点W111" in page
    assert NUMBER.format(1) not in page
    assert "预存赠送" in page or "存费" in page
    assert re.search(r'data-subscriber="1"', page)
    assert AuditEntry.objects.get(act="touch.open_call").subject == "subscriber:1"


def test_the_last_digits_list_whom_of_ones_own_they_fit_masked(staff):
    client = signed_in(staff.agent)
    number = NUMBER.format(1)
    listed = client.post(reverse("inbound_open"), {"number": number[-4:]})
    page = listed.content.decode()
    assert listed.status_code == 200
    assert re.findall(r'data-candidate="(\d+)"', page) == ["1"]
    assert "130****0001" in page
    assert "节点W111" in page
    assert number not in page
    assert json.loads(AuditEntry.objects.get(act="subscriber.search").detail) == {"by": "TAIL", "found": 1}
    chosen = client.post(reverse("inbound_open"), {"subscriber": "1"})
    assert "130****0001" in client.get(chosen.headers["Location"]).content.decode()
    assert AuditEntry.objects.get(act="touch.open_call").subject == "subscriber:1"
    # Nobody is told by the end of a number, or opens by an id, whom others look after.
    stranger = signed_in(staff.stranger)
    for form in ({"number": number[-4:]}, {"subscriber": "1"}, {"subscriber": "999999"}):
        refused = stranger.post(reverse("inbound_open"), form)
        assert refused.status_code == 422
        assert "没有这位客户" in refused.content.decode()
        assert "data-candidate" not in refused.content.decode()
    assert AuditEntry.objects.filter(act="touch.open_call").count() == 1


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_number_says_what_to_type(staff, typed):
    refused = signed_in(staff.agent).post(reverse("inbound_open"), {"number": typed})
    assert refused.status_code == 422
    assert "号码后四位，或用户编号" in refused.content.decode()
    # The browser must not keep the form back without a word.
    form = re.findall(r'<form[^>]*id="number-form".*?</form>', refused.content.decode(), re.DOTALL)[0]
    assert "required" not in form


@pytest.mark.req("X5")
def test_of_anothers_customer_only_the_unit_is_said(staff):
    client = signed_in(staff.stranger)
    address = client.post(reverse("inbound_open"), {"number": NUMBER.format(1)}).headers["Location"]
    page = client.get(address).content.decode()
    assert "节点U11" in page
    assert not [said for said in ("130****0001", "王**", "W111", "data-subscriber") if said in page]
    told = client.get(
        reverse("inbound_advice"), {"call": unquote(address.partition("call=")[2])}
    ).content.decode()
    assert "王**" not in told
    # What he calls for is taken all the same.
    body = {"intent": "COMPLAINT", "channel": "PHONE", "note": "信号差", "call_id": "c1"}
    assert client.post(address, body).status_code == 302
    touch = Touch.objects.get()
    assert (touch.subscriber_id, touch.intent, touch.direction, touch.path) == (
        1,
        "COMPLAINT",
        "IN",
        "P01/C01/D1/U11/W111/",
    )


@pytest.mark.parametrize(
    "token",
    ["", "nothing", "a:b:c", signing.dumps({"s": 1}, salt="another")],
    ids=["none", "a word", "three words", "another salt"],
)
def test_a_token_that_was_not_made_for_calls_opens_nothing(staff, token):
    client = signed_in(staff.agent)
    before = entered()
    if token:
        assert client.get(reverse("inbound"), {"call": token}).status_code == 410
    page = client.post(f"{reverse('inbound')}?call={token}", {"intent": "OTHER", "call_id": "c1"})
    assert page.status_code in (410, 422)
    assert entered() == before


def test_a_token_is_over_after_a_quarter_of_an_hour(staff, now, monkeypatch):
    token = open_call(number=NUMBER.format(1), actor=None, now=now)
    assert caller_of(token) == 1
    late = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(signing.time, "time", late.timestamp)
    with pytest.raises(UsageError, match=r"touch\.call_over"):
        caller_of(token)


@pytest.mark.parametrize(
    ("number", "code"),
    [("", "nothing_typed"), ("1", "unknown"), ("19900000000", "unknown"), (NUMBER.format(99), "unknown")],
)
def test_an_unknown_number(staff, number, code):
    page = signed_in(staff.agent).post(reverse("inbound_open"), {"number": number})
    assert page.status_code == 422
    assert f'data-fault="touch.{code}"' in page.content.decode()
    assert not AuditEntry.objects.filter(act="touch.open_call").exists()


@pytest.mark.req("X5")
@pytest.mark.parametrize(
    ("intent", "kind"), [(Intent.PORT_OUT, "inbound_port_out"), (Intent.CANCEL, "inbound_cancel")]
)
def test_who_is_about_to_leave_gets_a_task(staff, now, intent, kind):
    done = enter(staff, now, 10, intent, note="嫌贵")
    assert done.came is Came.NEW_TASK
    task = Task.objects.get(task_id=done.task_id)
    assert (task.kind, task.level, task.owner_code, task.state) == (kind, "RED", "W111", "ISSUED")
    assert Touch.objects.get().task_id == task.task_id
    before = entered()
    assert enter(staff, now, 10, intent, note="嫌贵").touch_id == done.touch_id
    assert entered() == before


@pytest.mark.parametrize("who", ["agent", "stranger", "leader"])
def test_an_open_task_goes_one_level_up_whoever_hears_it(staff, now, who):
    done = enter(staff, now, 1, Intent.PORT_OUT, who=who)
    assert (done.came, done.task_id) == (Came.RAISED, task_id(1))
    assert Task.objects.get(task_id=task_id(1)).escalated_to == "UNIT"
    assert not Task.objects.filter(list__isnull=False).exists()


def test_at_the_top_the_call_is_entered_all_the_same(staff, now):
    for k in range(4):
        enter(staff, now, 1, Intent.CANCEL, call=f"c{k}")
    assert enter(staff, now, 1, Intent.CANCEL, call="c9").came is Came.AT_TOP
    assert Touch.objects.count() == 5


def test_a_stranger_hears_it_and_the_owner_gets_the_task(staff, now):
    done = enter(staff, now, 10, Intent.PORT_OUT, who="stranger")
    assert Task.objects.get(task_id=done.task_id).owner_code == "W111"


@pytest.mark.parametrize(("key", "came"), [(7, Came.ENTERED), (8, Came.SILENCED), (30, Came.SILENCED)])
def test_nobody_who_is_held_out_or_silenced_gets_a_task(staff, now, key, came):
    before = everything()
    done = enter(staff, now, key, Intent.PORT_OUT)
    assert (done.came, done.task_id) == (came, "")
    assert everything() == before
    assert Touch.objects.get().subscriber_id == key


def test_a_line_that_has_left_gets_none_either(staff, now, book):
    put_book(book, line={12: {"service_status": "EXITED"}})
    before = everything()
    assert enter(staff, now, 12, Intent.PORT_OUT).came is Came.ENTERED
    assert everything() == before


@pytest.mark.parametrize("intent", [i for i in Intent if i not in (Intent.PORT_OUT, Intent.CANCEL)])
def test_other_intents_make_no_task(staff, now, intent):
    before = everything()
    assert enter(staff, now, 10, intent).came is Came.ENTERED
    assert everything() == before


def test_a_call_id_of_something_else_changes_nothing(staff, now):
    enter(staff, now, 10, Intent.OTHER)
    before, audited = entered(), AuditEntry.objects.exclude(act="touch.open_call").count()
    for key, intent, who in (
        (10, Intent.BILLING, "agent"),
        (11, Intent.OTHER, "agent"),
        (10, Intent.OTHER, "leader"),
    ):
        with pytest.raises(UsageError, match=r"touch\.call"):
            enter(staff, now, key, intent, who=who)
    assert entered() == before
    assert AuditEntry.objects.exclude(act="touch.open_call").count() == audited


def test_without_an_intent_the_form_is_not_lost(staff):
    client = signed_in(staff.agent)
    address = client.post(reverse("inbound_open"), {"number": NUMBER.format(10)}).headers["Location"]
    page = client.post(address, {"note": "要便宜些", "call_id": "c1"})
    assert page.status_code == 422
    assert "要便宜些" in page.content.decode()
    assert not Touch.objects.exists()


def test_few_statements(staff, django_assert_max_num_queries):
    client = signed_in(staff.agent)
    address = client.post(reverse("inbound_open"), {"number": NUMBER.format(1)}).headers["Location"]
    with django_assert_max_num_queries(12):
        client.get(address)


@pytest.mark.req("X5")
def test_the_call_system_opens_the_caller_and_codes_what_he_wants(staff, now):
    token = token_of(staff.leader, now, TokenScope.WRITE_CALLS)
    status, answer = call(token, "/api/calls", {"number": NUMBER.format(10)})
    assert status == 200
    assert NUMBER.format(10) not in str(answer)
    page = signed_in(staff.agent).get(answer["address"]).content.decode()
    assert 'data-subscriber="10"' in page
    wanted = {"token": answer["token"], "intent": "PORT_OUT", "note": "嫌贵"}
    key = "k" * 40
    status, done = call(token, "/api/calls/intent", wanted, key=key)
    assert (status, done["came"]) == (200, "NEW_TASK")
    assert Task.objects.get(task_id=done["task_id"]).kind == "inbound_port_out"
    before = entered()
    assert call(token, "/api/calls/intent", wanted, key=key)[0] == 200
    assert entered() == before


def test_the_call_system_is_told_what_is_wrong(staff, now):
    token = token_of(staff.leader, now, TokenScope.WRITE_CALLS)
    before = entered()
    assert call(token, "/api/calls", {"number": "13900000000"})[1]["code"] == "touch.unknown"
    wanted = {"token": "x" * 40, "intent": "PORT_OUT"}
    status, answer = call(token, "/api/calls/intent", wanted)
    assert (status, answer["code"]) == (422, "touch.call_over")
    assert answer["remedy"]["zh"]
    assert call(token, "/api/calls/intent", {**wanted, "intent": "NONSENSE"})[0] == 422
    assert entered() == before
