"""`weixi lift profit`: what the programme earned after its cost, what became of entrants, and the signs of loyalty."""

from collections.abc import Callable
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
    LiftYear,
    LoyaltyTile,
    Profit,
    ProfitCost,
    build_lift,
    lift_courses,
    loyalty_tiles,
    profits,
    read_lift,
    read_lift_history,
    year_ahead,
)
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.language import Text
from weixi.kernel.money import show

REST = Text(
    "净增 = 增量收入 − 终端补贴 − 赠费等优惠 − 佣金 − 联系成本，都算到满月为止的全部任务；区间含成本的波动。"
    "受理户的数以“联系而未受理者不受影响”为前提，留白组不能证明",
    "net = incremental revenue − handset subsidies − other benefits − commission − contacts, of all tasks to that "
    "month; its interval holds the variation of cost too. The takers' figure holds only if a contact that ends without "
    "agreement changes nothing, which a hold-out cannot show",
)
UNPRICED = Text(
    "方案没有 [contact_cost]，联系成本未计", "the playbook has no [contact_cost]: contacts are not counted"
)


@click.command()
@click.option("--month", help="截至哪个月，如 2025-06 / up to which month; default: the latest")
@click.option(
    "--by",
    type=click.Choice(["all", "programme", "month", "county"]),
    default="all",
    show_default=True,
    help="按预警、入册批次或县分列 / by warning, month of entry or county",
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
        session.json(
            {
                "month": chosen,
                "year_ahead": year_ahead(report),
                "profits": [_plain(each) for each in earned],
                "courses": courses,
                "signs": [_sign(each) for each in signs],
            }
        )
        return
    if not earned:
        nobody = Text(f"{chosen}：今年还没有可比的入册用户", f"{chosen}: nobody entered a plan this year yet")
        session.say(nobody)
        return
    show_profit(session, earned, year_ahead(report), courses, signs)


def show_profit(
    session: Session,
    earned: tuple[Profit, ...],
    year: LiftYear | None,
    courses: tuple[LiftCourse, ...],
    signs: tuple[LoyaltyTile, ...],
) -> None:
    """The tables for people: profit and loss, the course since entry, the signs."""
    session.print(_profits(session, earned))
    session.say(REST)
    if any(line.fen is None for each in earned for line in each.costs):
        session.say(UNPRICED)
    if year is not None:
        session.say(year.text)
    session.print(_courses(session, courses))
    for sign in signs:
        session.say(_said(sign))


def _plain(found: Profit) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return {
        **fields,
        "text": {"zh": found.text.zh, "en": found.text.en},
        "cost_fen": found.cost_fen,
        "net_verdict": found.net_verdict,
    }


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
        *(cost.text for cost in ProfitCost),
        Text("净增（95% 区间）", "net (95 % interval)"),
        Text("户月均", "a household, a month"),
        Text("受理户月均", "a taker, a month"),
        Text("结论", "said"),
    ):
        grid.add_column(say(heading), justify="right")
    for row in earned:
        style = STYLES[row.net_verdict]
        grid.add_row(
            escape(say(row.text)),
            str(row.horizon),
            f"{row.treated_count:,}",
            _yuan(row.revenue),
            *("—" if line.fen is None else show(line.fen) for line in row.costs),
            _yuan(row.net, with_sides=True),
            _yuan(row.treated_month),
            _yuan(row.taker_month),
            f"[{style}]{escape(say(row.pays))}[/{style}]",
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
        Text("在网：维系 / 留白", "in service: treated / held"),
        Text("累计出账：维系 / 留白", "billed so far: treated / held"),
        Text("多出账（95% 区间）", "more (95 % interval)"),
        Text("12 个月预期毛利：维系 / 留白", "expected margin of 12 months: treated / held"),
        Text("相差（95% 区间）", "difference (95 % interval)"),
        Text("预计在网月数：维系 / 留白", "expected months from entry: treated / held"),
        Text("相差（95% 区间）", "difference (95 % interval)"),
    ):
        grid.add_column(say(heading), justify="right")
    for course in courses:
        grid.add_row(
            str(course.horizon),
            _both(course.kept, lambda rate: f"{100 * rate:.1f} %"),
            _both(course.revenue, _money),
            _yuan(course.revenue.effect, with_sides=True),
            _both(course.value, _money),
            _yuan(None if course.value is None else course.value.effect, with_sides=True),
            _both(course.span, _months),
            _lasting(None if course.span is None else course.span.effect),
        )
    return grid


def _both(found: LiftCompared | None, said: Callable[[float], str]) -> str:
    """Treated and held out; a dash where nothing is known."""
    if found is None or found.treated_mean is None or found.held_mean is None:
        return "—"
    return f"{said(found.treated_mean)} / {said(found.held_mean)}"


def _money(fen: float) -> str:
    return show(round(fen))


def _months(milli: float) -> str:
    return f"{milli / 1000:.2f}"


def _lasting(span: LiftSpan | None) -> str:
    if span is None:
        return "—"
    return f"{span.value / 1000:+.2f}（{span.low / 1000:+.2f} … {span.high / 1000:+.2f}）"


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
