"""How `weixi label` shows what it found, to people."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.origin_view import show_origin
from weixi.cli.session import Session
from weixi.flow.assessment import CAME, PART_TEXTS, Waterfall
from weixi.flow.book import Origin
from weixi.flow.cohort import AssignmentMonth
from weixi.flow.segment import NO_BAND, CrossTable, LabelMonth, Move
from weixi.kernel.language import Text
from weixi.kernel.money import show as amount
from weixi.kernel.money import sign_of
from weixi.kernel.period import Month
from weixi.kernel.terms import Category, Cluster, Grade, Stage, Term
from weixi.playbook import Playbook

DIMENSION_TEXTS = {
    "grade": Text("分级", "grade"),
    "band": Text("分档", "band"),
    "stage": Text("分期", "stage"),
    "cluster": Text("分群", "cluster"),
    "category": Text("分类", "category"),
}
_TERMS: dict[str, type[Term]] = {"grade": Grade, "stage": Stage, "cluster": Cluster, "category": Category}
TOTAL = Text("合计", "total")
NONE_BAND = Text("尚无完整账期", "no complete month yet")


class Words:
    """The labels' values in the words of the playbook and of the vocabularies, in their order."""

    def __init__(self, session: Session, playbook: Playbook) -> None:
        self._session = session
        bands = {NO_BAND: NONE_BAND} | {band.code: band.text for band in playbook.bands}
        self._texts = {"band": bands} | {
            name: {str(term): term.text for term in terms} for name, terms in _TERMS.items()
        }

    def say(self, dimension: str, value: str) -> str:
        """One value in the caller's language; itself where the playbook does not know it."""
        text = self._texts[dimension].get(value)
        return value if text is None else self._session.text(text)

    def order(self, dimension: str, value: str) -> tuple[int, str]:
        """Where the value stands among the others."""
        known = list(self._texts[dimension])
        return (known.index(value) if value in known else len(known), value)


def show_cross(
    session: Session, month: Month, dimensions: Sequence[str], table: CrossTable, playbook: Playbook
) -> None:
    """Two labels as a table with totals; one or more than two as a list of combinations, largest first."""
    words = Words(session, playbook)
    counts = table.by(*dimensions)
    session.say(
        Text(
            f"{month} 五分交叉表：账册 {table.base_count:,} 行，已分类 {table.total:,}，"
            f"未分类 {table.unclassified_count:,}",
            f"five-way labels of {month}: {table.base_count:,} rows in the book, {table.total:,} labelled, "
            f"{table.unclassified_count:,} not",
        )
    )
    if len(dimensions) == 2:
        rows, columns = dimensions
        _grid(session, words, rows, columns, {(a, b): n for (a, b), n in counts.items()})
        return
    grid = Grid()
    for name in dimensions:
        grid.add_column(session.text(DIMENSION_TEXTS[name]))
    grid.add_column(session.text(Text("户数", "lines")), justify="right")
    grid.add_column(session.text(Text("占比", "share")), justify="right")
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        named = [escape(words.say(name, value)) for name, value in zip(dimensions, key, strict=True)]
        grid.add_row(*named, f"{count:,}", f"{count / table.total:.1%}")
    grid.add_section()
    grid.add_row(session.text(TOTAL), *[""] * (len(dimensions) - 1), f"{table.total:,}", "")
    session.print(grid)


def show_matrix(
    session: Session, month: Month, label: str, found: Sequence[Move], playbook: Playbook
) -> None:
    """Last month's values as rows, this month's as columns; both margins are the two months' books."""
    session.say(
        Text(
            f"{DIMENSION_TEXTS[label].zh}流转 {month.plus(-1)}（行）→ {month}（列）",
            f"{DIMENSION_TEXTS[label].en} from {month.plus(-1)} (rows) to {month} (columns)",
        )
    )
    cells = {(move.before or "", move.after or ""): move.line_count for move in found}
    _grid(session, Words(session, playbook), label, label, cells)
    still = sum(count for (before, after), count in cells.items() if before == after)
    moved = sum(count for (before, after), count in cells.items() if before and after and before != after)
    session.say(Text(f"未变 {still:,} 户，变动 {moved:,} 户", f"{still:,} lines stayed, {moved:,} moved"))


def _grid(session: Session, words: Words, rows: str, columns: str, cells: dict[tuple[str, str], int]) -> None:
    def named(dimension: str, value: str) -> str:
        return (
            session.text(Text("（不在册）", "(no row)"))
            if value == ""
            else escape(words.say(dimension, value))
        )

    across = sorted({b for _, b in cells}, key=lambda value: words.order(columns, value))
    grid = Grid()
    grid.add_column(f"{session.text(DIMENSION_TEXTS[rows])} \\ {session.text(DIMENSION_TEXTS[columns])}")
    for value in across:
        grid.add_column(named(columns, value), justify="right")
    grid.add_column(session.text(TOTAL), justify="right")
    for value in sorted({a for a, _ in cells}, key=lambda value: words.order(rows, value)):
        line = [cells.get((value, other), 0) for other in across]
        grid.add_row(named(rows, value), *[f"{n:,}" if n else "·" for n in line], f"{sum(line):,}")
    grid.add_section()
    sums = [sum(n for (_, b), n in cells.items() if b == value) for value in across]
    grid.add_row(session.text(TOTAL), *[f"{n:,}" for n in sums], f"{sum(sums):,}")
    session.print(grid)


def show_waterfalls(
    session: Session,
    since: Month,
    month: Month,
    edges: tuple[int, int | None],
    nodes: Sequence[Waterfall],
    origin: Origin,
) -> None:
    """Opening stock, what came, what went, closing stock, node by node; with the part of all lines and the ARPU."""
    sign = sign_of(origin.currency)
    low, high = edges
    span = f"≥ {sign}{low}" if high is None else f"{sign}{low}–{high}"
    title = Text(
        f"ARPU {span} 规模变动：{since} 末 → {month} 末（主卡，当月出账，剔除黑话）",
        f"ARPU {span}: end of {since} → end of {month} (main cards billed in the month, suspects left out)",
    )
    grid = Grid(title=session.text(title), title_justify="left")
    grid.add_column(session.text(Text("节点", "node")))
    grid.add_column(session.text(Text("期初", "opening")), justify="right")
    parts = [name for name in PART_TEXTS if high is not None or name not in ("lowered", "raised")]
    for name in parts:
        grid.add_column(("+" if name in CAME else "−") + session.text(PART_TEXTS[name]), justify="right")
    for heading in (
        Text("期末", "closing"),
        Text("净增", "net"),
        Text("占到达", "of all"),
        Text("均 ARPU", "mean ARPU"),
        Text("近三月办理", "took offers"),
    ):
        grid.add_column(session.text(heading), justify="right")
    for node in nodes:
        arpu, share = node.arpu_fen, node.share
        grid.add_row(
            escape(node.name),
            f"{node.opening:,}",
            *[f"{node.parts[name]:,}" for name in parts],
            f"{node.closing:,}",
            f"{node.closing - node.opening:+,}",
            "–" if share is None else f"{float(share):.1%}",
            "–" if arpu is None else amount(round(arpu), origin.currency),
            f"{node.taker_count / node.closing:.1%}" if node.closing else "–",
        )
    session.print(grid)
    show_origin(session, origin)


def show_history(
    session: Session,
    subscriber_id: int,
    labels: Sequence[LabelMonth],
    owners: Sequence[AssignmentMonth],
    playbook: Playbook,
) -> None:
    """Each month's labels beside who looked after the line; a grade that waits says what the rules say."""
    words = Words(session, playbook)
    grid = Grid(
        title=session.text(Text(f"用户 {subscriber_id}", f"line {subscriber_id}")), title_justify="left"
    )
    grid.add_column(session.text(Text("月份", "month")))
    for text in DIMENSION_TEXTS.values():
        grid.add_column(session.text(text))
    for heading in (Text("维护单元", "care unit"), Text("责任人", "owner")):
        grid.add_column(session.text(heading))
    assigned = {row.month: row for row in owners}
    for row in labels:
        owner = assigned.get(row.month)
        waits = ""
        if row.pending_months:
            waits = session.text(
                Text(
                    f"（规则为{words.say('grade', row.rule_grade)}，第 {row.pending_months} 个月，暂不变）",
                    f" (the rules say {words.say('grade', row.rule_grade)}, month {row.pending_months}: held)",
                )
            )
        grid.add_row(
            str(Month.from_number(row.month)),
            escape(words.say("grade", row.grade) + waits),
            *[
                escape(words.say(name, getattr(row, name)))
                for name in ("band", "stage", "cluster", "category")
            ],
            escape(owner.unit_code) if owner else "–",
            escape(owner.owner_code or session.text(Text("公共池", "shared pool"))) if owner else "–",
        )
    session.print(grid)
