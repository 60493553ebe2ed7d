"""`weixi plan clocks`: what ends when, and how good the forecast of the deposit's day is."""

from functools import partial
from pathlib import Path

import click
from rich.table import Table as Grid

from weixi.cli.clocks_plot import page
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow import warning
from weixi.flow.run import open_playbook, playbooks_of
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount
from weixi.kernel.period import Month

TARGET = 80
"""Percent of past forecasts that an interval is made to hold."""


@click.command("clocks")
@click.option("--month", help="数据月份，如 2025-12；缺省为最近 / the data's month; default: the latest run")
@click.option("--calibration", is_flag=True, help="预测与实际 / how the forecasts came out")
@click.option("--against-rule", is_flag=True, help="与固定 30 天规则相比 / beside a fixed 30-day rule")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="与 --calibration 同用：把标称与实际画成网页 / with --calibration: stated and true shares as a page",
)
@JSON
@click.pass_obj
def command(
    session: Session,
    month: str | None,
    calibration: bool,
    against_rule: bool,
    plot: Path | None,
    as_json: bool,
) -> None:
    """The four clocks: deposit, lease, subsidy, broadband; the forecast's calibration; a fixed rule beside it."""
    if plot is not None and not calibration:
        raise UsageError(
            "clock.plot",
            Text("--plot 要与 --calibration 同用", "--plot goes with --calibration"),
            Text("加上 --calibration", "add --calibration"),
            where="--plot",
        )
    store = session.store()
    chosen = (
        Month.parse(month)
        if month
        else session.latest(
            warning.CLOCK,
            "clock.none",
            Text("还没有到期时钟", "there are no clocks yet"),
            Text("先运行 weixi run", "run weixi run first"),
        )
    )
    if calibration:
        covered, levels = warning.calibration(store, chosen), warning.coverage_by_level(store, chosen)
        if plot is not None and levels:
            plot.write_text(page(levels, chosen, session.language), encoding="utf-8")
        if as_json:
            session.json({"month": chosen, "made": chosen.plus(-2), "bands": covered, "levels": levels})
        else:
            _calibration(session, chosen, covered)
            if plot is not None and levels:
                session.say(Text(f"已写入 {plot}", f"written to {plot}"))
    elif against_rule:
        lead = int(str(open_playbook(playbooks_of(session.home)).parameters["run_out_urgent_days"].value))
        methods = warning.against_rule(store, chosen, lead)
        if as_json:
            session.json({"month": chosen, "made": chosen.plus(-2), "lead_days": lead, "methods": methods})
        else:
            _against(session, chosen, lead, methods)
    else:
        calendar = warning.calendar_of(store, chosen)
        if as_json:
            session.json(calendar)
        else:
            _calendar(session, calendar)


def _calendar(session: Session, at: warning.Calendar) -> None:
    money = partial(amount, currency=at.origin.currency)
    session.say(
        Text(
            f"{at.month} 到期时钟；下月季节系数 {at.season_percent} %（不足 12 个月账册时为 100 %）；"
            f"{at.double_count:,} 条线路有多个时钟，仍按户一个任务",
            f"the clocks of {at.month}; season of the coming month {at.season_percent} % (100 % below twelve months); "
            f"{at.double_count:,} lines have several clocks, and one task a household all the same",
        )
    )
    grid = _grid(
        session, Text("四个时钟", "four clocks"), "时钟 clock", "≤ 7", "≤ 15", "≤ 30", "≤ 90", "户 households"
    )
    for clock in at.clocks:
        counts = (clock.within_7, clock.within_15, clock.within_30, clock.within_90, clock.household_count)
        grid.add_row(session.text(clock.text), *(f"{count:,}" for count in counts))
    session.print(grid)
    session.say(
        Text("预存用完日只列 45 天内的预测", "forecast days of the deposit beyond 45 days are not listed")
        if at.interval_known
        else Text(
            "预存用完日只列 45 天内的预测；区间须再有两个月账册才可知",
            "forecast days beyond 45 days are not listed; the interval needs two more months of books",
        )
    )
    if at.deposits:
        title = Text(
            f"最先用完的预存（前 {len(at.deposits)}）", f"deposits used up first (first {len(at.deposits)})"
        )
        heads = ("用户 line", "单元 unit", "用完日 day", "80%区间 interval", "近三月收入 revenue")
        grid = _grid(session, title, *heads)
        for last in at.deposits:
            low, high = last.run_out_low_date, last.run_out_high_date
            within = f"{low:%m-%d} – {high:%m-%d}" if low and high else "—"
            revenue = money(last.revenue_3m_fen)
            grid.add_row(str(last.subscriber_id), last.unit, str(last.run_out_date), within, revenue)
        session.print(grid)
    if at.leases:
        weeks = [f"{k + 1}" for k in range(13)]
        title = Text("租机到期日历（单元 × 第几周）", "leases by unit and week")
        grid = _grid(session, title, "单元 unit", *weeks)
        for unit in at.leases:
            grid.add_row(unit.unit, *(str(count) if count else "·" for count in unit.weeks))
        session.print(grid)
    if at.jumps:
        title = Text(
            f"补贴到期、账单跳升（前 {len(at.jumps)}，共 {at.jump_count:,} 条，合计 {money(at.jump_fen)}/月）",
            f"bills that jump (first {len(at.jumps)} of {at.jump_count:,}, {money(at.jump_fen)} a month in all)",
        )
        grid = _grid(
            session,
            title,
            "用户 line",
            "单元 unit",
            "到期日 ends",
            "现月付 before",
            "到期后 after",
            "跳升 jump",
        )
        for jump in at.jumps:
            grid.add_row(
                str(jump.subscriber_id),
                jump.unit,
                str(jump.subsidy_end_date),
                money(jump.bill_before_fen),
                money(jump.bill_after_fen),
                money(jump.jump_fen),
            )
        session.print(grid)
    if at.broadband:
        title = Text(
            f"宽带到期与报障（前 {len(at.broadband)}，共 {at.broadband_count:,} 条）",
            f"broadband ends and fault reports (first {len(at.broadband)} of {at.broadband_count:,})",
        )
        grid = _grid(
            session, title, "用户 line", "单元 unit", "到期日 ends", "近三月报障 faults", "未修复 open"
        )
        for end in at.broadband:
            grid.add_row(
                str(end.subscriber_id),
                end.unit,
                str(end.broadband_end_date),
                str(end.repair_count),
                str(end.open_repair_count),
            )
        session.print(grid)


def _calibration(session: Session, month: Month, covered: tuple[warning.Coverage, ...]) -> None:
    made = month.plus(-2)
    if not covered:
        session.say(
            Text(
                f"{month} 还不能核对：需要 {made} 及其前两个月的特征，和其后两个月的账册",
                f"{month} cannot be checked yet: it needs the features of {made} and of two months before it, "
                "and the books of two months after each",
            )
        )
        return
    title = Text(
        f"{made} 月末的预存用完日预测，到 {month} 的结果（80 % 区间）",
        f"forecasts made at the end of {made}, as they came out by {month} (80 % interval)",
    )
    heads = ("预测天数 days", "预测数 forecasts", "区间内 within", "平均误差 error", "不计季节 flat", "")
    grid = _grid(session, title, *heads)
    for band in covered:
        share = band.within_count / band.forecast_count
        bar = "".join("┃" if k == TARGET // 4 else "█" if k < share * 25 else "·" for k in range(26))
        grid.add_row(
            f"{band.low_days}–{band.high_days}",
            f"{band.forecast_count:,}",
            f"{share:.1%}",
            f"{band.error_days:.1f}",
            f"{band.flat_error_days:.1f}",
            bar,
        )
    session.print(grid)
    session.say(
        Text(
            "┃ 为目标 80 %。实际日 = 后两月账单按日均摊、把该余额和返还用完的一天，充值不计；区间取自更早两个月的预测",
            "┃ marks the target of 80 %. The day that came true: the two later months' bills, spread evenly, had used "
            "up the balance and its releases, recharges aside; intervals come from forecasts two months older",
        )
    )


def _against(session: Session, month: Month, lead: int, methods: tuple[warning.Against, ...]) -> None:
    if not methods:
        session.say(
            Text(f"{month} 之前的账册不够比较", f"the books before {month} do not suffice for a comparison")
        )
        return
    title = Text(
        f"同样的呼叫数：固定 30 天规则与预测（{month.plus(-2)} 月末，目标提前 {lead} 天）",
        f"equal calls: a fixed 30-day rule and the forecast (end of {month.plus(-2)}, wanted {lead} days before)",
    )
    heads = (
        "方法 method",
        "呼叫 calls",
        "30 天内用完 ran out",
        "用完后才呼 late",
        "离最佳日 off",
        "日期误差 error",
    )
    grid = _grid(session, title, *heads)
    names = {
        "RULE": Text("余额 < 上月账单，1 日呼", "balance < last bill"),
        "FORECAST": Text("预测", "forecast"),
    }
    for method in methods:
        grid.add_row(
            session.text(names[method.method]),
            f"{method.call_count:,}",
            f"{method.ran_out_count / method.call_count:.1%}" if method.call_count else "—",
            f"{method.late_count:,}",
            f"{method.off_days:.1f}",
            f"{method.date_error_days:.1f}",
        )
    session.print(grid)
    if len(methods) == 2:
        gained = methods[0].off_days - methods[1].off_days
        late = methods[1].late_count - methods[0].late_count
        session.say(
            Text(
                f"预测使每次呼叫平均离最佳日近 {gained:.1f} 天；代价：用完后才呼的多 {late:,} 次",
                f"the forecast brings a call {gained:.1f} days nearer to its best day on average; "
                f"the price: {late:,} more calls after the day",
            )
        )


def _grid(session: Session, title: Text, *heads: str) -> Grid:
    grid = Grid(title=session.text(title), title_justify="left")
    for k, head in enumerate(heads):
        zh, _, en = head.partition(" ")
        plain = not en or zh == "≤"
        grid.add_column(head if plain else session.text(Text(zh, en)), justify="left" if k == 0 else "right")
    return grid
