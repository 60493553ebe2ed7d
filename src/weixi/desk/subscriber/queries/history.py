"""A customer's last twelve months: bills, use and labels."""

from dataclasses import dataclass

from weixi.desk.base.book import latest_month, playbook, store
from weixi.desk.subscriber.charts import Chart, bars
from weixi.desk.subscriber.labels import DIMENSION_TEXTS, label_text
from weixi.desk.subscriber.queries.rows import own_rows
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import DIMENSIONS, LABEL, Decided, decided_by
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.period import Month

MONTHS = 12
_USE = ("month", "bill_fen", "voice_seconds", "data_kb", "service_status", "balance_fen")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One month's five labels in words, in the order of the dimensions, each with whether it was another before."""

    month: Month
    values: tuple[tuple[Text, bool], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The rule that decided one label, in words; `figures` are those that a grade was decided by."""

    dimension: str
    name: Text
    text: Text
    when: str
    at: str
    figures: Text | None


@dataclass(frozen=True, slots=True)
class History:
    """The charts, the labels by month (newest first), and which rule decided each label of the last month."""

    charts: tuple[Chart, ...]
    dimensions: tuple[Text, ...]
    labels: tuple[LabelRow, ...]
    decided: tuple[Why, ...]


def history_of(subscriber_id: int) -> History:
    """What the last twelve months say of the line."""
    month = latest_month(ASSIGNMENT)
    if month is None:
        return History((), (), (), ())
    since, until = month.plus(1 - MONTHS).number, month.number
    books = [p for p in store().partitions(SUBSCRIBER_MONTH) if since <= int(p.key["month"]) <= until]
    rows = {row["month"]: row for row in own_rows(books, subscriber_id, _USE)}
    currency = origin_of(books[-1]).currency if books else ""
    months = [m for m in month.back(MONTHS) if any(int(p.key["month"]) == m.number for p in books)]

    def chart(code: str, title: Text, column: str, unit: int, words: str) -> Chart | None:
        sizes = [(m, rows[m.number][column] if m.number in rows else None) for m in months]
        said = [
            (m, size, show(size, currency) if code == "bill" else f"{size / unit:,.1f} {words}")
            if size is not None
            else (m, None, "–")
            for m, size in sizes
        ]
        return bars(code, title, said)

    charts = (
        chart("bill", Text("账单", "bill"), "bill_fen", 100, ""),
        chart("data", Text("流量", "data"), "data_kb", 1024 * 1024, "GB"),
        chart("voice", Text("通话", "voice"), "voice_seconds", 60, "min"),
    )
    return History(
        tuple(one for one in charts if one is not None),
        tuple(DIMENSION_TEXTS[name] for name in DIMENSIONS),
        _labels(subscriber_id, since, until),
        tuple(_why(d, currency) for d in decided_by(store(), playbook(), month, subscriber_id)),
    )


def _why(decided: Decided, currency: str) -> Why:
    figures = None
    if decided.revenue_fen is not None and decided.cut_fen is not None:
        own, cut = show(decided.revenue_fen, currency), show(decided.cut_fen, currency)
        figures = Text(
            f"近十二个月收入 {own}；本单元贡献大部分收入的客户在 {cut} 以上",
            f"twelve months' revenue {own}; the larger part of the unit's revenue comes from {cut} upwards",
        )
    return Why(
        decided.dimension, DIMENSION_TEXTS[decided.dimension], decided.text, decided.when, decided.at, figures
    )


def _labels(subscriber_id: int, since: int, until: int) -> tuple[LabelRow, ...]:
    found = []
    plan = playbook()
    before: dict[str, str] = {}
    parts = [p for p in store().partitions(LABEL) if since <= int(p.key["month"]) <= until]
    for partition in parts:
        for row in own_rows([partition], subscriber_id, DIMENSIONS):
            values = tuple(
                (label_text(name, row[name], plan), name in before and before[name] != row[name])
                for name in DIMENSIONS
            )
            found.append(LabelRow(Month.from_number(int(partition.key["month"])), values))
            before = row
    return tuple(reversed(found))
