"""`weixi label`: the five labels as tables: who holds what, who moved, how a range grew, one line's history."""

import click

from weixi.cli.label_choice import MONTH, PLAYBOOK, chosen_month
from weixi.cli.label_cube import command as cube
from weixi.cli.label_view import show_cross, show_history, show_matrix, show_waterfalls
from weixi.cli.options import JSON
from weixi.cli.session import Session
from weixi.flow.assessment import waterfalls
from weixi.flow.book import SUBSCRIBER_MONTH, Origin, origin_of
from weixi.flow.cohort import assignment_history
from weixi.flow.decision import find_subscriber
from weixi.flow.run import open_playbook
from weixi.flow.segment import DIMENSIONS, cross_table, label_history, moves
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.money import fen
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

MID, HIGH = "mid_arpu_low", "mid_arpu_high"
"""The playbook's parameters that are the edges of the mid tier."""


@click.group()
def command() -> None:
    """五分标签：交叉表、流转矩阵、规模变动、三维交叉、一户的历史 / The five labels as tables."""


command.add_command(cube)


@command.command("cross")
@MONTH
@click.option(
    "--by",
    "names",
    default="grade,band",
    show_default=True,
    help="一到五个维度，逗号分隔 / one to five labels, joined by commas: grade,band,stage,cluster,category",
)
@PLAYBOOK
@JSON
@click.pass_obj
def cross(session: Session, month: str | None, names: str, playbooks: tuple[str, ...], as_json: bool) -> None:
    """五分交叉表，合计等于账册行数 / The cross table of the chosen labels; its total is the whole book."""
    chosen = chosen_month(session, month)
    dimensions = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip())) or DIMENSIONS
    table = cross_table(session.store(), chosen)
    counts = table.by(*dimensions)
    if as_json:
        session.json(
            {
                "month": chosen,
                "base": table.base_count,
                "unclassified": table.unclassified_count,
                "cells": [
                    dict(zip(dimensions, key, strict=True)) | {"lines": n} for key, n in counts.items()
                ],
            }
        )
        return
    show_cross(session, chosen, dimensions, table, open_playbook(playbooks))


@command.command("matrix")
@click.argument("label", type=click.Choice(DIMENSIONS), default="band")
@MONTH
@PLAYBOOK
@JSON
@click.pass_obj
def matrix(
    session: Session, label: str, month: str | None, playbooks: tuple[str, ...], as_json: bool
) -> None:
    """上月到本月的流转矩阵 / How lines moved from last month's label (rows) to this month's (columns)."""
    chosen = chosen_month(session, month)
    found = moves(session.store(), chosen, label)
    if as_json:
        session.json({"month": chosen, "label": label, "moves": found})
        return
    show_matrix(session, chosen, label, found, open_playbook(playbooks))


@command.command("waterfall")
@MONTH
@click.option("--since", help="起始月份；缺省为上月 / the month to start from; default: the month before")
@click.option("--low", type=int, help="ARPU 下限（元，含） / lower edge, yuan, included")
@click.option("--high", type=int, help="ARPU 上限（元，含） / upper edge, yuan, included")
@click.option(
    "--by",
    "level",
    type=click.Choice([level.lower() for level in OrgLevel]),
    default="county",
    show_default=True,
    help="按哪一级列出 / the level of the tree to list",
)
@PLAYBOOK
@JSON
@click.pass_obj
def waterfall(
    session: Session,
    month: str | None,
    since: str | None,
    low: int | None,
    high: int | None,
    level: str,
    playbooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """中高端与中端用户的规模变动 / How the mid and high tiers came to their size: the parts close exactly.

    Without --low and --high: the playbook's mid tier and above, and the mid tier alone.
    """
    store = session.store()
    chosen = chosen_month(session, month)
    start = Month.parse(since) if since else chosen.plus(-1)
    ranges = [(low, high)] if low is not None else _tiers(playbooks)
    origin = _origin(session, chosen)
    told = []
    for low_yuan, high_yuan in ranges:
        top = None if high_yuan is None else fen(high_yuan)
        found = waterfalls(store, start, chosen, fen(low_yuan), top)
        listed = [each for place, each in enumerate(found) if place == 0 or each.level == level.upper()]
        told.append({"low": low_yuan, "high": high_yuan, "since": start, "month": chosen, "nodes": listed})
        if not as_json:
            show_waterfalls(session, start, chosen, (low_yuan, high_yuan), listed, origin)
    if as_json:
        session.json({"waterfalls": told})


@command.command("history")
@click.argument("subscriber")
@PLAYBOOK
@JSON
@click.pass_obj
def history(session: Session, subscriber: str, playbooks: tuple[str, ...], as_json: bool) -> None:
    """一户逐月的标签和责任人 / One line's labels and owner, month by month."""
    store = session.store()
    found = find_subscriber(store, subscriber, chosen_month(session, None))
    labels, owners = label_history(store, found), assignment_history(store, found)
    if as_json:
        session.json({"subscriber_id": found, "labels": labels, "assignments": owners})
        return
    show_history(session, found, labels, owners, open_playbook(playbooks))


def _tiers(playbooks: tuple[str, ...]) -> list[tuple[int, int | None]]:
    """The mid tier and above, and the mid tier. Raises UsageError where the playbook names no edges."""
    parameters = open_playbook(playbooks).parameters
    if MID not in parameters or HIGH not in parameters:
        raise UsageError(
            "label.no_tiers",
            Text("方案没有中端用户的上下限", "the playbook names no edges of the mid tier"),
            Text(
                f"给出 --low（和 --high），或在方案里定义 {MID}、{HIGH}",
                f"give --low (and --high), or define {MID} and {HIGH}",
            ),
        )
    low, high = (int(str(parameters[name].value)) for name in (MID, HIGH))
    return [(low, None), (low, high)]


def _origin(session: Session, month: Month) -> Origin:
    return origin_of(session.store().require(SUBSCRIBER_MONTH, month=month.number))
