"""Jobs: one of a kind and key, each done once, taken up again where its worker is gone."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from handmade.desk import D1, D2, P, grow, person
from weixi.desk.audit.models import AuditEntry
from weixi.desk.org.rules import Role
from weixi.desk.worker import operations, queries
from weixi.desk.worker.jobs import tidy
from weixi.desk.worker.models import Job, Slot
from weixi.desk.worker.process import Worker
from weixi.desk.worker.rules import ATTEMPTS, JobState
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text

pytestmark = pytest.mark.usefixtures("db")
FAULT = DataError("x.y", Text("坏了", "broken"), Text("修好", "mend it"))
PASSING = DataError("x.y", Text("忙", "busy"), Text("等", "wait"), permanent=False)


def ask(now: datetime, key: str = "2026-02", path: str = P, actor_id: int | None = None) -> int:
    return operations.request(
        kind="worker.tidy", key=key, parameters={}, actor_id=actor_id, path=path, now=now
    )


def test_the_same_twice_is_one_job_until_it_is_done(now: datetime) -> None:
    first = ask(now)
    assert ask(now) == first
    assert ask(now, key="2026-03") != first
    held = operations.take(worker="a", now=now)
    assert held is not None
    assert held.job_id == first
    assert ask(now) == first
    assert operations.finish(held=held, result={"n": 1}, now=now)
    again = ask(now)
    assert again != first
    assert Job.objects.count() == 3


def test_the_database_itself_keeps_a_second_active_one_out(now: datetime) -> None:
    ask(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="worker.tidy", key="2026-02", requested_at=now, not_before=now)
    assert Job.objects.count() == 1


def test_two_workers_never_hold_the_same_job(now: datetime) -> None:
    ask(now)
    assert operations.take(worker="a", now=now) is not None
    assert operations.take(worker="b", now=now) is None


def test_a_lost_job_is_taken_up_and_its_first_worker_can_write_nothing_more(now: datetime) -> None:
    ask(now)
    first = operations.take(worker="a", now=now)
    assert first is not None
    later = now + timedelta(seconds=61)
    assert operations.reap(now=now + timedelta(seconds=59), lost_after=60) == []
    assert operations.reap(now=later, lost_after=60) == [first.job_id]
    second = operations.take(worker="b", now=later)
    assert second is not None
    assert second.attempt == 2
    assert not operations.beat(held=first, now=later)
    assert not operations.tell(held=first, now=later, step=Text("一", "one"), done=1, total=2)
    assert not operations.finish(held=first, result={"by": "a"}, now=later)
    assert not operations.fail(held=first, fault=FAULT, now=later)
    assert operations.finish(held=second, result={"by": "b"}, now=later)
    assert Job.objects.get().result == {"by": "b"}


def test_a_heartbeat_keeps_a_job(now: datetime) -> None:
    ask(now)
    held = operations.take(worker="a", now=now)
    assert held is not None
    assert operations.beat(held=held, now=now + timedelta(seconds=50))
    assert operations.reap(now=now + timedelta(seconds=70), lost_after=60) == []


def test_a_job_that_is_lost_every_time_fails_with_a_reason(now: datetime) -> None:
    job_id = ask(now)
    for _ in range(ATTEMPTS):
        assert operations.take(worker="a", now=now) is not None
        now += timedelta(seconds=61)
        assert operations.reap(now=now, lost_after=60) == [job_id]
    job = queries.job_line(job_id)
    assert (job.state, job.error_code, job.attempt) == (JobState.FAILED, "worker.lost", ATTEMPTS)
    assert operations.take(worker="b", now=now) is None


def test_a_fault_that_may_pass_is_tried_again_and_one_that_stays_is_told(now: datetime) -> None:
    job_id = ask(now)
    for attempt in range(1, ATTEMPTS + 1):
        held = operations.take(worker="a", now=now)
        assert held is not None
        operations.fail(held=held, fault=PASSING, now=now)
        assert operations.take(worker="a", now=now) is None
        now += timedelta(seconds=16)
        assert queries.job_line(job_id).is_active is (attempt < ATTEMPTS)
    other = ask(now, key="other")
    held = operations.take(worker="a", now=now)
    assert held is not None
    operations.fail(held=held, fault=FAULT, now=now)
    job = queries.job_line(other)
    assert (job.state, job.error, job.remedy) == (JobState.FAILED, FAULT.what, FAULT.remedy)


def test_cancelled_before_it_begins_and_while_it_runs(now: datetime) -> None:
    grow(now)
    user = person("planner", (Role.PLANNER, P), since=timezone.localdate(), now=now)
    waiting, running = ask(now, key="a"), ask(now, key="b")
    assert operations.cancel(job_id=waiting, actor_id=user.id, now=now) is JobState.CANCELLED
    held = operations.take(worker="a", now=now)
    assert held is not None
    assert held.job_id == running
    assert operations.cancel(job_id=running, actor_id=user.id, now=now) is JobState.RUNNING
    assert operations.is_cancelled(held=held)
    # The worker dies before it sees it: nobody begins the job again.
    operations.reap(now=now + timedelta(minutes=2), lost_after=60)
    assert operations.take(worker="b", now=now + timedelta(minutes=2)) is None
    assert {job.state for job in Job.objects.all()} == {"CANCELLED"}
    assert AuditEntry.objects.filter(act="worker.cancel").count() == 2


def test_what_is_due_is_put_into_the_queue_once_for_its_moment(now: datetime) -> None:
    names = {line.kind for line in queries.schedule()}
    assert "worker.tidy" in names
    assert operations.enqueue_due(now=now) == len(names)
    assert operations.enqueue_due(now=now + timedelta(seconds=30)) == 0
    assert set(Slot.objects.values_list("kind", flat=True)) == names
    assert Job.objects.filter(kind="worker.tidy").count() == 1


def test_the_schedule_waits_for_its_last_job(now: datetime) -> None:
    operations.enqueue_due(now=now)
    operations.enqueue_due(now=now + timedelta(days=1))
    assert Job.objects.filter(kind="worker.tidy").count() == 1


def test_every_kind_and_line_of_the_schedule_has_its_function() -> None:
    from weixi.desk.worker.backend import task_of

    for name in queries.kinds():
        assert task_of(name).takes_context
    assert {line.kind for line in queries.schedule()} <= set(queries.kinds())


def test_a_kind_that_nobody_knows_is_refused(now: datetime) -> None:
    with pytest.raises(UsageError, match=r"worker\.kind"):
        operations.request(kind="no.such", key="", parameters={}, actor_id=None, path="", now=now)
    assert not Job.objects.exists()


def test_a_task_enqueued_by_django_tasks_is_a_job() -> None:
    told = tidy.enqueue()
    assert Job.objects.get().id == int(told.id)
    assert tidy.get_result(told.id).status.name == "READY"


def test_the_page_lists_the_territory_alone_and_stays_small(
    now: datetime, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    grow(now)
    planner = person("planner", (Role.PLANNER, D1), since=timezone.localdate(), now=now)
    for number in range(40):
        ask(now, key=f"east-{number}", path=D1, actor_id=planner.id)
    ask(now, key="west", path=D2)
    client.force_login(planner)
    with django_assert_max_num_queries(12):
        page = client.get("/jobs/").content.decode()
    assert "east-39" in page
    assert "west" not in page
    assert "没有后台进程在运行" in page
    assert page.count("data-job-row") == queries.SIZE
    english = client.get("/jobs/", headers={"accept-language": "en"}).content.decode()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english.replace("中文", ""))


def test_a_fragment_asks_again_until_the_job_has_ended(now: datetime, client: Client) -> None:
    grow(now)
    client.force_login(person("planner", (Role.PLANNER, P), since=timezone.localdate(), now=now))
    job_id = ask(now)
    first = client.get(f"/jobs/{job_id}/?then=reload")
    assert "hx-trigger" in first.content.decode()
    assert "HX-Refresh" not in first.headers
    held = operations.take(worker="a", now=now)
    assert held is not None
    operations.tell(held=held, now=now, step=Text("五分标签", "labels"), done=3, total=12)
    assert 'value="25"' in client.get(f"/jobs/{job_id}/").content.decode()
    operations.finish(held=held, result={}, now=now)
    last = client.get(f"/jobs/{job_id}/?then=reload")
    assert "hx-trigger" not in last.content.decode()
    assert last.headers["HX-Refresh"] == "true"


def test_a_worker_does_what_waits(now: datetime) -> None:
    job_id = ask(timezone.now())
    worker = Worker()
    held = operations.take(worker=worker.name, now=timezone.now())
    assert held is not None
    worker.do(held)
    assert queries.job_line(job_id).state is JobState.DONE
