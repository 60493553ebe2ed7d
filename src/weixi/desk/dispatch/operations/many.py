"""The same act on several tasks at once: each is done or refused on its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from weixi.desk.dispatch.operations.lead import hand_over
from weixi.desk.dispatch.rules import Refused
from weixi.desk.org.rules import Sight
from weixi.kernel.language import Text

MOST = 200


@dataclass(frozen=True, slots=True)
class Many:
    """How many tasks the call did, and why each of the others was refused."""

    done_count: int
    refused: tuple[tuple[str, Refused], ...]


def hand_over_many(
    *, task_ids: Sequence[str], sight: Sight, owner_code: str, call_id: str, now: datetime, note: str = ""
) -> Many:
    """Give the tasks to one owner, each as `hand_over` does. Raises Refused for none or too many."""
    wanted = list(dict.fromkeys(task_ids))
    if not wanted or len(wanted) > MOST:
        raise Refused(
            "task.choice",
            Text(f"请选 1 到 {MOST} 个任务", f"choose from 1 to {MOST} tasks"),
            Text("勾选后再转派", "tick them, then hand over"),
        )
    refused = []
    for number, task_id in enumerate(wanted):
        try:
            hand_over(
                task_id=task_id,
                sight=sight,
                owner_code=owner_code,
                call_id=f"{call_id}-{number}",
                now=now,
                note=note,
            )
        except Refused as fault:
            refused.append((task_id, fault))
    return Many(len(wanted) - len(refused), tuple(refused))
