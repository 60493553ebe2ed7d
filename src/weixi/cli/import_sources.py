"""What `weixi import` says of its sources: totals by record, the label, joined sheets, columns that are left out."""

from collections.abc import Sequence

from weixi.flow import book, extract
from weixi.kernel.language import Text

COUNTS = ("input", "accepted", "quarantined", "duplicates")


def totals_of(one: extract.Extract, results: Sequence[book.FeedResult]) -> book.Totals:
    """The totals of one extract, each record counted once."""
    repeated = [name for name, feed in one.mapping.feeds.items() if feed.fixed]
    return book.in_all(results, repeated)


def left_out_of(extracts: Sequence[extract.Extract]) -> dict[str, Text]:
    """The operator's columns that are kept out on purpose, with the reason."""
    return {
        name: why
        for one in extracts
        for feed in one.mapping.feeds.values()
        for name, why in feed.left_out.items()
    }


def source_remarks(
    extracts: Sequence[extract.Extract], taken: Sequence[Sequence[book.FeedResult]]
) -> list[Text]:
    """One line for the label, for each joined sheet, and for the columns left out."""
    lines = []
    for one, results in zip(extracts, taken, strict=True):
        label = totals_of(one, results).label
        if label is not None:
            lines.append(label_line(label))
        joins = dict.fromkeys(join for result in results for join in result.joins)
        lines += [_join_line(join) for join in joins]
    for why in dict.fromkeys(left_out_of(extracts).values()):
        names = [name for name, said in left_out_of(extracts).items() if said == why]
        lines.append(
            Text(f"不入账册：{'、'.join(names)}（{why.zh}）", f"kept out: {', '.join(names)} ({why.en})")
        )
    return lines


def label_line(label: extract.LabelCount) -> Text:
    """The label and its accepted records by value."""
    zh = "、".join(
        f"{_value(v)} {n:,}{'（离网）' if v in label.gone else ''}" for v, n in label.counts.items()
    )
    en = ", ".join(
        f"{_value(v)} {n:,}{' (gone)' if v in label.gone else ''}" for v, n in label.counts.items()
    )
    return Text(f"离网标识“{label.column}”：{zh}", f"label “{label.column}”: {en}")


def _value(value: str) -> str:
    return value or "∅"


def _join_line(join: extract.JoinCount) -> Text:
    zh = [f"{join.records:,} 条，{join.joined:,} 条接上"]
    en = [f"{join.records:,} records, {join.joined:,} joined"]
    for count, said_zh, said_en in (
        (join.lacking, "主表有而此表没有", "not found in it"),
        (join.unmatched, "此表有而主表没有（已隔离）", "without a row to join (quarantined)"),
        (join.duplicates, "主键重复（已隔离）", "with a key seen before (quarantined)"),
    ):
        if count:
            zh.append(f"{said_zh} {count:,}")
            en.append(f"{said_en} {count:,}")
    return Text(f"连接 {join.files}：{'；'.join(zh)}", f"joined {join.files}: {'; '.join(en)}")
