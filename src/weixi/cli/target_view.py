"""Target sheets, versions, what an issue would change, and the tree with counts, for people."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from rich.markup import escape
from rich.table import Table as Grid
from rich.tree import Tree

from weixi.cli.session import Session
from weixi.flow.assessment import (
    KPI_NAMES,
    PSEUDO,
    NodeChange,
    Sheet,
    SheetRow,
    SheetVersion,
    Split,
    WhatIf,
    show,
)
from weixi.flow.cohort import NodeCount, TreeCheck
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

_Row = TypeVar("_Row", SheetRow, NodeChange)

RUNS_OWN = Text("月度运行自动生成，按规模", "made by the month's run, by size")


def show_sheet(session: Session, sheet: Sheet, level: OrgLevel) -> None:
    """One table a KPI at the chosen level, the top first; then the check of every sum, and the signatures."""
    version = sheet.version
    _head(session, version)
    for kpi in dict.fromkeys(row.kpi for row in sheet.rows):
        rows = [row for row in sheet.rows if row.kpi == kpi]
        split = version.splits.get(kpi, Split.SIZE)
        title = Text(f"{KPI_NAMES[kpi].zh}（{split.text.zh}）", f"{KPI_NAMES[kpi].en} ({split.text.en})")
        grid = Grid(title=session.text(title), title_justify="left")
        hard = split is Split.DIFFICULTY
        expected = [Text("按难度预计", "expected")] if hard else []
        for heading in (
            Text("节点", "node"),
            Text("规模", "size"),
            *expected,
            Text("指标（整数）", "target"),
            Text("折合目标率", "as a rate"),
            Text("下级之和", "children sum"),
            Text("核对", "check"),
            Text("签收", "acknowledged"),
        ):
            left = heading.en in ("node", "acknowledged")
            grid.add_column(session.text(heading), justify="left" if left else "right", overflow="fold")
        for row in _listed(rows, level):
            signed = version.acknowledged.get(row.node_code)
            grid.add_row(
                _name(session, row),
                f"{row.size:,}",
                *([_thousandths(row.weight)] if hard else []),
                f"{row.target_count:,}",
                _share(row),
                "—" if row.children_count is None else f"{row.children_count:,}",
                "" if row.children_count is None else "✓" if row.reconciles else "✗",
                "" if signed is None else f"{escape(signed.actor)} {signed.happened_at:%Y-%m-%d}",
            )
        session.print(grid)
    if any(split is Split.DIFFICULTY for split in version.splits.values()):
        was, now = version.observed
        session.say(
            Text(
                f"难度：{was} 末到 {now} 末，同档同期用户（任务为同类同级，{now}）的实际比例，"
                f"按 {PSEUDO} 例向全体比例收缩；各节点目标率不同，按同等水平完成的难度相同",
                f"difficulty: what lines of the same band and stage did from the end of {was} to that of {now} "
                f"(tasks: same warning and level, {now}), drawn to the overall rate by {PSEUDO} cases",
            )
        )
    for kpi in version.left_out:
        session.say(
            Text(
                f"{KPI_NAMES[kpi].zh}：没有基数（拍照名单或当月计划），未下达",
                f"{KPI_NAMES[kpi].en}: no base (sealed cohort, or plan of the month), not issued",
            )
        )
    if sheet.gaps:
        bad = "、".join(f"{row.node_code}（{row.kpi}）" for row in sheet.gaps[:5])
        session.say(
            Text(f"合计核对：{len(sheet.gaps)} 处不符：{bad}", f"sum check: {len(sheet.gaps)} wrong: {bad}")
        )
    else:
        session.say(
            Text(
                f"合计核对：{sheet.checked} 个上级节点，每个都等于下级之和，0 处不符",
                f"sum check: {sheet.checked} nodes with children, each the sum of its children, 0 wrong",
            )
        )


def show_versions(session: Session, versions: Sequence[SheetVersion]) -> None:
    """The versions of one month, oldest first; the last one is in force."""
    month = versions[0].month
    grid = Grid(title=session.text(Text(f"{month} 指标的各版", f"targets of {month}")), title_justify="left")
    for heading in (
        Text("版", "version"),
        Text("分解", "split"),
        Text("另定的目标", "own figures"),
        Text("理由", "reason"),
        Text("谁", "who"),
        Text("何时（UTC）", "at (UTC)"),
        Text("签收", "acknowledged"),
    ):
        grid.add_column(session.text(heading), overflow="fold")
    for each in versions:
        grid.add_row(
            str(each.version),
            session.text(RUNS_OWN if not each.splits else _splits(each)),
            session.text(_figures(each)),
            escape(each.reason) or "—",
            escape(each.actor) or "—",
            each.issued_at[:16].replace("T", " ") or "—",
            "、".join(sorted(each.acknowledged)) or "—",
        )
    session.print(grid)
    session.say(
        Text(f"考核表用第 {versions[-1].version} 版", f"the scorecard uses version {versions[-1].version}")
    )


def show_what_if(session: Session, found: WhatIf, level: OrgLevel) -> None:
    """What an issue would change at the chosen level; then how many nodes change, and that nothing was written."""
    against = (
        Text(f"与第 {found.compared} 版相比", f"against version {found.compared}")
        if found.compared
        else Text("该月还没有指标", "the month has no targets yet")
    )
    session.say(
        Text(
            f"试算 {found.month} 第 {found.version} 版，{against.zh}",
            f"version {found.version} of {found.month}, tried out, {against.en}",
        )
    )
    for kpi in dict.fromkeys(each.kpi for each in found.changes):
        grid = Grid(title=session.text(KPI_NAMES[kpi]), title_justify="left")
        for heading in (
            Text("节点", "node"),
            Text("规模", "size"),
            Text("现行指标", "now"),
            Text("新指标", "new"),
            Text("变化", "change"),
            Text("现行灯", "light now"),
            Text("新灯", "new light"),
        ):
            grid.add_column(session.text(heading), justify="left" if heading.en == "node" else "right")
        for each in _listed([c for c in found.changes if c.kpi == kpi], level):
            old = each.old_count
            grid.add_row(
                _name(session, each),
                f"{each.size:,}",
                "—" if old is None else f"{old:,}",
                f"{each.new_count:,}",
                "—" if old is None else f"{each.new_count - old:+,}" if each.new_count != old else "0",
                *(
                    "—" if light is None else session.text(light.text)
                    for light in (each.old_light, each.new_light)
                ),
            )
        session.print(grid)
    if found.compared:
        changed = sum(each.old_count != each.new_count for each in found.changes)
        turned = sum(each.old_light != each.new_light for each in found.changes)
        session.say(
            Text(
                f"全树 {len(found.changes)} 个节点指标：{changed} 个改变，{turned} 个变灯",
                f"{len(found.changes)} targets in the tree: {changed} change, {turned} change their light",
            )
        )
    if found.valued is None:
        session.say(Text("本年还没有实绩，不显示灯", "no month of the year has values yet: no lights"))
    else:
        session.say(Text(f"灯按 {found.valued} 的实绩", f"lights by the values of {found.valued}"))
        if found.valued != found.month and not found.compared:
            session.say(Text("现行灯按方案的目标", "the lights of now are by the plan's own targets"))
    session.say(Text("试算，没有写入任何数据", "tried out: nothing was written"))


def show_tree(
    session: Session,
    month: Month,
    cohort: str | None,
    counts: Sequence[NodeCount],
    check: TreeCheck,
    level: OrgLevel,
) -> None:
    """The tree down to a level, each node with its lines; then orphans and duplicates of the whole month."""
    among = Text(f"，拍照名单 {cohort}", f", cohort {cohort}") if cohort else Text("", "")
    top = Tree(session.text(Text(f"{month} 用户分解{among.zh}", f"lines of {month} down the tree{among.en}")))
    shown = list(OrgLevel)[: list(OrgLevel).index(level) + 1]
    branches: dict[str | None, Tree] = {None: top}
    below: dict[str | None, list[NodeCount]] = {}
    for each in counts:
        below.setdefault(each.parent_code, []).append(each)
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        node = waiting.pop()
        if OrgLevel(node.level) not in shown:
            continue
        children = below.get(node.node_code, [])
        own = session.text(Text("，共享池", ", shared pool")) + f" {node.own_count:,}"
        said = f"{escape(node.name)} {node.node_code}  {node.line_count:,}"
        branches[node.node_code] = branches[node.parent_code].add(
            said + (own if children and node.own_count else "")
        )
        waiting += reversed(children)
    session.print(top)
    wrong = sum(
        each.line_count != each.own_count + sum(c.line_count for c in below.get(each.node_code, []))
        for each in counts
    )
    session.say(
        Text(
            f"账册 {check.line_count:,} 条线路，已分解 {check.assigned_count:,}；无人负责 {check.orphan_count}，"
            f"重复 {check.duplicate_count}；{len(counts)} 个节点中合计不符 {wrong}",
            f"{check.line_count:,} lines in the book, {check.assigned_count:,} assigned; orphans "
            f"{check.orphan_count}, duplicates {check.duplicate_count}; of {len(counts)} nodes {wrong} do not sum",
        )
    )


def _head(session: Session, version: SheetVersion) -> None:
    session.say(
        Text(
            f"{version.month} 指标下达表，第 {version.version} 版：{RUNS_OWN.zh}"
            if not version.splits
            else f"{version.month} 指标下达表，第 {version.version} 版：{_splits(version).zh}；"
            f"{version.actor} 于 {version.issued_at[:16].replace('T', ' ')}（UTC）下达，理由：{version.reason}",
            f"targets of {version.month}, version {version.version}: {RUNS_OWN.en}"
            if not version.splits
            else f"targets of {version.month}, version {version.version}: {_splits(version).en}; issued by "
            f"{version.actor} at {version.issued_at[:16].replace('T', ' ')} (UTC), because: {version.reason}",
        )
    )
    if version.given:
        session.say(_figures(version))


def _splits(version: SheetVersion) -> Text:
    """How it is shared, KPI by KPI where they differ."""
    ways = set(version.splits.values())
    if len(ways) == 1:
        return ways.pop().text
    return Text(
        "，".join(f"{KPI_NAMES[k].zh}{split.text.zh}" for k, split in version.splits.items()),
        ", ".join(f"{KPI_NAMES[k].en} {split.text.en}" for k, split in version.splits.items()),
    )


def _figures(version: SheetVersion) -> Text:
    """The rates and totals that are not the playbook's."""
    said = []
    for kpi in version.given:
        rate = version.rates.get(kpi)
        figure = (
            Text(f"总数 {version.totals[kpi]:,}", f"total {version.totals[kpi]:,}")
            if rate is None
            else Text(f"目标率 {show(Fraction(Decimal(rate)))}", f"rate {show(Fraction(Decimal(rate)))}")
        )
        said.append(
            Text(
                f"{KPI_NAMES[kpi].zh}{figure.zh}（方案另定）",
                f"{KPI_NAMES[kpi].en}: {figure.en}, not the plan's",
            )
        )
    return Text("；".join(s.zh for s in said) or "—", "; ".join(s.en for s in said) or "—")


def _listed(rows: Sequence[_Row], level: OrgLevel) -> list[_Row]:
    """The top and the nodes of the level; among owners their unit's shared pools."""
    return [row for row in rows if row.parent_code is None] + [
        row
        for row in rows
        if row.parent_code is not None
        and (row.level == level or (row.level is None and level is OrgLevel.OWNER))
    ]


def _name(session: Session, row: SheetRow | NodeChange) -> str:
    pool = session.text(Text("（共享池）", " (shared pool)")) if row.level is None else ""
    return f"{escape(row.name)}{pool}"


def _thousandths(weight: int | None) -> str:
    return "—" if weight is None else f"{weight / 1000:,.1f}"


def _share(row: SheetRow) -> str:
    return show(Fraction(row.target_count, row.size)) if row.size else "—"
