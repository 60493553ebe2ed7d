"""A worker process: threads that take jobs, one that gives signs of life, takes up lost jobs and minds the clock."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from weixi.desk.worker import operations
from weixi.desk.worker.backend import JobContext, Stopped, result_of, task_of
from weixi.desk.worker.models import Job
from weixi.desk.worker.operations import Held
from weixi.desk.worker.rules import BEATS, LOST_SECONDS, failure_of
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text

IDLE_SECONDS = 0.5
"""Between two looks into an empty queue."""

TOLD_SECONDS = 0.5
"""The shortest time between two writes of a job's progress within one step."""

Say = Callable[[Text], None]

_log = logging.getLogger("weixi.worker")


@dataclass
class Worker:
    """One worker process. `stop` ends it: no new job is taken, running ones leave off at their next step."""

    say: Say = lambda _: None
    lost_after: float = LOST_SECONDS
    name: str = field(
        default_factory=lambda: f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(3)}"
    )

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._held: dict[int, Held] = {}
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Ask the process to end."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    def run(self, threads: int) -> None:
        """Work until stopped."""
        operations.say_alive(worker=self.name, now=timezone.now())
        takers = [threading.Thread(target=self._take_jobs, name=f"job-{n}") for n in range(threads)]
        for taker in takers:
            taker.start()
        try:
            self._mind()
        finally:
            self.stop()
            for taker in takers:
                taker.join()
            self._patient(lambda: operations.say_ended(worker=self.name))
            connections.close_all()

    def run_waiting(self) -> int:
        """Do what waits, lost jobs and what is due included, then end; how many jobs."""
        now = timezone.now()
        operations.say_alive(worker=self.name, now=now)
        operations.reap(now=now, lost_after=self.lost_after)
        operations.enqueue_due(now=now)
        minder = threading.Thread(target=self._mind, name="heartbeat")
        minder.start()
        count = 0
        try:
            while not self.is_stopping:
                held = operations.take(worker=self.name, now=timezone.now())
                if held is None:
                    break
                self.do(held)
                count += 1
        finally:
            self.stop()
            minder.join()
            operations.say_ended(worker=self.name)
        return count

    def do(self, held: Held) -> None:
        """Do one job that this worker holds, and write what came of it."""
        with self._lock:
            self._held[held.job_id] = held
        began = time.perf_counter()
        self.say(
            Text(
                f"开始 #{held.job_id} {held.kind} {held.key}", f"begin #{held.job_id} {held.kind} {held.key}"
            )
        )
        try:
            task = task_of(held.kind)
            told = _Telling(held, self._stopping)
            context = JobContext(
                task_result=result_of(task, Job.objects.get(id=held.job_id)),
                job_id=held.job_id,
                actor=held.actor,
                actor_id=held.actor_id,
                path=held.path,
                now=timezone.now(),
                tell=told.tell,
            )
            result = task.call(context, **held.parameters)
            operations.finish(held=held, result=result or {}, now=timezone.now())
            took = time.perf_counter() - began
            self.say(Text(f"完成 #{held.job_id}，{took:.1f} 秒", f"done #{held.job_id}, {took:.1f} s"))
        except Stopped:
            is_cancel = operations.is_cancelled(held=held)
            operations.give_back(held=held, is_cancel=is_cancel, now=timezone.now())
            self.say(Text(f"放下 #{held.job_id}", f"left off #{held.job_id}"))
        except WeixiError as fault:
            operations.fail(held=held, fault=fault, now=timezone.now())
            self.say(Text(f"失败 #{held.job_id}：{fault.what.zh}", f"failed #{held.job_id}: {fault.what.en}"))
        except Exception as fault:
            _log.exception("job %s %s", held.job_id, held.kind)
            told_as, name = failure_of(fault), type(fault).__name__
            self._patient(lambda: operations.fail(held=held, fault=told_as, now=timezone.now()))
            self.say(Text(f"失败 #{held.job_id}：{name}", f"failed #{held.job_id}: {name}"))
        finally:
            with self._lock:
                self._held.pop(held.job_id, None)

    # -- threads

    def _take_jobs(self) -> None:
        while not self.is_stopping:
            close_old_connections()
            try:
                held = operations.take(worker=self.name, now=timezone.now())
            except DatabaseError:
                _log.exception("the queue cannot be read")
                held = None
            if held is None:
                self._stopping.wait(IDLE_SECONDS)
            else:
                self.do(held)
        connections.close_all()

    def _mind(self) -> None:
        """Heartbeats of the jobs in hand; the jobs of others that are lost; what is due."""
        every = self.lost_after / BEATS
        while not self.is_stopping:
            close_old_connections()
            try:
                now = timezone.now()
                with self._lock:
                    held = tuple(self._held.values())
                for job in held:
                    operations.beat(held=job, now=now)
                operations.say_alive(worker=self.name, now=now)
                for job_id in operations.reap(now=now, lost_after=self.lost_after):
                    self.say(Text(f"接手中断的 #{job_id}", f"taking up #{job_id}, which was lost"))
                operations.enqueue_due(now=now)
            except DatabaseError:
                _log.exception("a heartbeat could not be written")
            self._stopping.wait(every)
        connections.close_all()

    def _patient(self, write: Callable[[], object]) -> None:
        """A last write that must not hide what happened before it."""
        try:
            write()
        except DatabaseError:
            _log.exception("the outcome could not be written")


class _Telling:
    """Progress of one job, written no oftener than needed."""

    def __init__(self, held: Held, stopping: threading.Event) -> None:
        self._held = held
        self._stopping = stopping
        self._step: Text | None = None
        self._at = 0.0

    def tell(self, step: Text, done: int, total: int) -> None:
        """Write where the job stands. Raises Stopped where it is to end."""
        at = time.monotonic()
        if self._stopping.is_set():
            raise Stopped
        if step == self._step and at - self._at < TOLD_SECONDS:
            return
        mine = operations.tell(held=self._held, now=timezone.now(), step=step, done=done, total=total)
        if not mine or operations.is_cancelled(held=self._held):
            raise Stopped
        self._step, self._at = step, at
