"""The list of those likely to leave as a workbook: cut and masked as the page is, and noted in the audit."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.timezone import localtime

from weixi.desk.audit.operations import record
from weixi.desk.evidence.queries.warnings import CutList, cut_list, lines_of
from weixi.desk.org.models import User
from weixi.desk.scorecard.operations.columns import Say
from weixi.desk.scorecard.operations.workbook import Sheet, workbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

MOST_LINES = 5_000
"""Lines of one export, the likeliest to leave; what lies beyond is said on it."""

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Export:
    """One workbook: what the file is called, and what is in it."""

    name: str
    content: bytes
    rows: int


def export(
    *,
    month: str,
    level: str,
    place: str,
    territory: tuple[str, ...],
    actor: User,
    say: Say,
    now: datetime,
) -> Export:
    """The workbook of what the page shows, in its language; the audit has how many lines left.

    Raises UsageError where nothing was scored, and as the page does.
    """
    found = cut_list(territory, month=month, level=level, place=place)
    if found is None:
        raise UsageError(
            "evidence.not_scored",
            Text("还没有离网评分", "nothing was scored yet"),
            Text("由方案策划先运行月度", "a planner runs the month first"),
        )
    sheet = _sheet(found, say, f"{actor.shown_name}（{actor.username}）{localtime(now):%Y-%m-%d %H:%M}")
    content = workbook([sheet])
    record(
        actor_id=actor.id,
        act="evidence.export",
        subject="warnings",
        detail={
            "month": str(found.sealed.month),
            "level": found.level.value if found.level is not None else level,
            "place_code": found.place,
            "rows": len(sheet.rows),
        },
        now=now,
        path=territory[0] if territory else "",
    )
    return Export(
        f"{say(Text('离网预警', 'risk-of-leaving'))}-{found.sealed.month}.xlsx", content, len(sheet.rows)
    )


def _sheet(found: CutList, say: Say, by: str) -> Sheet:
    month, total = found.sealed.month, found.chosen.num_rows
    notes = [
        say(
            Text(
                f"{month} 月末的评分，封存 {found.sealed.partition.manifest.seal or ''}"[:60],
                f"scores of {month}",
            )
        ),
        say(Text("号码已脱敏", "numbers are masked")),
        say(Text(f"导出：{by}", f"exported by {by}")),
    ]
    if total > MOST_LINES:
        notes.append(
            say(
                Text(
                    f"共 {total:,} 户，一次最多导出最可能离网的 {MOST_LINES:,} 户：请按等级或单位分别导出",
                    f"{total:,} lines; one export holds the {MOST_LINES:,} likeliest: export by level or unit",
                )
            )
        )
    headings = (
        Text("用户", "line"),
        Text("号码", "number"),
        Text("等级", "level"),
        Text("评分", "score"),
        Text("离网概率", "chance of leaving"),
        Text("理由一", "first reason"),
        Text("理由二", "second reason"),
        Text("理由三", "third reason"),
        Text("事件", "event"),
        Text("事件日期", "day of the event"),
        Text("维护单元", "care unit"),
    )
    return Sheet(
        say(Text("名单", "list")),
        say(Text(f"离网预警 {month}", f"risk of leaving {month}")),
        tuple(notes),
        tuple(say(text) for text in headings),
        [
            (
                str(line.subscriber_id),
                line.number,
                say(line.level.text),
                line.score,
                Fraction(round(line.probability * PPM), PPM),
                *[say(reason) for reason in line.reasons],
                *[""] * (3 - len(line.reasons)),
                "" if line.raised is None else say(line.raised.event_type.text),
                "" if line.raised is None else str(line.raised.event_date),
                line.unit,
            )
            for line in lines_of(found, found.chosen.slice(0, MOST_LINES))
        ],
    )
