"""What was done at the desk comes to the store exactly once, and what the data show comes back."""

from datetime import date, timedelta

import pytest

from handmade.dispatch import MONTH, everything, task_id
from handmade.tables import put
from weixi.desk.dispatch import outbox
from weixi.desk.dispatch.models import FactCursor, TakenResult, Task, TaskEvent
from weixi.desk.dispatch.operations import lead, settle, work
from weixi.desk.dispatch.outbox import collect_facts
from weixi.desk.dispatch.rules import ContactResult, WithdrawReason
from weixi.flow.outcome import DAY_CLOSING, FACT, OUTCOME
from weixi.kernel.errors import DataError
from weixi.kernel.terms import Channel


@pytest.fixture(autouse=True)
def applied(apply, people):
    apply()


def facts(store) -> list[tuple[str, str, str | None, str | None]]:
    there = store.current(FACT, month=MONTH.number)
    if there is None:
        return []
    rows = store.rows(
        "SELECT task_id, fact_type, agent_code, offer_code FROM fact ORDER BY task_id, happened_at, fact_id",
        inputs={"fact": there},
    )
    return [(r["task_id"], r["fact_type"], r["agent_code"], r["offer_code"]) for r in rows]


def contact(number, who, result, call, now):
    return work.record_contact(
        task_id=task_id(number), sight=who, result=result, channel=Channel.PHONE, call_id=call, now=now
    )


@pytest.mark.req("P1")
def test_acts_become_facts_of_the_plans_month(people, planned_store, now):
    contact(1, people.agent, ContactResult.NOT_REACHED, "c1", now)
    contact(1, people.agent, ContactResult.AGREED, "c2", now + timedelta(hours=2))
    lead.withdraw(
        task_id=task_id(4), sight=people.county, reason=WithdrawReason.DO_NOT_CONTACT, call_id="c3", now=now
    )
    lead.withdraw(
        task_id=task_id(5), sight=people.county, reason=WithdrawReason.MISTAKE, call_id="c4", now=now
    )
    collected = collect_facts(store=planned_store)
    assert (collected.event_count, collected.fact_count, collected.months) == (
        6 + 2 + 2 + 2,
        6 + 4 + 1,
        (MONTH,),
    )
    found = facts(planned_store)
    assert [row[1:] for row in found if row[0] == task_id(1)] == [
        ("ISSUED", None, None),
        ("ACCEPTED", "W111", None),
        ("ATTEMPTED", "W111", None),
        ("AGREED", "W111", "prepay_bonus"),
        ("TICKED", "W111", None),
    ]
    assert [row[1] for row in found if row[0] == task_id(4)] == ["ISSUED", "WITHDRAWN"]
    assert [row[1] for row in found if row[0] == task_id(5)] == ["ISSUED"]
    assert not [row for row in found if row[0] in (task_id(7), task_id(8))]


def test_what_was_collected_is_not_collected_again(people, planned_store, now):
    collect_facts(store=planned_store)
    first = planned_store.current(FACT, month=MONTH.number)
    again = collect_facts(store=planned_store)
    assert (again.event_count, again.fact_count, again.months) == (0, 0, ())
    assert planned_store.current(FACT, month=MONTH.number).fingerprint == first.fingerprint
    contact(1, people.agent, ContactResult.REACHED, "c1", now)
    assert collect_facts(store=planned_store).fact_count == 2
    assert len(facts(planned_store)) == 8


def test_killed_between_the_facts_and_the_cursor(people, planned_store, now, monkeypatch):
    class Killed(BaseException):
        pass

    def write_then_die(*args, **given):
        record_facts(*args, **given)
        raise Killed

    record_facts = outbox.record_facts
    contact(1, people.agent, ContactResult.REACHED, "c1", now)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "record_facts", write_then_die)
        for _ in range(3):
            with pytest.raises(Killed):
                collect_facts(store=planned_store)
    assert FactCursor.objects.get().position == 0
    written = facts(planned_store)
    assert len(written) == 8
    # More is done before the next try: it reads the old events and the new ones.
    contact(2, people.agent, ContactResult.REFUSED, "c2", now)
    collect_facts(store=planned_store)
    assert len(facts(planned_store)) == 8 + 3
    assert facts(planned_store)[: len(written)][:1] == written[:1]
    assert FactCursor.objects.get().position == TaskEvent.objects.latest("id").id
    assert collect_facts(store=planned_store).event_count == 0


def test_a_desk_built_anew_tells_facts_of_its_own(planned_store, now):
    collect_facts(store=planned_store)
    FactCursor.objects.all().delete()
    assert collect_facts(store=planned_store).fact_count == 6
    assert len(facts(planned_store)) == 12


def test_one_collection_at_a_time(planned_store):
    with outbox._alone(planned_store), pytest.raises(DataError) as busy:
        collect_facts(store=planned_store)
    assert (busy.value.code, busy.value.permanent) == ("collect.busy", False)
    assert facts(planned_store) == []


def closing(number: int, state: str, **given):
    return {
        "task_id": task_id(number),
        "subscriber_id": number,
        "household_key": f"S{number}",
        "kind": "prepaid_balance_running_out",
        "level": "YELLOW",
        "unit_code": "U11",
        "node_code": "W111",
        "state": state,
        "evidence": "EVENT" if state == "CLOSED" else "RULE",
        **given,
    }


def outcome(number: int, *, verified: bool, **given):
    return {
        "task_id": task_id(number),
        "subscriber_id": number,
        "kind": "prepaid_balance_running_out",
        "node_code": "W111",
        "is_verified": verified,
        **given,
    }


@pytest.mark.req("P1")
def test_the_data_verify_and_the_system_archives(people, planned_store, now):
    contact(1, people.agent, ContactResult.AGREED, "c1", now)
    contact(2, people.agent, ContactResult.AGREED, "c2", now)
    rows = [
        closing(1, "CLOSED"),
        closing(4, "WITHDRAWN", withdrawn_rule="port_out"),
        closing(7, "CLOSED", is_holdout=True),
    ]
    put(planned_store, DAY_CLOSING, rows, month=MONTH.number, day="2026-03-05")
    later = now + timedelta(days=4)
    assert settle.take_results(store=planned_store, now=later) == (1, 1)
    before = everything()
    assert settle.take_results(store=planned_store, now=later + timedelta(hours=1)) == (0, 0)
    assert everything() == before
    task = Task.objects.get(task_id=task_id(1))
    assert (task.state, task.verified_at) == ("VERIFIED", later)
    gone = Task.objects.get(task_id=task_id(4))
    assert (gone.state, gone.withdrawn_rule) == ("WITHDRAWN", "port_out")
    event = TaskEvent.objects.get(task=task, act="VERIFY")
    assert (event.actor_id, event.agent_code, event.state_before) == (None, "", "HANDLED")
    assert TaskEvent.objects.get(task__task_id=task_id(4), act="WITHDRAW").reason == "RULE"
    # The agent's tick alone verifies nothing.
    assert Task.objects.get(task_id=task_id(2)).state == "HANDLED"
    assert Task.objects.get(task_id=task_id(7)).state == "HELD_OUT"
    assert settle.archive_over(store=planned_store, now=later) == 0

    work.call_back(
        task_id=task_id(1),
        sight=people.agent,
        result=ContactResult.REACHED,
        channel=Channel.PHONE,
        call_id="c3",
        now=later,
        note="满意",
    )
    lead.archive(task_id=task_id(1), sight=people.leader, call_id="c4", now=later)
    month_end = [
        outcome(n, verified=n in (1, 3), is_holdout=n == 7, is_withdrawn=n in (4, 8)) for n in range(1, 9)
    ]
    put(planned_store, OUTCOME, month_end, month=MONTH.number)
    april = now + timedelta(days=31)
    assert settle.take_results(store=planned_store, now=april) == (1, 0)
    assert settle.archive_over(store=planned_store, now=april) == 5
    assert settle.archive_over(store=planned_store, now=april) == 0
    assert not Task.objects.exclude(state__in=("ARCHIVED", "WITHDRAWN")).exists()
    assert not Task.objects.filter(ended_at__isnull=True).exists()
    assert Task.objects.get(task_id=task_id(3)).verified_at == april
    assert TakenResult.objects.count() == 2


@pytest.mark.req("P1")
def test_what_is_overdue_goes_one_level_up(people, planned_store, now, today):
    assert settle.escalate_overdue(now=now, today=today) == 0
    contact(1, people.agent, ContactResult.AGREED, "c1", now)
    late = now + timedelta(days=5)
    levels = []
    for day in range(3):
        at = late + timedelta(days=day, hours=1 + day)
        assert settle.escalate_overdue(now=at, today=today) == 5
        assert settle.escalate_overdue(now=at, today=today) == 0
        levels += set(Task.objects.filter(state="ISSUED").values_list("escalated_to", flat=True))
    assert levels == ["UNIT", "COUNTY", "CITY"]
    assert settle.escalate_overdue(now=late + timedelta(days=40), today=date(2026, 4, 1)) == 0
