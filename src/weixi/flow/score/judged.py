"""How right the scores were: of each level, how many left (precision), and which part of all who left (recall)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.score.churn import CHURN_SCORE, Windows, left_text
from weixi.flow.score.event import SOON
from weixi.flow.score.month import scoring, training_of
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook, Scoring

QUARTER = 3
"""Scored months that are judged together."""

SURE = 2.394
"""Standard errors within which chance keeps all three levels together in 95 of 100 quarters (Bonferroni)."""
_COUNTED = ("line_count", "left_count", "soon_count", "said_ppm", "spread")
_NOBODY = [0] * len(_COUNTED)


@dataclass(frozen=True, slots=True)
class LevelHit:
    """What came of the lines of one level: `line_count` scored, `left_count` of them left by choice in the window.

    `soon_count` of these left within 7 days of the month's end. `expected` is the sum of the probabilities that were
    said, `error` the standard error of who leaves about it, were they true; `all_left` and `all_count` count those who
    left, and the lines, of every level.
    """

    level: WarningLevel
    line_count: int
    left_count: int
    soon_count: int
    expected: float
    error: float
    all_left: int
    all_count: int

    @property
    def chance(self) -> tuple[float, float]:
        """How many might have left by chance alone, were the probabilities true: the least and the most."""
        reach = SURE * self.error
        return max(self.expected - reach, 0.0), min(self.expected + reach, float(self.line_count))

    @property
    def is_chance(self) -> bool:
        """Whether chance alone might have brought as many as left."""
        low, high = self.chance
        return low <= self.left_count <= high

    @property
    def precision(self) -> float | None:
        """查准率: of the level's lines, the part that left; None without lines."""
        return self.left_count / self.line_count if self.line_count else None

    @property
    def recall(self) -> float | None:
        """查全率: of all lines that left, the part that was on this level; None where nobody left."""
        return self.left_count / self.all_left if self.all_left else None

    @property
    def soon_rate(self) -> float | None:
        """7 日内离网率: of the level's lines, the part that left within 7 days; None without lines."""
        return self.soon_count / self.line_count if self.line_count else None

    @property
    def random_recall(self) -> float:
        """The recall of as many lines picked at random: their share of all."""
        return self.line_count / self.all_count


@dataclass(frozen=True, slots=True)
class Judged:
    """The last quarter of scores whose outcome is known: its months, oldest first, and what came of each level."""

    months: tuple[Month, ...]
    windows: Windows
    levels: tuple[LevelHit, ...]

    @property
    def line_count(self) -> int:
        """Lines scored and judged; a line counts in each month."""
        return sum(level.line_count for level in self.levels)

    @property
    def left_rate(self) -> float:
        """Of all of them, the part that left: what a level chosen at random would have met."""
        return self.levels[0].all_left / self.line_count

    @property
    def soon_rate(self) -> float:
        """Of all of them, the part that left within 7 days of the month's end."""
        return sum(level.soon_count for level in self.levels) / self.line_count


def level_sql(rule: Scoring, score: str = "score") -> str:
    """The level of a score under the playbook: 高 from `red` on, 中 from `yellow` on, else 低."""
    return (
        f"CASE WHEN {score} >= {rule.red} THEN '{WarningLevel.RED}' "
        f"WHEN {score} >= {rule.yellow} THEN '{WarningLevel.YELLOW}' ELSE '{WarningLevel.BLUE}' END"
    )


def judge_scores(store: Store, playbook: Playbook, month: Month) -> Judged:
    """What came of the scores of the last three months whose outcome the book of `month` tells.

    Lines that left otherwise than by choice, or in the gap, are left out, as in training. Raises DataError where no
    scored month has its outcome behind it.
    """
    rule = scoring(playbook)
    windows = training_of(rule).windows
    counted: dict[str, list[int]] = {}
    months = []
    for each in windows.latest_known(month).back(QUARTER):
        scored = store.current(CHURN_SCORE, month=each.number)
        later = store.current(SUBSCRIBER_MONTH, month=windows.known_by(each).number)
        if scored is None or later is None:
            continue
        months.append(each)
        last = each.plus(windows.gap_months).last
        for row in store.rows(
            f"""WITH came AS (
{left_text()}
) SELECT {level_sql(rule, "s.score")} AS level, CAST(count(*) AS BIGINT) AS line_count,
  CAST(sum(c.label) AS BIGINT) AS left_count, CAST(sum(s.probability_ppm) AS BIGINT) AS said_ppm,
  CAST(sum(CASE WHEN c.label = 1 AND l.exit_date <= $soon_last THEN 1 ELSE 0 END) AS BIGINT) AS soon_count,
  CAST(sum(CAST(s.probability_ppm AS BIGINT) * (1000000 - s.probability_ppm)) AS BIGINT) AS spread
FROM score s JOIN came c ON c.subscriber_id = s.subscriber_id JOIN later l ON l.subscriber_id = s.subscriber_id
WHERE c.label IS NOT NULL
GROUP BY {level_sql(rule, "s.score")}""",
            inputs={"score": scored, "later": later},
            parameters={"gap_last": last, "soon_last": last + timedelta(days=SOON)},
        ):
            before = counted.get(row["level"], _NOBODY)
            counted[row["level"]] = [
                so_far + row[name] for name, so_far in zip(_COUNTED, before, strict=True)
            ]
    if not counted:
        raise DataError(
            "score.unjudged",
            Text(
                f"到 {month} 为止，还没有评过分、结果也已知道的月份",
                f"up to {month} no month was scored whose outcome is known",
            ),
            Text(
                f"评分满 {windows.gap_months + windows.label_months} 个月后再看；继续按月导入并运行",
                f"look again {windows.gap_months + windows.label_months} months after a score; import and run on",
            ),
        )
    lines, left = (sum(figures[k] for figures in counted.values()) for k in (0, 1))
    often = overlap(months, windows.label_months)
    levels = []
    for level in WarningLevel:
        own, gone, soon, said, spread = counted.get(level.value, _NOBODY)
        error = (often * spread) ** 0.5 / 1e6
        levels.append(LevelHit(level, own, gone, soon, said / 1e6, error, left, lines))
    return Judged(tuple(months), windows, tuple(levels))


def overlap(months: Sequence[Month], length: int) -> float:
    """By how much who leaves is counted again, in windows of `length` months after each of `months`.

    Variance of the sum over the months ÷ the sum of their variances, for a line that stays on its level: two months
    correlate by the part of their windows that is the same.
    """
    numbers = [month.index for month in months]
    shared = sum(max(length - abs(a - b), 0) for a in numbers for b in numbers) / length
    return shared / len(numbers)
