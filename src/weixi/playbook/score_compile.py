"""From the entry on scores to its frozen figures."""

from weixi.kernel.language import Text
from weixi.playbook.faults import fault
from weixi.playbook.fields import Figure
from weixi.playbook.figures import Figures, source
from weixi.playbook.reading import Entries, Place
from weixi.playbook.score import Scoring
from weixi.playbook.score_schema import ScoreEntry

LEAST_ROWS = 2_000
"""Rows under which no model of some sixty columns is worth its name."""
MOST = 100


def compile_score(entries: Entries, figures: Figures) -> Scoring | None:
    """How the composed playbook scores; None where it has no such table. Faults go to the figures' own."""
    for entry in entries.all(ScoreEntry):
        place, given = entry.place, entry.value
        rows = _count(figures, given.rows, place, "rows")
        red = _count(figures, given.levels.red, place, "levels", "red")
        yellow = _count(figures, given.levels.yellow, place, "levels", "yellow")
        if rows < LEAST_ROWS:
            _refuse(
                figures,
                place.at("rows"),
                Text(f"“rows”不能小于 {LEAST_ROWS:,}", f"“rows” cannot be below {LEAST_ROWS:,}"),
                Text("写 20000 或更大的整数", "write 20000 or a larger whole number"),
            )
        if not 0 < yellow < red <= MOST:
            _refuse(
                figures,
                place.at("levels"),
                Text("分数线应满足 0 < yellow < red ≤ 100", "the levels must satisfy 0 < yellow < red ≤ 100"),
                Text("如 red = 80、yellow = 50", "such as red = 80, yellow = 50"),
            )
        return Scoring(figures.months(given.months, place, "months"), rows, red, yellow, source(entry))
    return None


def _count(figures: Figures, figure: Figure, place: Place, *keys: str) -> int:
    number = figures.read(figure, "count", place, *keys)
    return 0 if number is None else int(number)


def _refuse(figures: Figures, where: str, what: Text, remedy: Text) -> None:
    figures.keep(fault("wrong_value", where, what, remedy))
