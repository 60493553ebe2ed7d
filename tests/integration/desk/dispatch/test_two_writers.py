"""Two people press at the same moment: one of them does it, and nothing is done twice or lost."""

import importlib
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from handmade.desk import code_of
from handmade.dispatch import task_id
from integration.desk.dispatch.conftest import People
from weixi.desk.audit.models import AuditEntry
from weixi.desk.audit.queries import prove
from weixi.desk.dispatch.models import Task, TaskEvent
from weixi.desk.dispatch.operations.work import claim, record_contact
from weixi.desk.dispatch.rules import ContactResult, Refused
from weixi.kernel.terms import Channel

POOL, OWN = task_id(5), task_id(1)


STAYS = importlib.import_module("weixi.desk.dispatch.migrations.0002_append_only")


@pytest.fixture
def applied(transactional_db: None, apply: Callable[[], object], people: People) -> Iterator[None]:
    """The plan, handed over; afterwards its events are taken away, which the database lets nobody do."""
    apply()
    yield
    with connection.cursor() as cursor:
        for statement in STAYS.TAKEN[connection.vendor]:
            cursor.execute(statement)
        cursor.execute("DELETE FROM dispatch_taskevent")
        for statement in STAYS.PUT[connection.vendor]:
            cursor.execute(statement)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answers, or what it raises, all begun at the same moment."""
    barrier, said = Barrier(len(acts)), list[object]()

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            said.append(act())
        except Refused as fault:
            said.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.usefixtures("applied")
def test_a_task_of_the_pool_goes_to_one_of_two(people: People, now: datetime) -> None:
    said = at_once(
        lambda: claim(task_id=POOL, sight=people.agent, call_id="a", now=now),
        lambda: claim(task_id=POOL, sight=people.colleague, call_id="b", now=now),
    )
    assert sorted(isinstance(one, Refused) for one in said) == [False, True]
    event = TaskEvent.objects.get(task__task_id=POOL, act="CLAIM")
    task = Task.objects.get(task_id=POOL)
    assert (task.owner_code, code_of(task.path)) == (event.agent_code, event.agent_code)
    assert AuditEntry.objects.filter(act="dispatch.claim").count() == 1
    assert prove().broken is None


@pytest.mark.usefixtures("applied")
def test_one_call_that_comes_twice_at_once_is_done_once(people: People, now: datetime) -> None:
    def report() -> object:
        return record_contact(
            task_id=OWN,
            sight=people.agent,
            result=ContactResult.AGREED,
            channel=Channel.PHONE,
            call_id="same",
            now=now,
        )

    said = at_once(report, report, report)
    assert sorted(one.was_done for one in said) == [False, True, True]
    assert TaskEvent.objects.filter(task__task_id=OWN, call_id="same").count() == 3
    assert prove().broken is None
