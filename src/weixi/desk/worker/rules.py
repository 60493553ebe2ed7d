"""What a job is, when one counts as lost, and when a scheduled one is due. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

from weixi.kernel.errors import UsageError, WeixiError
from weixi.kernel.language import Text
from weixi.kernel.terms import Term


class JobState(Term):
    """Where a job stands."""

    QUEUED = "QUEUED", "排队", "queued"
    RUNNING = "RUNNING", "进行中", "running"
    DONE = "DONE", "完成", "done"
    FAILED = "FAILED", "失败", "failed"
    CANCELLED = "CANCELLED", "已取消", "cancelled"


ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
"""A job in one of these is still to be done; there is one of a kind and key at a time."""

ATTEMPTS = 3
"""How often a job is begun before it is given up."""

LOST_SECONDS = 60.0
"""A running job without a heartbeat for so long is nobody's: SQLite alone may keep a writer waiting 30 seconds."""

BEATS = 10
"""Heartbeats in that time."""

RETRY_SECONDS = 15
"""What a job waits for before it is begun again, when the fault may pass."""

KEPT_DAYS = 30
"""How long finished jobs of the schedule are kept; those that a person asked for stay."""

SHANGHAI = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job: its name, its words, and where the function is (a django-tasks task, by dotted path)."""

    name: str
    text: Text
    task: str


@dataclass(frozen=True, slots=True)
class Every:
    """One line of the schedule: the kind, and either how often or at which business time of the day."""

    kind: str
    span: timedelta | None = None
    at: time | None = None

    @property
    def text(self) -> Text:
        """When it is done, in words."""
        if self.at is not None:
            return Text(f"每天 {self.at:%H:%M}", f"daily at {self.at:%H:%M}")
        minutes = int((self.span or timedelta()).total_seconds()) // 60
        return Text(f"每 {minutes} 分钟", f"every {minutes} minutes")


def slot(every: Every, now: datetime) -> datetime:
    """The moment at which the line was last due at `now`."""
    if every.at is not None:
        local = now.astimezone(SHANGHAI)
        due = local.replace(hour=every.at.hour, minute=every.at.minute, second=0, microsecond=0)
        return (due if due <= local else due - timedelta(days=1)).astimezone(UTC)
    seconds = int((every.span or timedelta(days=1)).total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def failure_of(fault: Exception) -> WeixiError:
    """The fault for people; one that nobody foresaw is told by its kind, its words stay in the worker's log."""
    if isinstance(fault, WeixiError):
        return fault
    name = type(fault).__name__
    return WeixiError(
        "worker.unexpected",
        Text(f"后台任务出错：{name}。", f"The job failed: {name}."),
        Text(
            "请再运行一次；仍失败时把后台日志交给系统管理员。",
            "Run it again; if it fails again, give the worker's log to the administrator.",
        ),
    )


def lost(attempts: int) -> WeixiError:
    """The worker of a job went away each time it was begun."""
    return WeixiError(
        "worker.lost",
        Text(
            f"执行它的后台进程中断了 {attempts} 次，不再重试。",
            f"The process doing it went away {attempts} times; it is not begun again.",
        ),
        Text(
            "检查内存和磁盘是否够用，再运行一次。",
            "See whether memory and disk suffice, then run it again.",
        ),
    )


def unknown(kind: str) -> UsageError:
    """There is no such kind of job."""
    return UsageError(
        "worker.kind",
        Text(f"没有这种后台任务：{kind}。", f"There is no such kind of job: {kind}."),
        Text("更新程序后再试。", "Bring the program up to date."),
    )


def share(done: int, total: int) -> int:
    """How much is done, in whole percent; 0 where the total is not known."""
    return min(100, 100 * done // total) if total > 0 else 0


Parameters = Mapping[str, object]

ACTS = {
    "worker.request": Text("发起后台任务", "asked for a job"),
    "worker.cancel": Text("取消后台任务", "cancelled a job"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "job": Text("后台任务", "job"),
    "kind": Text("种类", "kind"),
    "key": Text("对象", "object"),
    **{state.value: state.text for state in JobState},
}
"""The kinds of subjects, and the names and values of details in those entries, in words."""
