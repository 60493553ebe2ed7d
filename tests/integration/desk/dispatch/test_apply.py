"""A frozen plan is handed over once, whole, and a revision follows what nobody has begun."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from handmade.desk import D1, U11, W111, W112
from handmade.dispatch import MONTH, ROWS, everything, put_day_plan, put_plan, row, task_id
from weixi.desk.audit.models import AuditEntry
from weixi.desk.dispatch.models import AppliedPlan, Task, TaskEvent, TaskLine
from weixi.desk.dispatch.operations import apply as apply_module
from weixi.desk.dispatch.operations.apply import apply_plan
from weixi.desk.dispatch.operations.lead import issue
from weixi.desk.dispatch.operations.work import claim
from weixi.desk.dispatch.queries.handover import handover_of
from weixi.desk.dispatch.rules import ContactResult, Refused, TaskState
from weixi.kernel.errors import DataError


def states() -> Counter[str]:
    return Counter(Task.objects.values_list("state", flat=True))


@pytest.mark.req("P1")
def test_every_task_has_a_state_and_its_time(apply, people, now):
    applied = apply()
    assert (applied.task_count, applied.added_count, applied.was_applied) == (8, 8, False)
    assert states() == {"ISSUED": 6, "HELD_OUT": 1, "WITHDRAWN": 1}
    task = Task.objects.get(task_id=task_id(1))
    assert (task.path, task.unit_code, task.owner_code) == (W111, "U11", "W111")
    assert (task.grade, task.band, task.number_masked, task.name_masked) == (
        "KEY",
        "B80",
        "130****5678",
        "王**",
    )
    assert (task.created_at, task.issued_at, task.state_at) == (now, now, now)
    assert Task.objects.get(task_id=task_id(5)).owner_code == ""
    assert TaskLine.objects.filter(task__task_id=task_id(3)).count() == 2
    assert TaskEvent.objects.filter(act="ISSUE", state_after="ISSUED").count() == 6
    assert Task.objects.filter(state="WITHDRAWN", ended_at=now).count() == 1


def test_no_number_or_name_in_full_enters_the_desk(apply, people):
    apply()
    said = str(everything())
    assert "13012345678" not in said
    assert "王小明" not in said


def test_the_same_plan_twice_changes_nothing(apply, people, now):
    apply()
    before, audited = everything(), AuditEntry.objects.count()
    assert apply().was_applied
    assert everything() == before
    assert AuditEntry.objects.count() == audited
    assert AppliedPlan.objects.count() == 1


def test_a_hand_over_that_broke_off_goes_on(apply, people, monkeypatch):
    monkeypatch.setattr(apply_module, "BATCH", 3)

    class Killed(Exception):
        pass

    def die(done: int) -> None:
        if done >= 3:
            raise Killed

    with pytest.raises(Killed):
        apply(tell=die)
    assert (Task.objects.count(), AppliedPlan.objects.get().completed_at) == (3, None)
    applied = apply()
    assert (applied.was_applied, applied.added_count) == (False, 8)
    assert Task.objects.count() == 8
    assert TaskEvent.objects.count() == 6
    assert apply().was_applied


def test_kept_back_tasks_are_issued_by_the_county_alone(apply, people, now, work_plan):
    apply(issue=False)
    assert states() == {"CREATED": 6, "HELD_OUT": 1, "WITHDRAWN": 1}
    before = everything()
    with pytest.raises(Refused):
        claim(task_id=task_id(1), sight=people.agent, call_id="c1", now=now)
    assert issue(sight=people.leader, playbook=work_plan, now=now) == 0
    assert issue(sight=people.county, playbook=work_plan, now=now, path="P01/C01/D2/") == 0
    assert everything() == before
    assert issue(sight=people.county, playbook=work_plan, now=now, path=D1) == 5
    assert states() == {"ISSUED": 5, "CREATED": 1, "HELD_OUT": 1, "WITHDRAWN": 1}
    assert issue(sight=people.county, playbook=work_plan, now=now) == 0
    assert issue(sight=people.planner, playbook=work_plan, now=now) == 1


def test_a_revision_follows_what_nobody_has_begun(apply, people, planned_store, work_plan, now):
    apply()
    claim(task_id=task_id(2), sight=people.agent, call_id="c1", now=now)
    claim(task_id=task_id(4), sight=people.colleague, call_id="c2", now=now)
    kept = Task.objects.get(task_id=task_id(2))
    revised = (
        row(1, W112, offer_code="recontract", line_count=2),  # another owner, offer and number of lines
        row(2, W111, level="BLUE"),  # begun: stays
        row(3, W111, line_count=2, is_holdout=True),  # now held out: nobody works it
        row(6, "P01/C01/D2/U21/W211/"),  # as it was
        row(7, W111),  # held out before: stays held out
        row(8, W111, withdrawn_rule="port_out_application"),
        row(9, U11),  # new
    )  # 4 is gone but begun, 5 is gone and was not
    put_plan(planned_store, work_plan, revised)
    offered = handover_of(planned_store, work_plan, MONTH)
    assert (offered.replaces, offered.plan.revision) == (1, 2)
    applied = apply()
    assert (applied.added_count, applied.withdrawn_count) == (1, 1)
    task = Task.objects.get(task_id=task_id(1))
    assert (task.owner_code, task.path, task.offer_code, task.state) == ("W112", W112, "recontract", "ISSUED")
    assert TaskLine.objects.filter(task=task).count() == 2
    again = Task.objects.get(task_id=task_id(2))
    assert (again.level, again.state, again.priority) == ("RED", "CLAIMED", kept.priority)
    now_state = dict(Task.objects.values_list("task_id", "state"))
    assert now_state[task_id(3)] == now_state[task_id(5)] == TaskState.WITHDRAWN
    assert now_state[task_id(4)] == TaskState.CLAIMED
    assert now_state[task_id(7)] == TaskState.HELD_OUT
    assert now_state[task_id(9)] == TaskState.ISSUED
    before = everything()
    assert apply().was_applied
    assert everything() == before


def test_an_older_revision_is_refused(apply, people, planned_store, work_plan):
    apply()
    AppliedPlan.objects.update(revision=5)
    put_plan(planned_store, work_plan, ROWS[:2])
    before = everything()
    with pytest.raises(Refused) as refused:
        apply()
    assert refused.value.code == "dispatch.older"
    assert everything() == before


def test_a_plan_of_another_playbook_or_tree_is_refused(apply, people, planned_store, work_plan):
    put_plan(planned_store, work_plan, (row(1, "P01/C01/D9/U99/W991/"),))
    with pytest.raises(DataError) as lost:
        apply()
    assert lost.value.code == "dispatch.no_node"
    assert Task.objects.count() == 0


def test_events_are_only_ever_added(apply, people):
    apply()
    before = everything()
    for act in (TaskEvent.objects.all().delete, lambda: TaskEvent.objects.update(note="x")):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            act()
    assert everything() == before


@pytest.mark.parametrize(
    "wrong",
    [{"state": "LOST"}, {"state": "ISSUED"}, {"path": "P01"}, {"level": "GREEN"}, {"escalated_to": "X"}],
)
def test_the_database_refuses_what_the_rules_exclude(apply, people, wrong):
    apply()
    held = Task.objects.filter(state="HELD_OUT")
    with pytest.raises(DatabaseError), transaction.atomic():
        held.update(**wrong)


def test_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_contact_with_who_is_held_out(apply, people, now):
    from weixi.desk.dispatch.operations.work import record_contact
    from weixi.kernel.terms import Channel

    apply()
    before = everything()
    for who in (people.agent, people.leader, people.planner, people.auditor):
        with pytest.raises(Refused):
            record_contact(
                task_id=task_id(7),
                sight=who,
                result=ContactResult.REACHED,
                channel=Channel.PHONE,
                call_id="x",
                now=now,
            )
    assert everything() == before


DAY = date(2026, 3, 5)


@pytest.mark.req("P1")
def test_the_plan_of_a_morning_comes_beside_the_months(apply, people, planned_store, work_plan, now):
    apply()
    before = {t.task_id: t for t in Task.objects.all()}
    day_task = row(50, W111, task_id="20260305-50-complaint", kind="complaint", level="RED")
    put_day_plan(
        planned_store,
        work_plan,
        DAY,
        (day_task, row(51, W112, task_id="20260305-51-complaint", is_holdout=True)),
    )
    later = now + timedelta(days=3)

    def hand_over(at):
        handover = handover_of(planned_store, work_plan, MONTH, DAY)
        return apply_plan(
            store=planned_store, playbook=work_plan, handover=handover, issue=True, applied_by="test", now=at
        )

    applied = hand_over(later)
    assert (applied.task_count, applied.added_count, applied.withdrawn_count) == (2, 2, 0)
    task = Task.objects.get(task_id="20260305-50-complaint")
    assert (task.state, task.owner_code, task.path, task.issued_at) == ("ISSUED", "W111", W111, later)
    assert task.plan.day == DAY
    assert Task.objects.get(task_id="20260305-51-complaint").state == "HELD_OUT"
    # The month's tasks stay as they are, and the same morning twice is one.
    assert all(t.state == before[t.task_id].state for t in Task.objects.filter(task_id__in=list(before)))
    assert hand_over(later + timedelta(hours=1)).was_applied
    assert Task.objects.count() == len(before) + 2
    # A revision of the morning withdraws what it no longer lists, of that morning alone.
    put_day_plan(
        planned_store, work_plan, DAY, (row(52, W111, task_id="20260305-52-complaint", kind="complaint"),)
    )
    revised = hand_over(later + timedelta(hours=2))
    assert (revised.added_count, revised.withdrawn_count) == (1, 2)
    assert Task.objects.get(task_id="20260305-50-complaint").state == "WITHDRAWN"
    assert all(t.state == before[t.task_id].state for t in Task.objects.filter(task_id__in=list(before)))
