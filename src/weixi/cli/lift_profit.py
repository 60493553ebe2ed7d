"""`weixi lift profit`: what the programme earned after its cost, what became of entrants, and the signs of loyalty."""

from typing import Any

import click
from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.lift_month import lift_month
from weixi.cli.lift_view import STYLES
from weixi.cli.options import JSON, playbook_option
from weixi.cli.session import Session
from weixi.flow.assessment import (
    LiftCompared,
    LiftCourse,
    LiftSpan,
    LoyaltyTile,
    Profit,
    build_lift,
    lift_courses,
    loyalty_tiles,
    profits,
    read_lift,
    read_lift_history,
)
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.language import Text
from weixi.kernel.money import show

CALLS = Text(
    "净增 = 增量收入 − 优惠 − 佣金；外呼成本账册中没有，未计。"
    "受理户的数以“联系而未受理者不受影响”为前提，留白组不能证明",
    "net = incremental revenue − offers − commission; what calls cost is not in the book. The figure of takers holds "
    "only if a contact that ends without agreement changes nothing, which a hold-out cannot show",
)


@click.command()
@click.option("--month", help="截至哪个月，如 2025-06 / up to which month; default: the latest")
@click.option(
    "--by",
    type=click.Choice(["all", "programme", "county"]),
    default="all",
    show_default=True,
    help="按预警或县分列 / by warning or by county",
)
@playbook_option(DEFAULT_PLAYBOOKS)
@JSON
@click.pass_obj
def profit(session: Session, month: str | None, by: str, playbooks: tuple[str, ...], as_json: bool) -> None:
    """维系的损益：增量收入减去成本，按入册后月数 / Incremental revenue less its cost, by months since entry."""
    store, playbook = session.store(), open_playbook(playbooks)
    chosen = lift_month(session, month)
    report = read_lift(store, playbook, build_lift(store, playbook, chosen))
    earned, courses = profits(report, by), lift_courses(report)
    signs = loyalty_tiles(read_lift_history(store, playbook, chosen))
    if as_json:
        session.json({"month": chosen, "profits": [_plain(each) for each in earned], "courses": courses,
                      "signs": [_sign(each) for each in signs]})  # fmt: skip
        return
    if not earned:
        nobody = Text(f"{chosen}：今年还没有可比的入册用户", f"{chosen}: nobody entered a plan this year yet")
        session.say(nobody)
        return
    show_profit(session, earned, courses, signs)


def show_profit(
    session: Session,
    earned: tuple[Profit, ...],
    courses: tuple[LiftCourse, ...],
    signs: tuple[LoyaltyTile, ...],
) -> None:
    """The three tables for people."""
    session.print(_profits(session, earned))
    session.say(CALLS)
    session.print(_courses(session, courses))
    for sign in signs:
        session.say(_said(sign))


def _plain(found: Profit) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return {**fields, "text": {"zh": found.text.zh, "en": found.text.en}, "cost_fen": found.cost_fen}


def _sign(tile: LoyaltyTile) -> dict[str, Any]:
    missing = None if tile.missing is None else {"zh": tile.missing.zh, "en": tile.missing.en}
    return {"sign": tile.sign, "now": tile.now, "trend": tile.trend, "missing": missing}


def _profits(session: Session, earned: tuple[Profit, ...]) -> Grid:
    say = session.text
    grid = Grid()
    grid.add_column(say(Text("范围", "of")))
    for heading in (
        Text("满几月", "months"),
        Text("维系户", "treated"),
        Text("增量收入", "incremental revenue"),
        Text("成本", "cost"),
        Text("净增（95% 区间）", "net (95 % interval)"),
        Text("户月均", "a household, a month"),
        Text("受理户月均", "a taker, a month"),
        Text("结论", "said"),
    ):
        grid.add_column(say(heading), justify="right")
    for row in earned:
        style = STYLES[row.verdict]
        grid.add_row(
            escape(say(row.text)),
            str(row.horizon),
            f"{row.treated_count:,}",
            _yuan(row.revenue),
            show(row.cost_fen),
            _yuan(row.net, with_sides=True),
            _yuan(row.treated_month),
            _yuan(row.taker_month),
            f"[{style}]{escape(say(row.verdict.text))}[/{style}]",
        )
    return grid


def _yuan(span: LiftSpan | None, *, with_sides: bool = False) -> str:
    if span is None:
        return "—"
    middle, low, high = (show(round(each)) for each in (span.value, span.low, span.high))
    return f"{middle}（{low} … {high}）" if with_sides else middle


def _courses(session: Session, courses: tuple[LiftCourse, ...]) -> Grid:
    say = session.text
    grid = Grid()
    for heading in (
        Text("满几月", "months"),
        Text("留白组在网", "held: in service"),
        Text("维系组在网", "treated: in service"),
        Text("留白组累计出账", "held: billed so far"),
        Text("维系组累计出账", "treated: billed so far"),
        Text("增加（95% 区间）", "more (95 % interval)"),
    ):
        grid.add_column(say(heading), justify="right")
    for course in courses:
        rates = (course.kept.held_mean, course.kept.treated_mean)
        bills = (course.revenue.held_mean, course.revenue.treated_mean)
        grid.add_row(
            str(course.horizon),
            *("—" if rate is None else f"{100 * rate:.1f} %" for rate in rates),
            *("—" if bill is None else show(round(bill)) for bill in bills),
            _yuan(course.revenue.effect, with_sides=True),
        )
    return grid


def _said(tile: LoyaltyTile) -> Text:
    name = tile.sign.text
    if tile.now is None:
        why = tile.missing or Text("不知", "not known")
        return Text(f"{name.zh}：{why.zh}", f"{name.en}: {why.en}")
    held, treated = (_mean(tile.now, mean) for mean in (tile.now.held_mean, tile.now.treated_mean))
    verdict = tile.now.verdict.text
    return Text(
        f"{name.zh}（入册满 {tile.now.horizon} 个月）：维系组 {treated}，留白组 {held}；{verdict.zh}",
        f"{name.en} ({tile.now.horizon} month(s) from entry): treated {treated}, held out {held}; {verdict.en}",
    )


def _mean(found: LiftCompared, mean: float | None) -> str:
    if mean is None:
        return "—"
    return f"{100 * mean:.1f} %" if found.outcome.is_rate else show(round(mean / found.horizon))
