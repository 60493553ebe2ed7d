"""The three sentences of a morning: what to do today. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.desk.scorecard.rules.gap import counted
from weixi.flow.assessment import COMPLETION
from weixi.kernel.language import Text
from weixi.kernel.terms import Light

_ORDER = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2, Light.NONE: 3}


@dataclass(frozen=True, slots=True)
class Worst:
    """One KPI with who stands at its edge; `closest_fen` is the smallest amount that brings one over."""

    kpi: str
    name: Text
    light: Light
    needed: Text
    gap_count: int
    short_count: int
    risk_count: int
    closest_fen: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The unit's tasks; `latest` has most overdue, `latest_count` of them."""

    due_count: int
    overdue_count: int
    open_count: int
    latest: str
    latest_count: int


def sentences(kpis: Sequence[Worst], facts: Facts) -> tuple[Text, ...]:
    """Three sentences: the figure that is furthest off and whom to win, the tasks, whom to keep."""
    ranked = sorted(kpis, key=lambda each: (_ORDER[each.light], -each.gap_count))
    first = ranked[0] if ranked else None
    return tuple(
        said for said in (_win(first) if first else None, _tasks(facts), _keep(ranked)) if said is not None
    )


def _win(each: Worst) -> Text:
    zh, en = f"{each.name.zh}{each.needed.zh}", f"{each.name.en}: {each.needed.en}"
    if not each.short_count:
        return Text(f"{zh}。", f"{en}.")
    many = counted(each.kpi, each.short_count)
    if each.kpi == COMPLETION:
        return Text(
            f"{zh}；还有 {many.zh}窗口没到期，今天逐单办成就计入。",
            f"{en}; {many.en} with a window still open: whatever is won counts.",
        )
    near = each.closest_fen
    zh_near = f"，最近的再出账 {near // 100}.{near % 100:02d} 元就达到" if near else ""
    en_near = f"; the closest needs ¥{near // 100}.{near % 100:02d} more" if near else ""
    return Text(
        f"{zh}；先争取差一点达到的 {many.zh}{zh_near}。",
        f"{en}; win the {many.en} just short first{en_near}.",
    )


def _tasks(facts: Facts) -> Text:
    if facts.overdue_count:
        who_zh = f"，{facts.latest}最多（{facts.latest_count:,} 单）" if facts.latest else ""
        who_en = f", the most with {facts.latest} ({facts.latest_count:,})" if facts.latest else ""
        due_zh = f"，今天再到期 {facts.due_count:,} 单" if facts.due_count else ""
        due_en = f"; {facts.due_count:,} more are due today" if facts.due_count else ""
        return Text(
            f"逾期 {facts.overdue_count:,} 单{who_zh}，先清逾期{due_zh}。",
            f"{facts.overdue_count:,} tasks are overdue{who_en}: clear these first{due_en}.",
        )
    if facts.due_count:
        return Text(
            f"没有逾期；今天到期 {facts.due_count:,} 单，当天办完。",
            f"Nothing is overdue; {facts.due_count:,} tasks are due today.",
        )
    if facts.open_count:
        return Text(
            f"没有逾期和今天到期的任务；在办 {facts.open_count:,} 单，按优先级往前赶。",
            f"Nothing is due today; {facts.open_count:,} tasks are open: take the weightiest first.",
        )
    return Text("没有待办任务。", "There are no open tasks.")


def _keep(kpis: Sequence[Worst]) -> Text | None:
    at_risk = [each for each in kpis if each.risk_count]
    if not at_risk:
        return None
    zh = "、".join(f"{each.name.zh} {counted(each.kpi, each.risk_count).zh}" for each in at_risk)
    en = ", ".join(f"{each.name.en} {counted(each.kpi, each.risk_count).en}" for each in at_risk)
    return Text(
        f"守住刚过线和将离网的：{zh}，逐户联系。", f"Keep those just over the edge or about to leave: {en}."
    )
