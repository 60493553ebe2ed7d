"""`weixi kpi --explain` and `--card`: two calibres side by side down to the subscriber, and each calibre's card."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_list import say_written, write_listing
from weixi.cli.kpi_month import points, rate_plain
from weixi.cli.session import Session
from weixi.flow.assessment import (
    Calibre,
    Explanation,
    Part,
    explain,
    explain_subscribers,
    find_calibre,
    show,
    statement_of,
    versions_of,
)
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

CARD_FIELDS = (
    ("name", Text("名称", "name")),
    ("numerator_text", Text("分子", "numerator")),
    ("denominator_text", Text("分母", "denominator")),
    ("population", Text("人群", "population")),
    ("exclusions", Text("剔除", "exclusions")),
    ("period", Text("期间", "period")),
    ("owner", Text("归口", "owner")),
)
COUNTS = {
    (True, True): Text("计入分子和分母", "in numerator and denominator"),
    (True, False): Text("只计入分子", "in the numerator alone"),
    (False, True): Text("只计入分母", "in the denominator alone"),
    (False, False): Text("不计", "not counted"),
}


def show_cards(session: Session, calibres: Sequence[Calibre]) -> None:
    """Everything that defines each calibre; of one alone, the whole computing text as well."""
    for calibre in calibres:
        grid = Grid(title=calibre.id, title_justify="left", show_header=False)
        grid.add_column()
        grid.add_column(overflow="fold")
        for field, label in CARD_FIELDS:
            grid.add_row(session.text(label), session.text(getattr(calibre, field)))
        grid.add_row(session.text(Text("版本", "version")), session.text(_version(calibre)))
        for label, expression in (
            (Text("分子算式（逐行求和）", "numerator, summed over rows"), calibre.numerator),
            (Text("分母算式（逐行求和）", "denominator, summed over rows"), calibre.denominator),
        ):
            grid.add_row(session.text(label), escape(expression))
        needed = [*sorted(calibre.inputs), *sorted(calibre.columns)]
        grid.add_row(session.text(Text("所需数据", "needs")), "、".join(needed) if needed else "—")
        session.print(grid)
    if len(calibres) == 1:
        session.say(Text("计算该口径的全部语句：", "the whole text that computes it:"))
        session.say(Text(statement_of(calibres[0]), statement_of(calibres[0])))


def _version(calibre: Calibre) -> Text:
    """The version, since when it holds, and what stands beside it."""
    others = [c.id for c in versions_of(calibre.code) if c.id != calibre.id]
    since = Text("适用于所有月份", "holds for every month")
    if calibre.since is not None:
        since = Text(f"自 {calibre.since} 起", f"since {calibre.since}")
    beside = (
        Text(f"；并列版本 {'、'.join(others)}", f"; beside {', '.join(others)}") if others else Text("", "")
    )
    return Text(f"{calibre.version}，{since.zh}{beside.zh}", f"{calibre.version}, {since.en}{beside.en}")


def card_plain(calibre: Calibre) -> dict[str, object]:
    """One calibre's card for programs."""
    words: dict[str, object] = {name: getattr(calibre, name) for name, _ in CARD_FIELDS}
    return {
        "id": calibre.id,
        "kpi": calibre.kpi,
        "version": calibre.version,
        "since": calibre.since,
        **words,
        "grain": calibre.grain,
        "numerator_sql": calibre.numerator,
        "denominator_sql": calibre.denominator,
        "statement_sql": statement_of(calibre),
        "inputs": sorted(calibre.inputs),
        "columns": sorted(calibre.columns),
    }


def show_difference(
    session: Session, month: Month, pair: tuple[str, str], node_code: str, out: Path | None, as_json: bool
) -> None:
    """Why two calibres differ: groups first, and with `out` every subscriber in a file.

    Raises UsageError where both are the same or of different grain.
    """
    first, second = (find_calibre(name, month=month) for name in pair)
    if first.id == second.id:
        raise UsageError(
            "explain.same",
            Text("两个口径相同", "both calibres are the same"),
            Text("给出两个不同的口径", "name two different calibres"),
        )
    found = explain(session.store(), month, first, second, node_code)
    rows = 0
    if out is not None:
        lines = explain_subscribers(session.store(), month, first, second, node_code)
        rows = write_listing(session, lines.listing, out)
    if as_json:
        session.json({"month": month, **_plain(found), "file": out, "file_rows": rows})
        return
    _show(session, month, found)
    if out is not None:
        say_written(session, out, rows)
        session.say(
            Text(
                f"每行“贡献（份）”÷ {lines.over:,} 即对差额的贡献；"
                f"全部相加 = {points(lines.summed)} 个百分点，即两个口径之差",
                f"each row's shares ÷ {lines.over:,} is its contribution; they sum to {points(lines.summed)} points, "
                "the difference",
            )
        )
    else:
        session.say(Text("逐户清单：加 --out 文件.csv", "the list by subscriber: add --out FILE.csv"))


def _show(session: Session, month: Month, found: Explanation) -> None:
    first, second = found.calibres
    rates = [rate or Fraction(0) for rate in found.rates]
    session.say(
        Text(
            f"{month} 两个口径之差{f'（节点 {found.node_code}）' if found.node_code else ''}",
            f"{month}: why two calibres differ{f' (node {found.node_code})' if found.node_code else ''}",
        )
    )
    for mark, calibre, rate in (("A", first, found.rates[0]), ("B", second, found.rates[1])):
        session.say(
            Text(
                f"  {mark} {calibre.name.zh} {show(rate)}  {calibre.id}",
                f"  {mark} {calibre.name.en} {show(rate)}  {calibre.id}",
            )
        )
    parts = sorted(
        (p for p in found.parts if p.contribution), key=lambda p: (-abs(p.contribution), p.example)
    )
    alike = sum(p.rows for p in found.parts if not p.contribution)
    grid = Grid(title=session.text(Text("从 B 到 A", "from B to A")), title_justify="left")
    grid.add_column(session.text(Text("谁", "who")), overflow="fold")
    for heading in (Text("行数", "rows"), Text("例", "example")):
        grid.add_column(session.text(heading), justify="right")
    grid.add_column("A")
    grid.add_column("B")
    for heading in (Text("贡献（百分点）", "points"), Text("累计", "so far")):
        grid.add_column(session.text(heading), justify="right")
    grid.add_row("B", "", "", "", "", "", show(found.rates[1]))
    running = rates[1]
    for part in parts:
        running += part.contribution
        grid.add_row(
            session.text(part.words),
            f"{part.rows:,}",
            part.example,
            session.text(_counted(part, 0)),
            session.text(_counted(part, 1)),
            points(part.contribution),
            show(running),
        )
    grid.add_row(
        session.text(Text("对差额没有影响的", "no part in the difference")),
        f"{alike:,}",
        "",
        "",
        "",
        "0",
        show(running),
    )
    grid.add_section()
    grid.add_row("A", "", "", "", "", points(rates[0] - rates[1]), show(found.rates[0]))
    session.print(grid)


def _counted(part: Part, side: int) -> Text:
    """How a calibre counts the rows of a part; sums where a row is more than one."""
    numerator, denominator = part.numerators[side], part.denominators[side]
    if {numerator, denominator} <= {0, part.rows}:
        return COUNTS[bool(numerator), bool(denominator)]
    return Text(f"{numerator:,} ÷ {denominator:,}", f"{numerator:,} ÷ {denominator:,}")


def _plain(found: Explanation) -> dict[str, object]:
    rates = [rate or Fraction(0) for rate in found.rates]
    return {
        "calibres": [calibre.id for calibre in found.calibres],
        "node": found.node_code,
        "rates": [rate_plain(rate) for rate in found.rates],
        "difference": float(rates[0] - rates[1]),
        "difference_exact": str(rates[0] - rates[1]),
        "parts": [
            {
                "words": part.words,
                "state": part.state,
                "rows": part.rows,
                "example": part.example,
                "numerators": part.numerators,
                "denominators": part.denominators,
                "contribution": float(part.contribution),
                "contribution_exact": str(part.contribution),
            }
            for part in found.parts
        ],
    }
