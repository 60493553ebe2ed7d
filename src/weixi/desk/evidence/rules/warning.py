"""What the levels of risk were worth, one sentence each. Pure."""

from weixi.flow.score import SOON, EventLevel, EventTold, Judged, LevelHit
from weixi.kernel.language import Text
from weixi.kernel.terms import WarningLevel

CHIPS = {WarningLevel.RED: "chip-red", WarningLevel.YELLOW: "chip-yellow", WarningLevel.BLUE: "chip"}
"""The classes of a level."""


FEWEST = 30
"""Lines under which no share is told."""


def level_said(hit: LevelHit, judged: Judged) -> Text:
    """What came of one level, with what a random choice of as many lines would have met."""
    if hit.precision is None:
        return Text("这一级没有用户。", "No line was on this level.")
    per, random = 100 * hit.precision, 100 * judged.left_rate
    times = hit.precision / judged.left_rate if judged.left_rate else 0.0
    months = judged.windows.label_months
    caught = "—" if hit.recall is None else f"{100 * hit.recall:.0f}"
    return Text(
        f"每 100 户里 {per:.1f} 户在 {months} 个月内主动离网，随机挑的是 {random:.1f} 户（{times:.1f} 倍）；离网的人有 "
        f"{caught}% 在这一级，随机挑同样多的户只会碰到 {100 * hit.random_recall:.0f}%。",
        f"Of 100 lines {per:.1f} left by choice within {months} months, of 100 picked at random {random:.1f} "
        f"({times:.1f} times); {caught} % of those who left were on this level, as many lines picked at random would "
        f"have held {100 * hit.random_recall:.0f} %.",
    )


def event_said(told: EventTold) -> Text:
    """What one kind of event does to the day's level."""
    if told.is_telling:
        return Text("当天按它调高等级。", "It raises the day's level.")
    return Text(
        "账册还不能证明它使离网更可能，不调等级。",
        "The book does not prove that it raises the risk: it changes no level.",
    )


def soon_said(level: EventLevel, judged: Judged) -> Text | None:
    """What came within 7 days of the lines that an event put on a level; None where there was none."""
    if level.soon_rate is None:
        return None
    soon, random, name = 100 * level.soon_rate, 100 * judged.soon_rate, level.level.text
    if level.line_count < FEWEST:
        return Text(
            f"事件当天被调到“{name.zh}”的只有 {level.line_count:,} 户，{SOON} 天内走了 {level.soon_count:,} 户，"
            "太少，说不出比例。",
            f"Only {level.line_count:,} lines were put on “{name.en}” by an event, {level.soon_count:,} of them left "
            f"within {SOON} days: too few to tell a share.",
        )
    return Text(
        f"事件当天被调到“{name.zh}”的 {level.line_count:,} 户，{SOON} 天内走了 {level.soon_count:,} 户"
        f"（每 100 户 {soon:.1f} 户）；随机挑的是 {random:.1f} 户。",
        f"Of {level.line_count:,} lines that an event put on “{name.en}” {level.soon_count:,} left within {SOON} days "
        f"({soon:.1f} of 100); of lines at random {random:.1f}.",
    )
