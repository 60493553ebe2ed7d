"""`weixi learn`: the month's contest of models, its drift, the proposals; `accept`, `keep`, `release`, `actions`."""

from dataclasses import fields, replace
from pathlib import Path

import click

from weixi.cli.learn_view import show_absent, show_actions, show_drift, show_promotions, show_proposals
from weixi.cli.month_choice import data_month
from weixi.cli.options import JSON, playbook_option
from weixi.cli.out_path import OUT_FILE, write_file
from weixi.cli.session import Session
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.learning import (
    CHALLENGE,
    PROPOSAL,
    Proposal,
    accept,
    find_proposal,
    propose,
    read_absent,
    read_actions,
    read_asked,
    read_drift,
    read_promotions,
    retrain,
    rule,
)
from weixi.flow.run import DEFAULT_PLAYBOOKS, is_sound_with, open_playbook, review_playbook, with_text
from weixi.flow.score import CHURN_RECIPES, ChurnWindows, Ruling, churn_office
from weixi.flow.segment import LABEL
from weixi.kernel.errors import DataError, FaultList, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import source_of

MONTH = click.option(
    "--month", help="数据月份，如 2025-12；缺省为最近 / the data's month; default: the latest"
)
PLAYBOOK = playbook_option(DEFAULT_PLAYBOOKS)


@click.group(name="learn", invoke_without_command=True)
@MONTH
@click.option(
    "--budget",
    type=click.FloatRange(0),
    default=CHALLENGE.budget_seconds,
    show_default=True,
    help="训练挑战模型的 CPU 秒数，0 为不限 / CPU seconds for challengers; 0: no limit",
)
@click.option("--no-retrain", is_flag=True, help="不比试模型 / hold no contest")
@PLAYBOOK
@JSON
@click.pass_context
def command(
    ctx: click.Context,
    month: str | None,
    budget: float,
    no_retrain: bool,
    playbooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """本月学到什么：换不换模型、哪里变了、方案建议 / What the month teaches: models, drift, proposals."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    store, playbook = session.store(), open_playbook(playbooks)
    chosen = _month(session, month)
    lacking = None
    if not no_retrain:
        try:
            retrain(store, playbook, chosen, replace(CHALLENGE, budget_seconds=budget or None))
        except DataError as fault:
            # A young or small operator has proposals long before it has enough leavers for a contest.
            lacking = fault.what
    propose(store, playbook, chosen, is_sound_with(playbooks))
    promotions = read_promotions(store, chosen)
    drift = read_drift(store, chosen, ChurnWindows())
    asked = read_asked(store, chosen)
    office = churn_office(store, chosen.plus(1))
    if as_json:
        session.json(
            {
                "month": chosen,
                "next_in_office": office,
                "contest": promotions,
                "not_in_contest": read_absent(store, chosen),
                "no_contest": lacking,
                "drift": drift,
                "proposals": [_plain(each) for each in asked if each.is_proposed],
                "not_proposed": [_plain(each) for each in asked if not each.is_proposed],
            }
        )
        return
    if lacking is not None:
        session.say(lacking)
    currency = origin_of(store.require(SUBSCRIBER_MONTH, month=chosen.number)).currency
    show_promotions(session, chosen, promotions, office, currency)
    show_absent(session, read_absent(store, chosen))
    show_drift(session, drift)
    show_proposals(session, asked)


@command.command("actions")
@MONTH
@PLAYBOOK
@JSON
@click.pass_obj
def actions_command(session: Session, month: str | None, playbooks: tuple[str, ...], as_json: bool) -> None:
    """手段库：每个手段的成本、受理率与实测效果 / Every action: its cost, its acceptance, its measured effect."""
    playbook = open_playbook(playbooks)
    chosen = _month(session, month)
    found = read_actions(session.store(), playbook, chosen)
    if as_json:
        told = [
            {**{each.name: getattr(one, each.name) for each in fields(one)}, "acceptance": one.acceptance}
            for one in found
        ]
        session.json({"month": chosen, "actions": told})
    else:
        show_actions(session, chosen, found)


@command.command("accept")
@click.argument("code")
@MONTH
@click.option(
    "--out",
    type=OUT_FILE,
    required=True,
    help="新草稿写到哪个文件 / the file of the new draft",
)
@PLAYBOOK
@click.pass_obj
def accept_command(
    session: Session, code: str, month: str | None, out: Path, playbooks: tuple[str, ...]
) -> None:
    """采纳一条建议：写出改好的方案草稿，由另一人发布 / Write a proposal into a draft, for another person to publish."""
    chosen = _proposed_month(session, month)
    proposal = find_proposal(session.store(), chosen, code)
    source = accept(source_of(proposal.file), proposal)
    faults = review_playbook(with_text(playbooks, proposal.file, source)).faults
    if faults:
        raise FaultList(list(faults))
    if out.exists() and out.read_bytes() != source:
        raise UsageError(
            "learn.out",
            Text(
                f"{out} 已存在，内容不同，没有改写", f"{out} is there with other words: it was left as it is"
            ),
            Text("换一个文件名", "name another file"),
            where=str(out),
        )
    write_file(out, source)
    session.say(proposal.text)
    session.say(
        Text(
            f"草稿已写到 {out}；现行方案没有变。请在工作台新建版本，由另一位方案策划发布",
            f"the draft is in {out}; the playbook in force has not changed. Make a version of it at the desk, for "
            "another planner to publish",
        )
    )


@command.command("keep")
@click.argument("recipe", metavar="RECIPE", type=click.Choice(list(CHURN_RECIPES)))
@MONTH
@click.option("--by", "said_by", required=True, help="谁决定 / who says so")
@click.option("--reason", required=True, help="为什么 / why")
@click.pass_obj
def keep_command(session: Session, recipe: str, month: str | None, said_by: str, reason: str) -> None:
    """人工指定打分模型，直到 release / Name who scores, whatever the contest says, until `release`."""
    chosen = _month(session, month)
    rule(session.store(), chosen, Ruling.KEEP, recipe=recipe, said_by=said_by, reason=reason)
    session.say(
        Text(
            f"{chosen.plus(1)} 起由“{recipe}”打分（{said_by}：{reason}）；weixi learn release 恢复比试",
            f"from {chosen.plus(1)} on {recipe} scores ({said_by}: {reason}); weixi learn release ends that",
        )
    )


@command.command("release")
@MONTH
@click.option("--by", "said_by", required=True, help="谁决定 / who says so")
@click.option("--reason", required=True, help="为什么 / why")
@click.pass_obj
def release_command(session: Session, month: str | None, said_by: str, reason: str) -> None:
    """取消人工指定，恢复比试 / End a person's word: the contest decides again."""
    chosen = _month(session, month)
    store = session.store()
    rule(store, chosen, Ruling.RELEASE, recipe=None, said_by=said_by, reason=reason)
    office = churn_office(store, chosen.plus(1))
    session.say(
        Text(
            f"{chosen.plus(1)} 起由比试决定，现在是“{office.recipe}”",
            f"from {chosen.plus(1)} on the contest decides; now it is {office.recipe}",
        )
    )


def _month(session: Session, month: str | None) -> Month:
    nothing = Text("还没有跑过任何月份", "no month was run yet")
    remedy = Text("先运行 weixi run", "run weixi run first")
    return data_month(session, month, LABEL, "learn.none", nothing, remedy)


def _proposed_month(session: Session, month: str | None) -> Month:
    if month:
        return Month.parse(month)
    nothing = Text("还没有任何建议", "nothing was proposed yet")
    return session.latest(
        PROPOSAL, "learn.none", nothing, Text("先运行 weixi learn", "run weixi learn first")
    )


def _plain(proposal: Proposal) -> dict[str, object]:
    told = proposal.evidence
    return {
        "code": proposal.code,
        "kind": proposal.kind,
        "outcome": proposal.outcome,
        "place": f"{proposal.file}:{proposal.line}",
        "path": proposal.path,
        "value_now": proposal.value_now,
        "value_proposed": proposal.value_proposed,
        "unit": proposal.unit,
        "text": proposal.text,
        "evidence": {
            "text": told.text,
            "figures": told.figures,
            "effect": told.effect,
            "interval": None if told.low is None else [told.low, told.high],
            "effect_unit": told.effect_unit,
            "ground": told.ground,
        },
    }
