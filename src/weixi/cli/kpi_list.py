"""Lists behind a figure on the screen and in a file; `weixi kpi --misses` and `--near`."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.markup import escape
from rich.table import Table as Grid

from weixi.cli.kpi_month import rate_plain
from weixi.cli.session import Session
from weixi.flow.assessment import (
    KPI_NAMES,
    REASONS,
    SCORECARD,
    Calibre,
    Listing,
    Misses,
    Near,
    NodeGap,
    exact,
    find_calibre,
    find_kpi,
    list_misses,
    list_near,
    official_rate,
    show,
)
from weixi.flow.decision import harmless
from weixi.flow.run import open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.ids import mask_number
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Light, OrgLevel

SHOWN = 20
LIGHTS = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", Light.NONE: "dim"}


def with_warnings(listing: Listing) -> Listing:
    """The list with the warnings' codes (`kind`) in words, where the shipped plan knows them."""
    if "kind" not in listing.headings:
        return listing
    names = {rule.code: rule.text for rule in open_playbook().warnings}
    return replace(listing, words={**listing.words, "kind": names})


def listing_rows(session: Session, listing: Listing) -> Iterator[list[str]]:
    """The rows of a list as people read them: words for codes, money in yuan, numbers masked."""
    for batch in listing.table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield [_cell(session, listing, name, row[name]) for name in listing.headings]


def _cell(session: Session, listing: Listing, name: str, value: object) -> str:
    if value is None:
        return ""
    words = listing.words.get(name)
    if words is not None:
        code = str(value).lower() if isinstance(value, bool) else str(value)
        return session.text(words[code]) if code in words else code
    if name.endswith("_fen") and isinstance(value, int):
        sign, (whole, cents) = "-" if value < 0 else "", divmod(abs(value), 100)
        return f"{sign}{whole}.{cents:02d}"
    return mask_number(str(value)) if name == "msisdn" else str(value)


def write_listing(session: Session, listing: Listing, out: Path) -> int:
    """Write the whole list as CSV that spreadsheets open; how many rows. Raises UsageError where it cannot."""
    try:
        with out.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([session.text(text) for text in listing.headings.values()])
            for row in listing_rows(session, with_warnings(listing)):
                writer.writerow([harmless(cell) for cell in row])
    except OSError as fault:
        raise UsageError(
            "kpi.out",
            Text(f"写不了文件：{fault.strerror}", f"the file cannot be written: {fault.strerror}"),
            Text("换一个目录或文件名", "choose another folder or name"),
            where=str(out),
        ) from fault
    return len(listing)


def say_written(session: Session, out: Path, rows: int) -> None:
    """Say what a file holds."""
    session.say(
        Text(f"已写入 {out}：{rows:,} 行（号码已脱敏）", f"wrote {out}: {rows:,} rows (numbers masked)")
    )


def show_listing(session: Session, listing: Listing, title: Text, limit: int = SHOWN) -> None:
    """The first rows of a list; how many more there are is said."""
    grid = Grid(title=session.text(title), title_justify="left")
    names = [name for name in listing.headings if name != "node_code"]
    first = listing.table.slice(0, limit).select(["row_id", "subscriber_id"]).to_pylist()
    if all(row["row_id"] == str(row["subscriber_id"]) for row in first):
        names.remove("row_id")
    for name in names:
        grid.add_column(session.text(listing.headings[name]))
    places = [list(listing.headings).index(name) for name in names]
    shown = with_warnings(replace(listing, table=listing.table.slice(0, limit)))
    for row in listing_rows(session, shown):
        grid.add_row(*(escape(row[place]) for place in places))
    session.print(grid)
    if len(listing) > limit:
        more = len(listing) - limit
        session.say(Text(f"还有 {more:,} 行：加 --out 文件.csv", f"{more:,} more rows: add --out FILE.csv"))


def assessed_calibre(session: Session, month: Month, kpi: str) -> Calibre:
    """The calibre that the month's scorecard assesses the KPI in, else the default one."""
    card = session.store().current(SCORECARD, month=month.number)
    if card is not None:
        rows = session.store().rows(
            "SELECT DISTINCT calibre FROM card WHERE kpi = $kpi",
            inputs={"card": card},
            parameters={"kpi": kpi},
        )
        if rows:
            return find_calibre(rows[0]["calibre"])
    return find_calibre("", kpi)


def show_misses(
    session: Session, month: Month, name: str, node_code: str, out: Path | None, as_json: bool
) -> None:
    """The misses of an assessed KPI, or of any calibre named: by reason and county, then one by one."""
    calibre = find_calibre(name) if "." in name else assessed_calibre(session, month, find_kpi(name))
    found = list_misses(session.store(), month, calibre, node_code)
    rows = write_listing(session, found.listing, out) if out is not None else 0
    if as_json:
        session.json(
            {
                "month": month,
                "calibre": calibre.id,
                "node": node_code,
                "by_reason": found.by_reason,
                "by_county": [
                    {"county": county, "reason": reason, "rows": count}
                    for (county, reason), count in found.by_county.items()
                ],
                "rows": len(found.listing),
                "file": out,
            }
        )
        return
    session.say(
        Text(
            f"{month} {calibre.name.zh}：{len(found.listing):,} 户（项）未达。分子：{calibre.numerator_text.zh}；"
            f"分母：{calibre.denominator_text.zh}",
            f"{month} {calibre.name.en}: {len(found.listing):,} misses. Numerator: {calibre.numerator_text.en}; "
            f"denominator: {calibre.denominator_text.en}",
        )
    )
    _show_reasons(session, found)
    if out is not None:
        say_written(session, out, rows)
    elif len(found.listing):
        show_listing(session, found.listing, Text("清单", "the list"))


def _show_reasons(session: Session, found: Misses) -> None:
    counties = sorted({county for county, _ in found.by_county})
    grid = Grid()
    grid.add_column(session.text(Text("原因", "reason")))
    for county in counties:
        grid.add_column(escape(county) or "—", justify="right")
    grid.add_column(session.text(Text("合计", "sum")), justify="right")
    for reason, total in found.by_reason.items():
        cells = [f"{found.by_county.get((county, reason), 0):,}" for county in counties]
        grid.add_row(session.text(REASONS[reason]) if reason in REASONS else reason, *cells, f"{total:,}")
    session.print(grid)


def show_near(
    session: Session,
    month: Month,
    name: str | None,
    level: OrgLevel,
    node_code: str,
    within: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """The edge cases of one KPI, or of every assessed one. A file takes one KPI."""
    share = official_rate(within)
    if share >= 1:
        raise UsageError(
            "near.within",
            Text(f"--within {within} 太宽", f"--within {within} is too wide"),
            Text("写 5% 这样小于 100% 的比例", "write a share below 100 %, such as 5%"),
        )
    if name is None and out is not None:
        raise UsageError(
            "near.one",
            Text("写文件时要指明指标", "a file takes one KPI"),
            Text("如 --near 动态保有率 --out 文件.csv", "for example --near retention --out FILE.csv"),
        )
    card = session.store().current(SCORECARD, month=month.number)
    assessed = (
        [str(said["kpi"]) for said in card.manifest.note["targets"]] if card is not None else list(KPI_NAMES)
    )
    kpis = assessed if name is None else [find_kpi(name)]
    found = [list_near(session.store(), month, kpi, level, node_code, share) for kpi in kpis]
    if as_json:
        session.json([_near_plain(month, each) for each in found])
    if out is not None:
        rows = write_listing(session, found[0].listing, out)
        if not as_json:
            say_written(session, out, rows)
    if as_json:
        return
    for each in found:
        _show_near(session, month, each, share_text=show(share, 0))


def _show_near(session: Session, month: Month, near: Near, share_text: str) -> None:
    say = session.text
    kpi = KPI_NAMES[near.calibre.kpi]
    title = Text(f"临界户 {month} {kpi.zh}（±{share_text}）", f"edge cases {month}, {kpi.en} (±{share_text})")
    grid = Grid(title=say(title), title_justify="left")
    for heading in (
        Text("节点", "node"),
        Text("值", "value"),
        Text("目标", "target"),
        Text("灯", "light"),
        Text("还差", "needed"),
        Text("可争取", "within reach"),
        Text("有风险", "at risk"),
    ):
        grid.add_column(say(heading), justify="left" if heading.en == "node" else "right")
    for node in near.nodes:
        rate = show(exact(node.numerator / node.denominator)) if node.denominator else "—"
        style = LIGHTS[node.light]
        grid.add_row(
            escape(node.name),
            rate,
            show(exact(node.target_rate)),
            f"[{style}]{escape(say(node.light.text))}[/{style}]",
            say(_needed(node, near.direction)),
            f"{node.short_count:,}",
            f"{node.risk_count:,}",
        )
    session.print(grid)
    if len(near.listing):
        show_listing(session, near.listing, Text("名单", "who"))


def _needed(node: NodeGap, direction: str) -> Text:
    """差37户达100%, or for a ceiling how many too many, or how many may still leave."""
    target = show(exact(node.target_rate))
    if not node.denominator:
        return Text("—", "—")
    if node.gap_count and direction == "AT_LEAST":
        return Text(f"差 {node.gap_count:,} 户达 {target}", f"{node.gap_count:,} more reach {target}")
    if node.gap_count:
        return Text(f"已超 {node.gap_count:,} 户", f"{node.gap_count:,} too many")
    if direction == "AT_MOST":
        return Text(f"还可离网 {node.room:,} 户", f"{node.room:,} more may leave")
    return Text("已达标", "met")


def _near_plain(month: Month, near: Near) -> dict[str, object]:
    return {
        "month": month,
        "calibre": near.calibre.id,
        "nodes": [
            {
                "node": node.node_code,
                "name": node.name,
                "numerator": node.numerator,
                "denominator": node.denominator,
                "rate": rate_plain(exact(node.numerator / node.denominator)) if node.denominator else None,
                "target_rate": node.target_rate,
                "needed": node.gap_count,
                "room": node.room,
                "within_reach": node.short_count,
                "at_risk": node.risk_count,
                "light": node.light,
            }
            for node in near.nodes
        ],
        "rows": len(near.listing),
    }
