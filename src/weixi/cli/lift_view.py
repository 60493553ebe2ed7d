"""How `weixi lift` is said: sentences that a manager can repeat, then the figures behind them."""

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.session import Session
from weixi.flow.assessment import (
    LiftEffect,
    LiftOutcome,
    LiftReport,
    Outlook,
    Profit,
    Targeting,
    Verdict,
    profit_of,
)
from weixi.kernel.language import Text
from weixi.kernel.money import show

STYLES = {Verdict.SHOWN: "green", Verdict.HARM: "red", Verdict.NOT_SHOWN: "yellow", Verdict.UNKNOWN: "dim"}
HOW_TO = Text(
    "设立留白：weixi lift setup --share 0.05 写出方案要加的 [[holdout]]；weixi lift plan 先看多大比例、多久能看出效果",
    "to set up a hold-out, weixi lift setup --share 0.05 writes the [[holdout]] that the playbook needs; "
    "weixi lift plan shows first how large a share shows what, and when",
)


def show_report(session: Session, report: LiftReport, hits: Targeting | None, by: str) -> None:
    """The whole report; where nothing can be said, why, and what to do."""
    for month in report.other_rules:
        session.say(
            Text(
                f"{month} 未计入：当月计划的留白不是按现行方案抽的。用 --playbook 指定当时的方案",
                f"{month} is left out: its hold-out was drawn by another playbook: name that one with --playbook",
            )
        )
    if not report.effects:
        session.say(
            Text(
                f"{report.month}：今年还没有可比的入册用户",
                f"{report.month}: nobody entered a plan this year yet",
            )
        )
        return
    for horizon in report.horizons:
        whole = report.of(horizon, LiftOutcome.RETAINED)[0]
        money = report.of(horizon, LiftOutcome.REVENUE)[0]
        session.say(_scope(whole))
        session.say(_kept(whole))
        session.say(_earned(profit_of(report, money)))
        if money.taker_change is not None:
            session.say(_before_after(money))
        if hits is not None and horizon == 1:
            session.say(_hits(hits))
        if by != "all":
            _grid(session, report, horizon, by)


def _scope(effect: LiftEffect) -> Text:
    first, last = (
        f"{number // 100}-{number % 100:02d}" for number in (effect.first_month, effect.last_month)
    )
    months = first if first == last else f"{first}…{last}"
    left = effect.undrawn_count + effect.small_count
    return Text(
        f"入册 {months}，满 {effect.horizon} 个月：{effect.household_count:,} 户，其中可比 "
        f"{effect.treated_count:,} 户维系、{effect.held_count:,} 户留白"
        + (f"；另 {left:,} 户不留白或过少，效果不知" if left else ""),
        f"entered {months}, {effect.horizon} month(s) on: {effect.household_count:,} households, compared "
        f"{effect.treated_count:,} treated and {effect.held_count:,} held out"
        + (f"; of {left:,} others without a hold-out, or too few, the effect is not known" if left else ""),
    )


def _kept(effect: LiftEffect) -> Text:
    middle, low, high = (effect.per_hundred(each) for each in (effect.effect, effect.low, effect.high))
    if effect.verdict is Verdict.UNKNOWN or middle is None or low is None or high is None:
        return _unknown(effect)
    zh = f"每百次接触多保住 {middle:.1f} 户，95% 区间 {low:.1f} 至 {high:.1f}；{effect.verdict.text.zh}"
    en = (
        f"per 100 contacts {middle:.1f} households more kept, 95 % interval {low:.1f} to {high:.1f}; "
        f"{effect.verdict.text.en}"
    )
    if effect.always_low is not None and effect.always_high is not None:
        sides = [effect.per_hundred(each) or 0.0 for each in (effect.always_low, effect.always_high)]
        zh += f"（月月都看也成立的区间 {sides[0]:.1f} 至 {sides[1]:.1f}）"
        en += f" (holding at every monthly look: {sides[0]:.1f} to {sides[1]:.1f})"
    if effect.verdict is Verdict.NOT_SHOWN and effect.detectable is not None:
        least = effect.per_hundred(effect.detectable) or 0.0
        zh += f"；以现有户数，{least:.1f} 户以上的效果才看得出"
        en += f"; with these numbers an effect of {least:.1f} or more would show"
    return Text(zh, en)


def _unknown(effect: LiftEffect) -> Text:
    if effect.undrawn_count == effect.household_count:
        return Text(
            f"没有留白对照组：只有风险，效果未知。{HOW_TO.zh}",
            f"no hold-out: risk only, effect unknown; {HOW_TO.en}",
        )
    if effect.effect is not None and effect.draw_p_value is not None:
        return Text(
            "两组户数与留白比例不符，留白未被遵守，不作结论",
            "the arms do not have the sizes of the draw: the hold-out was not kept, and nothing is concluded",
        )
    least = f"{100 * effect.detectable:.1f}" if effect.detectable is not None else "—"
    return Text(
        f"留白户太少，效果未知；即使算出，也只能看出每百户 {least} 户以上的效果。{HOW_TO.zh}",
        f"too few are held out, so the effect is unknown; only {least} households of a hundred or more would show. "
        f"{HOW_TO.en}",
    )


def _earned(found: Profit) -> Text:
    lines = [(line.cost.text, line.fen) for line in found.costs]
    known = Text(
        f"成本 {show(found.cost_fen)}（"
        + "、".join(f"{name.zh} {'未计' if fen is None else show(fen)}" for name, fen in lines)
        + "）",
        f"cost {show(found.cost_fen)} ("
        + ", ".join(f"{name.en} {'not counted' if fen is None else show(fen)}" for name, fen in lines)
        + ")",
    )
    if found.revenue is None or found.net is None:
        return Text(f"增量收入未知；{known.zh}", f"incremental revenue unknown; {known.en}")
    total, low, high, net, net_low, net_high = (
        show(round(each / 100) * 100)
        for span in (found.revenue, found.net)
        for each in (span.value, span.low, span.high)
    )
    return Text(
        f"增量收入 {total}（95% 区间 {low} 至 {high}）；{known.zh}；净增 {net}（{net_low} 至 {net_high}）",
        f"incremental revenue {total} (95 % interval {low} to {high}); {known.en}; net {net} ({net_low} to {net_high})",
    )


def _before_after(effect: LiftEffect) -> Text:
    change = f"{100 * (effect.taker_change or 0):+.1f}%"
    return Text(
        f"受理者前后对比（不是效果）：{effect.taker_count:,} 户月均出账 {change}",
        f"takers before and after (not an effect): monthly bills of {effect.taker_count:,} households {change}",
    )


def _hits(hits: Targeting) -> Text:
    low, high = hits.interval
    held, pool = 100 * hits.held_lost_rate, 100 * hits.pool_lost_rate
    return Text(
        f"名单命中：无人联系的留白户离网 {held:.1f}%，全网 {pool:.1f}%，是随机挑选的 {hits.times:.1f} 倍"
        f"（{low:.1f} 至 {high:.1f}）",
        f"targeting: of the held-out households, whom nobody contacted, {held:.1f} % left, of the network "
        f"{pool:.1f} %: {hits.times:.1f} times a random choice ({low:.1f} to {high:.1f})",
    )


def _grid(session: Session, report: LiftReport, horizon: int, by: str) -> None:
    say = session.text
    grid = Grid()
    grid.add_column(say(Text("预警", "warning") if by == "programme" else Text("县分", "county")))
    for heading in (
        Text("维系户", "treated"),
        Text("留白户", "held"),
        Text("留白组保住", "held: kept"),
        Text("维系组保住", "treated: kept"),
        Text("每百次接触多保住", "more kept per 100 contacts"),
        Text("95% 区间", "95 % interval"),
        Text("结论", "said"),
    ):
        grid.add_column(say(heading), justify="right")
    cells = report.of(horizon, LiftOutcome.RETAINED, by)
    known = [effect for effect in cells if effect.effect is not None]
    for effect in known:
        middle, low, high = (effect.per_hundred(each) for each in (effect.effect, effect.low, effect.high))
        style = STYLES[effect.verdict]
        grid.add_row(
            escape(say(effect.text)),
            f"{effect.treated_count:,}",
            f"{effect.held_count:,}",
            *(
                "—" if rate is None else f"{100 * rate:.1f} %"
                for rate in (effect.held_mean, effect.treated_mean)
            ),
            "—" if middle is None else f"{middle:.1f}",
            "—" if low is None or high is None else f"{low:.1f} … {high:.1f}",
            f"[{style}]{escape(say(effect.verdict.text))}[/{style}]",
        )
    if known:
        session.print(grid)
    if few := len(cells) - len(known):
        session.say(
            Text(
                f"另有 {few} 项留白户不足，未列", f"{few} more are not listed: too few of theirs are held out"
            )
        )


def show_outlook(session: Session, found: Outlook) -> None:
    """What each share would show."""
    say = session.text
    lost = 100 * found.lost_rate
    session.say(
        Text(
            f"以 {found.month} 的计划 {found.household_count:,} 户、当月离网 {lost:.1f}% 推算；假定每月新入册同样多",
            f"from the plan of {found.month}: {found.household_count:,} households, {lost:.1f} % left in the month; "
            "every month is taken to bring as many new ones",
        )
    )
    grid = Grid()
    for heading in (
        Text("留白比例", "share held out"),
        Text("月数", "months"),
        Text("留白户", "households held"),
        Text("只看一次：每百户至少", "one look: at least, of 100"),
        Text("月月都看：每百户至少", "every month: at least, of 100"),
    ):
        grid.add_column(say(heading), justify="right")
    for row in found.rows:
        cells = [
            f"{each:.2f}" if each <= lost else say(Text(f"{each:.2f}（看不出）", f"{each:.2f} (cannot show)"))
            for each in (row.once, row.always)
        ]
        grid.add_row(f"{100 * row.share:g} %", str(row.months), f"{row.held_count:,}", *cells)
    session.print(grid)
    session.say(
        Text(
            "“至少”：五次中有四次能看出的最小效果，即每百户多保住的户数；高于离网户数的看不出",
            "“at least”: the smallest effect shown in four of five cases, households more kept of a hundred; above "
            "those that leave nothing can show",
        )
    )
