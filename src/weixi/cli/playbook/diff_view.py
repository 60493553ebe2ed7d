"""The tables of `weixi playbook diff` for people."""

from collections.abc import Sequence
from dataclasses import replace

from weixi.cli.playbook.grid import grid, row
from weixi.cli.session import Session
from weixi.flow.decision import Comparison, CountyChange, OfferChange
from weixi.kernel.language import Text
from weixi.kernel.money import show as money
from weixi.kernel.terms import Category, Cluster, Grade, Stage
from weixi.playbook import Change, ChangeKind

_KINDS = {
    ChangeKind.ADDED: Text("新增", "added"),
    ChangeKind.REMOVED: Text("删去", "removed"),
    ChangeKind.CHANGED: Text("改动", "changed"),
    ChangeKind.MOVED: Text("次序", "moved"),
}
_LABELS = {
    "grade": Text("分级", "grade"),
    "band": Text("分档", "band"),
    "stage": Text("分期", "stage"),
    "cluster": Text("分群", "cluster"),
    "category": Text("分类", "category"),
    "rule_grade": Text("分级（按规则，缓冲月满后）", "grade by the rules, once held"),
}
_TERMS = {"grade": Grade, "rule_grade": Grade, "stage": Stage, "cluster": Cluster, "category": Category}
OLD, NEW = Text("原", "old"), Text("新", "new")


def show_changes(session: Session, old: str, new: str, changes: Sequence[Change]) -> None:
    """What is written otherwise, with the words and lines of both sides."""
    table = grid(
        session,
        Text(f"{old} → {new}：文字上的改动", f"{old} → {new}: as they are written"),
        Text("表", "section"),
        Text("代码", "code"),
        Text("键", "key"),
        Text("", ""),
        OLD,
        NEW,
        Text("行（原 → 新）", "lines (old → new)"),
        Text("影响到", "affects"),
    )
    for change in changes:
        row(
            table,
            session.text(change.section_text),
            change.code,
            change.key,
            session.text(_KINDS[change.kind]),
            change.old,
            change.new,
            " → ".join(filter(None, (change.old_at, change.new_at))),
            ", ".join(change.affects),
        )
    if changes:
        session.print(table)
    session.say(Text(f"{len(changes)} 处改动", f"{len(changes)} changes"))


def show_comparison(session: Session, found: Comparison) -> None:
    """What the data says of both."""
    session.say(
        Text(
            f"{found.month} 共 {found.lines:,} 条线路，{found.changed:,} 条的标签、任务或优惠有变化",
            f"{found.month}: {found.lines:,} lines, {found.changed:,} change a label, their task or their offer",
        )
    )
    _labels(session, found)
    _matrix(session, found, "grade")
    if found.moved("rule_grade") != found.moved("grade"):
        _matrix(session, found, "rule_grade")
    _counties(session, found)
    _counts(session, Text("任务按预警", "tasks by warning"), found.warnings)
    _counts(session, Text("任务按优惠", "tasks by offer"), found.offers)
    _costs(session, found)


def _labels(session: Session, found: Comparison) -> None:
    table = grid(
        session,
        Text("五分：有多少线路换了标签", "labels: how many lines change"),
        Text("标签", "label"),
        Text("变化", "changed"),
        Text("主要去向", "largest moves"),
    )
    for name, text in _LABELS.items():
        moves = [move for move in found.moves if move.dimension == name and move.old != move.new]
        largest = sorted(moves, key=lambda move: (-move.lines, move.old, move.new))[:3]
        said = "；".join(
            f"{_word(session, name, move.old)} → {_word(session, name, move.new)} {move.lines:,}"
            for move in largest
        )
        row(table, session.text(text), f"{found.moved(name):,}", said)
    session.print(table)


def _matrix(session: Session, found: Comparison, name: str) -> None:
    moves = [move for move in found.moves if move.dimension == name]
    values = list(dict.fromkeys([*(move.old for move in moves), *(move.new for move in moves)]))
    label = _LABELS[name]
    table = grid(
        session,
        Text(f"{label.zh}：原（行）→ 新（列）", f"{label.en}: old (rows) → new (columns)"),
        OLD,
        *(Text(_word(session, name, value), _word(session, name, value)) for value in values),
        Text("合计", "total"),
    )
    lines = {(move.old, move.new): move.lines for move in moves}
    for old in values:
        counts = [lines.get((old, new), 0) for new in values]
        row(table, _word(session, name, old), *(f"{n:,}" if n else "" for n in counts), f"{sum(counts):,}")
    totals = [sum(lines.get((old, new), 0) for old in values) for new in values]
    row(table, session.text(Text("合计", "total")), *(f"{n:,}" for n in totals), f"{sum(totals):,}")
    session.print(table)


def _counties(session: Session, found: Comparison) -> None:
    table = grid(
        session,
        Text(f"{found.month.plus(1)} 计划：各县分任务", f"plan of {found.month.plus(1)}: tasks by county"),
        Text("县分", "county"),
        Text("任务 原", "tasks, old"),
        Text("新", "new"),
        Text("差", "difference"),
        Text("联系 原", "contacts, old"),
        Text("新", "new"),
        Text("成本 原", "cost, old"),
        Text("新", "new"),
        Text("差", "difference"),
    )
    outside = Text("县分以外", "outside any county")
    rows = [replace(county, name=county.name or session.text(outside)) for county in found.counties]
    for county in (*rows, _total(session.text(Text("合计", "total")), rows)):
        row(
            table,
            county.name,
            f"{county.old_tasks:,}",
            f"{county.new_tasks:,}",
            _more(county.new_tasks - county.old_tasks),
            f"{county.old_contacts:,}",
            f"{county.new_contacts:,}",
            money(county.old_cost_fen),
            money(county.new_cost_fen),
            _difference(county.old_cost_fen, county.new_cost_fen),
        )
    session.print(table)


def _total(name: str, counties: Sequence[CountyChange]) -> CountyChange:
    return CountyChange(
        "",
        name,
        sum(county.old_tasks for county in counties),
        sum(county.new_tasks for county in counties),
        sum(county.old_contacts for county in counties),
        sum(county.new_contacts for county in counties),
        sum(county.old_cost_fen for county in counties),
        sum(county.new_cost_fen for county in counties),
    )


def _more(difference: int) -> str:
    return f"{difference:+,}" if difference else ""


def _counts(session: Session, title: Text, changes: Sequence[OfferChange]) -> None:
    table = grid(
        session, title, Text("代码", "code"), Text("名称", "name"), OLD, NEW, Text("差", "difference")
    )
    for change in changes:
        row(
            table,
            change.code,
            session.text(change.text),
            f"{change.old_tasks:,}",
            f"{change.new_tasks:,}",
            _more(change.new_tasks - change.old_tasks),
        )
    session.print(table)


def _costs(session: Session, found: Comparison) -> None:
    table = grid(
        session,
        Text("优惠成本按资金池", "what the offers cost, by budget"),
        Text("资金池", "budget"),
        Text("额度 原", "amount, old"),
        Text("新", "new"),
        Text("用去 原", "used, old"),
        Text("新", "new"),
        Text("差", "difference"),
    )
    for pool in found.pools:
        row(
            table,
            session.text(pool.text),
            _amount(session, pool.old_amount_fen),
            _amount(session, pool.new_amount_fen),
            money(pool.old_used_fen),
            money(pool.new_used_fen),
            _difference(pool.old_used_fen, pool.new_used_fen),
        )
    session.print(table)


def _amount(session: Session, fen: int | None) -> str:
    return session.text(Text("不限", "no limit")) if fen is None else money(fen)


def _difference(old: int, new: int) -> str:
    return "" if old == new else f"{'+' if new > old else '−'}{money(abs(new - old))}"


def _word(session: Session, dimension: str, value: str) -> str:
    term = _TERMS.get(dimension)
    return session.text(term(value).text) if term is not None else value
