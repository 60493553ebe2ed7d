"""When a line of the schedule is due, and what a failure says."""

from datetime import UTC, datetime, time, timedelta

import pytest

from weixi.desk.worker.rules import Every, failure_of, lost, share, slot
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.mark.parametrize(
    ("every", "now", "due"),
    [
        (Every("x", at=time(3, 30)), NOON, datetime(2026, 3, 1, 19, 30, tzinfo=UTC)),
        (Every("x", at=time(13, 0)), NOON, datetime(2026, 3, 1, 5, 0, tzinfo=UTC)),
        (Every("x", at=time(12, 0)), NOON, NOON),
        (Every("x", span=timedelta(minutes=10)), NOON + timedelta(minutes=9, seconds=59), NOON),
        (
            Every("x", span=timedelta(minutes=10)),
            NOON + timedelta(minutes=10),
            NOON + timedelta(minutes=10),
        ),
    ],
)
def test_a_line_is_due_at_its_last_moment(every: Every, now: datetime, due: datetime) -> None:
    assert slot(every, now) == due


def test_a_fault_nobody_foresaw_tells_nothing_of_its_words() -> None:
    said = failure_of(ValueError("13800138000"))
    assert said.code == "worker.unexpected"
    assert "13800138000" not in said.what.zh + said.what.en + said.remedy.zh + said.remedy.en
    known = DataError("x.y", Text("甲", "a"), Text("乙", "b"))
    assert failure_of(known) is known


def test_a_lost_job_says_how_often_it_was_begun() -> None:
    assert "3" in lost(3).what.zh


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (1, 3, 33), (3, 3, 100), (5, 3, 100)])
def test_the_share_is_whole_percent(done: int, total: int, percent: int) -> None:
    assert share(done, total) == percent
