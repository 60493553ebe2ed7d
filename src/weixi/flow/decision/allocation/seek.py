"""One search over rows in memory, beside others that have settled: by a master, or smoothly where cells are many."""

from collections.abc import Sequence

from weixi.flow.decision.allocation.arrays import HeldRows
from weixi.flow.decision.allocation.master import MANY_CELLS
from weixi.flow.decision.allocation.problem import Floats, Prices, Problem, Response
from weixi.flow.decision.allocation.search import Found, Ground, search
from weixi.flow.decision.allocation.soft import soften


def is_smooth(problem: Problem) -> bool:
    """Whether prices are sought without a master. Levels need one: their prices have to balance."""
    return problem.cells >= MANY_CELLS and not problem.levels


def seek(
    problem: Problem,
    rows: HeldRows,
    settled: Response | None,
    scales: Ground,
    start: list[Floats],
    *,
    tolerance: float,
    rounds: int,
) -> Found:
    """Prices within the tolerance for the rows, those of `settled` keeping what they have."""
    if is_smooth(problem):
        return soften(problem, rows, settled, scales, start[0], tolerance=tolerance)

    def answer(points: Sequence[Prices]) -> list[Response]:
        found = rows.respond(points)
        return found if settled is None else [settled.plus(made) for made in found]

    return search(problem, answer, scales, start, tolerance=tolerance, rounds=rounds)
