"""A month is assessed; the one before again when its tasks have been verified anew."""

from collections.abc import Callable

from weixi.engine import Partition, Store
from weixi.flow.assessment import assess
from weixi.kernel.period import Month
from weixi.playbook import Playbook

JANUARY, FEBRUARY = Month.of(2025, 1), Month.of(2025, 2)
Write = Callable[..., None]


def written(partitions: list[Partition]) -> list[tuple[str, int | str, int]]:
    return [(p.table.name, p.key["month"], p.revision) for p in partitions]


def test_the_month_before_is_restated_only_when_its_outcomes_changed(
    store: Store,
    operator: Write,
    outcome: Write,
    playbook: Playbook,
    value: Callable[..., tuple[int, int] | None],
) -> None:
    operator({1: {}}, {JANUARY: {1: {}}, FEBRUARY: {1: {}}})
    outcome(JANUARY, {"t": {"is_verified": False}})
    assert written(assess(store, playbook, JANUARY)) == [("kpi", 202501, 1), ("scorecard", 202501, 1)]
    february = [("kpi", 202502, 1), ("scorecard", 202502, 1)]
    assert written(assess(store, playbook, FEBRUARY)) == february
    outcome(JANUARY, {"t": {"is_verified": True}})
    restated = [("kpi", 202501, 2), ("scorecard", 202501, 2)]
    assert written(assess(store, playbook, FEBRUARY)) == restated + february
    assert value(JANUARY, "warning_task_completion_rate.verified") == (1, 1)
    assert written(assess(store, playbook, FEBRUARY)) == february
