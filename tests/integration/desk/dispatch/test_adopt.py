"""Lists from outside the plan: who gets a task, who does not and why, and that nobody gets one twice."""

import hashlib
import random
import time
from datetime import date, timedelta

import pytest

from handmade import adopted as book
from handmade.adopted import put_book, wanted
from handmade.desk import D1, W111, W211
from handmade.dispatch import MONTH, ROWS, everything, put_day_plan, put_plan, row, task_id
from handmade.tables import put
from weixi.desk.audit.models import AuditEntry
from weixi.desk.dispatch.models import AppliedPlan, Task, TaskEvent, TaskLine, TaskList, TaskListRow
from weixi.desk.dispatch.operations import lead, work
from weixi.desk.dispatch.operations.adopt import adopt
from weixi.desk.dispatch.operations.apply import apply_plan
from weixi.desk.dispatch.outbox import collect_facts
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.desk.dispatch.queries.queue import my_queue
from weixi.desk.dispatch.rules import ContactResult, Listed, Refused, WithdrawReason
from weixi.desk.org.rules import Role
from weixi.flow.decision import DAY_SILENCE
from weixi.flow.outcome import FACT
from weixi.kernel.errors import DataError
from weixi.kernel.terms import Channel

DAY = date(2026, 3, 6)
MORNING = date(2026, 3, 5)


@pytest.fixture(autouse=True)
def applied(planned_store, apply, people, settings):
    put_book(planned_store)
    settings.HOME = planned_store.home
    apply()


def lists() -> list[object]:
    return [*everything(), list(TaskList.objects.values()), list(TaskListRow.objects.values())]


def verdicts(done) -> dict[int, Listed]:
    return {row.number: row.verdict for row in done.rows}


@pytest.mark.req("X9")
def test_each_row_is_told_what_became_of_it(people, now):
    rows = [
        wanted(10, note="省公司第3批", level="RED"),
        wanted(1),  # has an open task of the plan
        wanted(7),  # held out by the plan
        wanted(8),  # silenced by the plan
        wanted(30),  # applied to port out, in the book alone
        wanted(40),  # another county's
        wanted(99),
        wanted(0),
        wanted(10),
        wanted(20),
        wanted(21),  # shares a household with 20
        wanted(22),  # a household of its own
        wanted(book.TEST_LINE),
    ]
    done = adopt(
        rows=rows, source="external", title="三月到期.xlsx", sight=people.county, now=now, call_id="c1"
    )
    assert list(verdicts(done).values()) == [
        Listed.ADDED, Listed.ALREADY_OPEN, Listed.HELD_OUT, Listed.SILENCED, Listed.SILENCED, Listed.NOT_YOURS,
        Listed.UNKNOWN, Listed.UNKNOWN, Listed.REPEATED, Listed.ADDED, Listed.FOLDED, Listed.ADDED, Listed.UNKNOWN,
    ]  # fmt: skip
    assert (done.added, done.already_open, done.held_out, done.silenced, done.not_yours, done.unknown) == (
        3, 1, 1, 2, 1, 3,
    )  # fmt: skip
    assert (done.folded, done.repeated, len(done.task_ids), done.was_done) == (1, 1, 3, False)
    assert done.rows[1].task_id == task_id(1)
    assert done.rows[4].detail == "port_out_application"
    task = Task.objects.get(task_id=done.task_ids[0])
    assert (task.state, task.plan_id, task.list.title, task.month) == (
        "ISSUED",
        None,
        "三月到期.xlsx",
        MONTH.number,
    )
    assert (task.subscriber_id, task.path, task.owner_code, task.unit_code) == (10, W111, "W111", "U11")
    assert (task.number_masked, task.name_masked, task.grade, task.band) == (
        "130****0010",
        "王**",
        "KEY",
        "B200",
    )
    assert (task.level, task.kind, task.reason_1, task.is_assessed) == (
        "RED",
        "external_list",
        "合约到期",
        False,
    )
    assert (task.task_date, task.next_date) == (DAY, date(2026, 3, 2))
    # It is due when its day is over, in Shanghai.
    assert task.due_at.isoformat() == "2026-03-06T16:00:00+00:00"
    assert TaskEvent.objects.get(task=task).note == "省公司第3批"
    folded = Task.objects.get(task_id=done.task_ids[1])
    lines = (
        TaskLine.objects.filter(task=folded)
        .order_by("subscriber_id")
        .values_list("subscriber_id", "number_masked")
    )
    assert list(lines) == [(20, "130****0020"), (21, "130****0021")]
    assert (folded.line_count, folded.revenue_at_risk_fen) == (2, 2 * 900_00)
    assert done.rows[10].task_id == folded.task_id
    audited = AuditEntry.objects.get(act="dispatch.adopt")
    assert (audited.subject, audited.path) == (f"list:{done.list_id}", D1)


@pytest.mark.req("X9")
def test_the_same_call_and_the_same_list_add_nothing(people, now):
    rows = [wanted(10), wanted(20), wanted(99)]
    first = adopt(rows=rows, source="external", sight=people.county, now=now, call_id="c1")
    before, audited = lists(), AuditEntry.objects.count()
    again = adopt(
        rows=rows, source="external", sight=people.county, now=now + timedelta(hours=1), call_id="c1"
    )
    assert again.was_done
    assert (again.rows, again.task_ids, again.list_id) == (first.rows, first.task_ids, first.list_id)
    assert (lists(), AuditEntry.objects.count()) == (before, audited)
    later = adopt(
        rows=rows, source="external", sight=people.county, now=now + timedelta(hours=2), call_id="c2"
    )
    assert (later.added, later.already_open, later.unknown) == (0, 2, 1)
    assert Task.objects.filter(list__isnull=False).count() == 2


def test_a_call_id_of_another_is_refused_and_changes_nothing(people, now):
    adopt(rows=[wanted(10)], source="external", sight=people.county, now=now, call_id="c1")
    before, audited = lists(), AuditEntry.objects.count()
    for rows, who in (([wanted(11)], people.county), ([wanted(10)], people.planner), ([], people.county)):
        with pytest.raises(Refused):
            adopt(rows=rows, source="external", sight=who, now=now, call_id="c1")
    assert (lists(), AuditEntry.objects.count()) == (before, audited)


@pytest.mark.parametrize("who", ["agent", "leader", "auditor"])
def test_who_may_not_issue_adds_nothing(people, now, who):
    done = adopt(rows=[wanted(10)], source="external", sight=getattr(people, who), now=now, call_id="c1")
    assert (done.added, done.not_yours) == (0, 1)
    assert not Task.objects.filter(list__isnull=False).exists()


def test_an_agent_may_be_let_in_for_his_own_customers(people, now):
    done = adopt(
        rows=[wanted(10), wanted(40)],
        source="inbound",
        sight=people.agent,
        now=now,
        call_id="c1",
        by=(Role.AGENT,),
    )
    assert (done.added, done.not_yours) == (1, 1)


def test_what_was_withdrawn_for_no_contact_stays_silent(people, now):
    first = adopt(
        rows=[wanted(10), wanted(11)], source="external", sight=people.county, now=now, call_id="c1"
    )
    for number, reason in ((0, WithdrawReason.DO_NOT_CONTACT), (1, WithdrawReason.MISTAKE)):
        lead.withdraw(
            task_id=first.task_ids[number], sight=people.county, reason=reason, call_id=f"w{number}", now=now
        )
    done = adopt(rows=[wanted(10), wanted(11)], source="external", sight=people.county, now=now, call_id="c2")
    assert list(verdicts(done).values()) == [Listed.SILENCED, Listed.ADDED]
    assert done.rows[0].detail == "DO_NOT_CONTACT"


def test_a_silence_of_a_day_since_counts(people, planned_store, now):
    put(
        planned_store,
        DAY_SILENCE,
        [{"household_key": "S12", "withdrawn_rule": "port_out_application"}],
        month=202603,
        day="2026-03-01",
    )
    done = adopt(rows=[wanted(12), wanted(13)], source="external", sight=people.county, now=now, call_id="c1")
    assert list(verdicts(done).values()) == [Listed.SILENCED, Listed.ADDED]


def test_a_person_who_applied_silences_his_other_lines(people, planned_store, now):
    put_book(planned_store, line={14: {"party_id": 5030}})
    done = adopt(rows=[wanted(14)], source="external", sight=people.county, now=now, call_id="c1")
    assert (done.silenced, done.rows[0].detail) == (1, "port_out_application")


def test_such_a_task_is_worked_like_any_other_and_its_facts_return(people, planned_store, now):
    done = adopt(rows=[wanted(10)], source="external", sight=people.county, now=now, call_id="c1")
    assert done.task_ids[0] in {row.task_id for row in my_queue(people.agent, date(2026, 3, 2), now=now).rows}
    work.record_contact(
        task_id=done.task_ids[0],
        sight=people.agent,
        result=ContactResult.AGREED,
        channel=Channel.PHONE,
        call_id="c2",
        now=now,
    )
    collect_facts(store=planned_store)
    facts = planned_store.rows(
        "SELECT fact_type FROM fact WHERE task_id = $task ORDER BY happened_at, fact_id",
        inputs={"fact": planned_store.require(FACT, month=MONTH.number)},
        parameters={"task": done.task_ids[0]},
    )
    assert {r["fact_type"] for r in facts} == {"ISSUED", "ACCEPTED", "AGREED", "TICKED"}


def test_a_revision_of_the_plan_leaves_the_lists_tasks_alone(people, apply, planned_store, work_plan, now):
    done = adopt(rows=[wanted(10)], source="external", sight=people.county, now=now, call_id="c1")
    before = Task.objects.filter(task_id=done.task_ids[0]).values().get()
    put_plan(planned_store, work_plan, (*ROWS[:2], row(60, W211)))
    revised = apply(at=now + timedelta(hours=1))
    assert (revised.added_count, revised.withdrawn_count) == (1, 5)
    assert Task.objects.filter(task_id=done.task_ids[0]).values().get() == before
    assert AppliedPlan.objects.count() == 2


def test_without_a_month_that_was_run_nothing_is_written(people, now, settings, tmp_path):
    settings.HOME = tmp_path
    before = lists()
    with pytest.raises(DataError, match=r"list\.no_month"):
        adopt(rows=[wanted(10)], source="external", sight=people.county, now=now, call_id="c1")
    assert lists() == before


def drawn(hash_key: str, household: str, share: float) -> bool:
    """Whether the household is held out, by the definition and not by its SQL."""
    draw = hashlib.sha256(f"{hash_key}:holdout:{household}".encode()).hexdigest()[:8]
    return int(draw, 16) < int(share * 2**32)


@pytest.fixture
def many(planned_store, monkeypatch):
    """10,000 lines of low revenue, in households of one and of two."""
    monkeypatch.setattr(book, "OWNERS", {1000 + k: W111 for k in range(10_000)})
    monkeypatch.setattr(book, "HOUSEHOLDS", {1000 + k: k // 2 for k in range(3_000)})
    put_book(planned_store)
    return list(book.OWNERS)


def test_nobody_who_is_drawn_is_ever_treated_and_ten_thousand_rows_are_quick(
    many, planned_store, people, now
):
    from weixi.flow.book import FEATURE

    put(planned_store, FEATURE, [{"subscriber_id": k, "revenue_3m_fen": 9000, "complete_months": 3} for k in many],
        month=book.BOOK)  # fmt: skip
    ids = random.Random(3).sample(many, len(many))
    started = time.monotonic()
    done = adopt(
        rows=[wanted(key) for key in ids], source="external", sight=people.county, now=now, call_id="c1"
    )
    took = time.monotonic() - started
    home = {key: f"H{book.HOUSEHOLDS[key]}" if key in book.HOUSEHOLDS else f"S{key}" for key in ids}
    out = {key for key in ids if drawn(planned_store.hash_key, home[key], 0.02)}
    assert 100 < len(out) < 400
    treated = set(TaskLine.objects.filter(task__list__isnull=False).values_list("subscriber_id", flat=True))
    assert treated == set(ids) - out
    assert {r.subscriber_id for r in done.rows if r.verdict is Listed.HELD_OUT} == out
    per_home = Task.objects.filter(list__isnull=False).values_list("household_key", flat=True)
    assert len(per_home) == len(set(per_home)) == len({home[key] for key in ids if key not in out})
    assert took < 60, took


def test_a_source_that_its_column_cannot_hold_is_refused(people, now):
    before = lists()
    for source in ("", "来" * 33):
        with pytest.raises(Refused) as refused:
            adopt(rows=[wanted(10)], source=source, sight=people.planner, now=now, call_id="s1")
        assert refused.value.code == "list.source"
        assert "32" in refused.value.what.en
    assert lists() == before
    assert adopt(rows=[wanted(10)], source="来" * 32, sight=people.planner, now=now, call_id="s1").added == 1


@pytest.mark.req("X9")
def test_a_morning_gives_no_second_task_to_who_has_one_of_a_list(people, planned_store, work_plan, now):
    listed = adopt(rows=[wanted(10)], source="test", sight=people.planner, now=now, call_id="m1")
    [first] = listed.task_ids
    household = Task.objects.get(task_id=first).household_key
    rows = (
        row(10, W111, task_id="20260305-10-complaint", kind="complaint", household_key=household),
        row(50, W111, task_id="20260305-50-complaint", kind="complaint"),
        row(51, W111, task_id="20260305-51-x", household_key=household, is_holdout=True),
    )

    def hand_over(revision):
        put_day_plan(planned_store, work_plan, MORNING, rows[:revision] if revision < 3 else rows)
        handover = handover_of(planned_store, work_plan, MONTH, MORNING)
        return apply_plan(
            store=planned_store, playbook=work_plan, handover=handover, issue=True, applied_by="test", now=now
        )

    done = hand_over(3)
    assert (done.task_count, done.added_count, done.kept_count) == (3, 2, 1)
    open_ones = Task.objects.filter(household_key=household, is_open=True)
    assert [task.task_id for task in open_ones] == [first]
    assert Task.objects.get(task_id="20260305-51-x").state == "HELD_OUT"
    # Once the list's task is over, the next revision of the morning brings the one that waited.
    lead.withdraw(
        task_id=first, sight=people.county, reason=WithdrawReason.MISTAKE, call_id="m2", now=now, note=""
    )
    assert hand_over(2).added_count == 1
    assert Task.objects.get(task_id="20260305-10-complaint").state == "ISSUED"
