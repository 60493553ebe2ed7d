"""`weixi score`: who is likely to leave and why, how right the scores were, whom not to wake."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from weixi.cli.month_choice import data_month
from weixi.cli.options import JSON, playbook_option
from weixi.cli.score_view import show_asleep, show_card, show_events, show_judged, show_lines
from weixi.cli.session import Session
from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.decision import Who, masked_all
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.flow.score import (
    DoNotWake,
    ScoredLine,
    do_not_wake,
    effect_known,
    judge_events,
    judge_scores,
    likeliest,
    read_card,
    read_event_risk,
    read_gaps,
    require_scores,
)
from weixi.flow.segment import LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month

SHOWN = 20
MONTH = click.option(
    "--month", help="数据月份，如 2025-12；缺省为最近运行的月份 / the data's month; default: the latest run"
)
PLAYBOOK = playbook_option(DEFAULT_PLAYBOOKS)
TOP = click.option(
    "--top", type=click.IntRange(1, 1000), default=SHOWN, show_default=True, help="列多少户 / how many lines"
)


def _chosen(session: Session, month: str | None) -> Month:
    """The month given, or the latest that was run. Raises DataError where none was, or where the book lacks it."""
    nothing = Text("还没有跑过任何月份", "no month was run yet")
    remedy = Text(
        "先运行 weixi import 和 weixi run，或 weixi demo 看演示",
        "run weixi import and weixi run first, or weixi demo for a demonstration",
    )
    return data_month(session, month, LABEL, "score.none", nothing, remedy)


def _people(store: Store, lines: Sequence[ScoredLine | DoNotWake], month: Month) -> list[Who]:
    """Who these lines belonged to, one by one."""
    known = masked_all(store, [line.subscriber_id for line in lines], month)
    return [known[line.subscriber_id] for line in lines]


def _currency(session: Session, month: Month) -> str:
    return origin_of(session.store().require(SUBSCRIBER_MONTH, month=month.number)).currency


@click.group(name="score", invoke_without_command=True)
@MONTH
@TOP
@PLAYBOOK
@JSON
@click.pass_context
def command(
    ctx: click.Context, month: str | None, top: int, playbooks: tuple[str, ...], as_json: bool
) -> None:
    """离网评分：模型卡和最可能离网的用户 / Scores of leaving: the model card, and who is likeliest to leave."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    store, playbook = session.store(), open_playbook(playbooks)
    chosen = _chosen(session, month)
    require_scores(store, chosen)
    card, lines = read_card(store, chosen), likeliest(store, playbook, chosen, top)
    people = _people(store, lines, chosen)
    gaps = read_gaps(store, chosen)
    if as_json:
        listed = [
            {**asdict(line), "msisdn": who.number, "name": who.name}
            for line, who in zip(lines, people, strict=True)
        ]
        session.json({"month": chosen, "card": card, "lines": listed, "not_scored": gaps})
        return
    show_card(session, card)
    show_lines(session, lines, people, _currency(session, chosen))
    for gap in gaps:
        session.say(gap.text)


@command.command()
@MONTH
@TOP
@PLAYBOOK
@JSON
@click.pass_obj
def warning(session: Session, month: str | None, top: int, playbooks: tuple[str, ...], as_json: bool) -> None:
    """三级预警准不准：最近一个季度各级的查准率和查全率 / Precision and recall by level on the last quarter."""
    store, playbook = session.store(), open_playbook(playbooks)
    chosen = _chosen(session, month)
    found = judge_scores(store, playbook, chosen)
    events, event_levels = read_event_risk(store, chosen), judge_events(store, playbook, chosen)
    lines = likeliest(store, playbook, chosen, top)
    if as_json:
        levels = [
            {
                **asdict(level),
                "precision": level.precision,
                "recall": level.recall,
                "chance": level.chance,
                "is_chance": level.is_chance,
            }
            for level in found.levels
        ]
        session.json(
            {
                "month": chosen,
                "judged_months": found.months,
                "windows": found.windows,
                "left_rate": found.left_rate,
                "levels": levels,
                "events": [{**asdict(each), "is_telling": each.is_telling} for each in events],
                "event_levels": event_levels,
                "lines": lines,
            }
        )
        return
    show_judged(session, found)
    show_events(session, events, event_levels)
    people = _people(store, lines, chosen)
    show_lines(session, lines, people, _currency(session, chosen))


@command.command()
@MONTH
@TOP
@PLAYBOOK
@JSON
@click.pass_obj
def asleep(session: Session, month: str | None, top: int, playbooks: tuple[str, ...], as_json: bool) -> None:
    """不要打扰的用户：联系反而有害的，附证据 / Whom not to wake: those whom contact harms, with the evidence."""
    store, playbook = session.store(), open_playbook(playbooks)
    chosen = _chosen(session, month)
    known, found = effect_known(store, playbook, chosen), do_not_wake(store, playbook, chosen)
    if as_json:
        session.json({"month": chosen, "known": known, "lines": found})
        return
    people = _people(store, found[:top], chosen)
    names = {rule.code: rule.text for rule in playbook.warnings}
    show_asleep(session, chosen, known, found, people, names)
