"""`weixi target`: the month's targets down the tree: issued in versions, shown with their sums, signed for."""

from decimal import Decimal, InvalidOperation

import click

from weixi.cli.kpi_month import ACTOR, BY, acting
from weixi.cli.options import JSON
from weixi.cli.plan_choice import PLAYBOOK
from weixi.cli.session import Session
from weixi.cli.target_view import show_sheet, show_tree, show_versions, show_what_if
from weixi.flow.assessment import (
    KPI_NAMES,
    Order,
    Split,
    acknowledge,
    issue_targets,
    read_sheet,
    sheet_versions,
    what_if,
)
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import TARGET, check_tree, node_counts
from weixi.flow.run import open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

MONTH = click.option(
    "--month", help="指标月份，如 2025-06；缺省为最近有指标的月份 / the targets' month; default: the latest"
)
VERSION = click.option(
    "--version", type=click.IntRange(min=1), help="第几版，缺省为最新 / which version; default: the newest"
)
HIGHEST_RATE = Decimal(2)
"""A dynamic retention may lie above 100 %; a rate above 200 % is a slip of the pen."""


@click.group()
def command() -> None:
    """The month's targets: issue a version, show it, sign for it, count the tree."""


@command.command("issue")
@click.option("--month", required=True, help="指标月份，如 2025-06 / the targets' month")
@click.option(
    "--split",
    "splits",
    multiple=True,
    required=True,
    metavar="size|difficulty|KPI=size|KPI=difficulty",
    help="怎样分解：按规模、按难度；可为某项指标另定 / how to share; for one KPI otherwise, repeatable",
)
@click.option("--rate", "rates", multiple=True, metavar="KPI=0.98", help="另定目标率 / another rate")
@click.option(
    "--total", "totals", multiple=True, metavar="KPI=N", help="另定总数 / another count at the root"
)
@click.option("--reason", default="", help="为什么下达这一版 / why this version is issued")
@ACTOR
@click.option(
    "--what-if", "only_asks", is_flag=True, help="只看会改什么，不下达 / what would change; no issue"
)
@BY
@PLAYBOOK
@JSON
@click.pass_obj
def issue_(
    session: Session,
    month: str,
    splits: tuple[str, ...],
    rates: tuple[str, ...],
    totals: tuple[str, ...],
    reason: str,
    actor: str | None,
    only_asks: bool,
    level: str,
    playbooks: tuple[str, ...],
    as_json: bool,
) -> None:
    """Issue the next version of a month's targets, or see what it would change (--what-if)."""
    split, others = _splits(splits)
    who, now = acting(actor)
    order = Order(
        month=Month.parse(month),
        split=split,
        splits=others,
        rates={kpi: _rate(kpi, given) for kpi, given in _pairs("--rate", rates).items()},
        totals={kpi: _total(kpi, given) for kpi, given in _pairs("--total", totals).items()},
        reason=reason or ("what-if" if only_asks else ""),
        actor=who,
        now=now,
    )
    store, playbook = session.store(), open_playbook(playbooks)
    if only_asks:
        with session.progress() as progress:
            progress.add_task(session.text(Text("试算", "trying out")), total=None)
            found = what_if(store, playbook, order)
        if as_json:
            session.json(found)
        else:
            show_what_if(session, found, OrgLevel(level.upper()))
        return
    with session.progress() as progress:
        progress.add_task(session.text(Text("下达", "issuing")), total=None)
        issue_targets(store, playbook, order)
    sheet = read_sheet(store, order.month)
    if as_json:
        session.json(sheet)
        return
    show_sheet(session, sheet, OrgLevel(level.upper()))


@command.command("show")
@MONTH
@VERSION
@BY
@JSON
@click.pass_obj
def show_(session: Session, month: str | None, version: int | None, level: str, as_json: bool) -> None:
    """One version of the month's targets: every node's whole number, the sum check, who signed for it."""
    sheet = read_sheet(session.store(), chosen_month(session, month), version)
    if as_json:
        session.json(sheet)
        return
    show_sheet(session, sheet, OrgLevel(level.upper()))


@command.command("versions")
@MONTH
@JSON
@click.pass_obj
def versions_(session: Session, month: str | None, as_json: bool) -> None:
    """Every version of the month's targets: how it was shared, why, by whom, when, who signed."""
    found = sheet_versions(session.store(), chosen_month(session, month))
    if as_json:
        session.json(found)
        return
    show_versions(session, found)


@command.command("acknowledge")
@click.option("--node", required=True, help="签收单位的节点编码 / the node that signs")
@MONTH
@VERSION
@click.option("--actor", required=True, help="签收人 / who signs")
@click.option("--remark", default="", help="签收时的意见 / what is said on signing")
@click.pass_obj
def acknowledge_(
    session: Session, node: str, month: str | None, version: int | None, actor: str, remark: str
) -> None:
    """Sign for a version in the name of a node; an entry that is only ever added."""
    store, chosen = session.store(), chosen_month(session, month)
    number = read_sheet(store, chosen, version).version.version
    _, now = acting(actor)
    acknowledge(store, chosen, number, node, actor=actor, now=now, remark=remark)
    session.say(
        Text(
            f"{node} 已签收 {chosen} 指标第 {number} 版（{actor}）",
            f"{node} has acknowledged version {number} of the targets of {chosen} ({actor})",
        )
    )


@command.command("tree")
@click.option("--month", help="账册月份，缺省为最近的月份 / the book's month; default: the latest")
@click.option("--cohort", help="只数该拍照名单的用户，如 arpu80 / members of that sealed cohort only")
@click.option(
    "--by",
    "level",
    type=click.Choice([level.lower() for level in OrgLevel]),
    default="unit",
    show_default=True,
    help="列到哪一级 / down to which level",
)
@JSON
@click.pass_obj
def tree_(session: Session, month: str | None, cohort: str | None, level: str, as_json: bool) -> None:
    """The tree with counts: lines at and below every node, with no orphan and no duplicate."""
    nothing = Text("账册是空的", "the book is empty")
    chosen = (
        Month.parse(month)
        if month
        else session.latest(SUBSCRIBER_MONTH, "target.no_book", nothing, Text("先导入", "import first"))
    )
    counts = node_counts(session.store(), chosen, cohort=cohort)
    check = check_tree(session.store(), chosen)
    if as_json:
        session.json({"month": chosen, "cohort": cohort, "check": check, "nodes": counts})
        return
    show_tree(session, chosen, cohort, counts, check, OrgLevel(level.upper()))


def chosen_month(session: Session, month: str | None) -> Month:
    """The month named, else the latest that has targets. Raises DataError where none has."""
    if month:
        return Month.parse(month)
    nothing = Text("还没有任何月份的指标下达表", "no month has targets yet")
    return session.latest(TARGET, "target.none", nothing, Text("先运行 weixi run", "run weixi run first"))


def _splits(given: tuple[str, ...]) -> tuple[Split, dict[str, Split]]:
    """The split of all KPIs, and of those that are shared otherwise."""
    general = [each for each in given if "=" not in each]
    others = _pairs("--split", tuple(each for each in given if "=" in each))
    if len(general) != 1:
        raise UsageError(
            "target.split",
            Text("--split 要写一个总的分解方式", "--split needs one way of sharing for all KPIs"),
            Text(
                "--split difficulty（其余可另定：--split KPI=size）",
                "--split difficulty (--split KPI=size beside it)",
            ),
        )
    return _split(general[0]), {kpi: _split(word) for kpi, word in others.items()}


def _split(word: str) -> Split:
    try:
        return Split(word.upper())
    except ValueError:
        raise UsageError(
            "target.split",
            Text(f"没有分解方式“{word}”", f"there is no way of sharing “{word}”"),
            Text("size（按规模）或 difficulty（按难度）", "size or difficulty"),
        ) from None


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        kpi, equals, value = each.partition("=")
        if not equals or kpi not in KPI_NAMES or kpi in found:
            raise UsageError(
                "target.pair",
                Text(f"{option} {each}：看不懂或重复", f"{option} {each} cannot be read, or stands twice"),
                Text(
                    f"写成 {option} 指标=值，指标为 {'、'.join(KPI_NAMES)}",
                    f"write {option} KPI=VALUE, KPI one of {', '.join(KPI_NAMES)}",
                ),
            )
        found[kpi] = value.strip()
    return found


def _rate(kpi: str, given: str) -> Decimal:
    """0.98 or 98 %."""
    number = given.removesuffix("%").strip()
    try:
        rate = Decimal(number) / (100 if number != given else 1)
    except InvalidOperation:
        rate = Decimal(-1)
    if not rate.is_finite() or not 0 <= rate <= HIGHEST_RATE:
        raise UsageError(
            "target.rate",
            Text(f"“{KPI_NAMES[kpi].zh}”的目标率“{given}”不可能", f"a rate of “{given}” cannot be"),
            Text("写成 0.98 或 98%", "write 0.98 or 98%"),
        )
    return rate


def _total(kpi: str, given: str) -> int:
    if not given.isascii() or not given.isdecimal():
        raise UsageError(
            "target.total",
            Text(f"“{KPI_NAMES[kpi].zh}”的总数“{given}”不是整数", f"“{given}” is no whole number"),
            Text("写成 --total KPI=300", "write --total KPI=300"),
        )
    return int(given)
