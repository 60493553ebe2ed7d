"""Tables of `dispatch`."""

from weixi.desk.dispatch.models.counts import FunnelCount, FunnelCursor, FunnelTouch
from weixi.desk.dispatch.models.events import TaskEvent
from weixi.desk.dispatch.models.plans import AppliedPlan, TaskList, TaskListRow
from weixi.desk.dispatch.models.tasks import Task, TaskLine
from weixi.desk.dispatch.models.told import DoNotCall, FactCursor, TakenResult

__all__ = [
    "AppliedPlan",
    "DoNotCall",
    "FactCursor",
    "FunnelCount",
    "FunnelCursor",
    "FunnelTouch",
    "TakenResult",
    "Task",
    "TaskEvent",
    "TaskLine",
    "TaskList",
    "TaskListRow",
]
