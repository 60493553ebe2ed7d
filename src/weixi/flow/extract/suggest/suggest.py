"""Suggesting a mapping for files that nobody has described: from their headers and values."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from weixi.flow.extract.suggest.churn import choose_label, tells_exits
from weixi.flow.extract.suggest.columns import match_columns
from weixi.flow.extract.suggest.key import choose_key
from weixi.flow.extract.suggest.period import choose_period
from weixi.flow.extract.suggest.plan import Plan
from weixi.flow.extract.suggest.profile import Profile
from weixi.flow.extract.suggest.sheets import Given, name_of, open_sheets, pattern_of
from weixi.flow.extract.suggest.suggestion import (
    LIKELY_FROM,
    Finding,
    KeyChoice,
    LabelChoice,
    Period,
    Role,
    Suggestion,
)
from weixi.flow.extract.suggest.words import has_han
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY
from weixi.kernel.period import Month

_FEW_MAPPED = 3


def suggest(paths: Sequence[Path], month: Month | None, assumed: Month) -> Suggestion:
    """The mapping that the files' headers and values give.

    `month` is the month that is asked for; `assumed` stands where neither it, nor a column, nor a file's name tells
    one. Raises UsageError where files have nothing in common, DataError where there is no row.
    """
    given = open_sheets(paths)
    base = given.base
    if not base.rows:
        raise DataError(
            "suggest.empty",
            Text("只有表头，没有数据行", "there is a header and no row"),
            Text("给出有数据的文件", "give a file with rows"),
            where=str(base.paths[0]),
        )
    period = choose_period(given.profiles, base.paths, month, assumed)
    key = choose_key(base, period.column)
    label = choose_label([profile for profile in given.profiles if profile.name not in key.columns])
    if label and period.only is not None and not tells_exits(given.profiles):
        period = replace(period, month=period.only, is_fixed=True)
    taken = [*key.columns, *([period.column] if period.column else []), *([label.column] if label else [])]
    taken += [name for _, beside in given.beside for name in beside.key]
    anchor = str(period.month) if period.month else "month"
    matched = match_columns(given.profiles, taken, label, anchor)
    currency, of_currency = _currency(given.profiles)
    plan = Plan(period, label, {f.target: f for f in matched.findings if f.role is Role.MAPPED and f.target})
    plan.lay_out()
    heads = _heads(given, key, period, label)
    undecided = [*of_currency, *_open(given, key, period, label, matched.findings), *matched.undecided]
    return Suggestion(
        name=name_of(base.paths),
        files=pattern_of(base.paths),
        source=", ".join(path.name for path in base.paths),
        rows=base.rows,
        faulty=base.faulty,
        repeated=base.table.num_rows - base.different,
        currency=currency,
        style={"encoding": base.style.codec, "delimiter": base.style.separator},
        key=key,
        period=period,
        label=label,
        findings=(*heads, *matched.findings),
        assumes=tuple(plan.assumes),
        undecided=tuple(undecided),
        beside=tuple(beside for _, beside in given.beside),
        sheet=base.sheet_named,
        columns=plan.columns,
        months=tuple(plan.months),
    )


def _heads(given: Given, key: KeyChoice, period: Period, label: LabelChoice | None) -> list[Finding]:
    """The findings of key, month and label."""
    found = [Finding(name, Role.KEY, key.score, key.why, "subscriber_key") for name in key.columns]
    if period.column:
        found.append(Finding(period.column, Role.MONTH, period.score, (period.why,)))
    if label:
        found.append(Finding(label.column, Role.LABEL, label.score, label.why))
    names = {one.column for one in found}
    joining = [(name, beside.files) for _, beside in given.beside for name in beside.key if name not in names]
    for name in dict.fromkeys(name for name, _ in joining):
        others = ", ".join(files for own, files in joining if own == name)
        found.append(Finding(name, Role.KEY, 0.9, (Text(f"连接 {others}", f"joins {others}"),)))
    return found


def _open(
    given: Given, key: KeyChoice, period: Period, label: LabelChoice | None, findings: Sequence[Finding]
) -> list[Text]:
    """What the planner must decide."""
    said: list[Text] = []
    repeated = given.base.table.num_rows - given.base.different
    if not key.columns:
        said.append(key.why[-1])
    if not key.columns and repeated:
        said.append(
            Text(
                f"{repeated:,} 行与前面某行完全相同；没有主键，看不出是重复还是不同的人，都会接收",
                f"{repeated:,} rows equal an earlier one; without a key they may be other people: all are accepted",
            )
        )
    if period.column is None and period.score < LIKELY_FROM:
        said.append(period.why)
    if label is None:
        said.append(Text("没有找到离网标识列", "no column that says who left was found"))
    elif period.column is not None:
        taken = "次月" if period.is_fixed else "本账期"
        taken_en = "the next" if period.is_fixed else "its own"
        said.append(
            Text(
                f"“{label.column}”说的是本账期离网还是次月离网，数据看不出，先按{taken}计",
                f"whether “{label.column}” is of the row's month or of the next is not said: {taken_en} is taken",
            )
        )
    if period.is_fixed:
        said.append(
            Text(
                f"映射只读 {period.month} 这一个账期；导入下月文件前改 [[subscriber.month]]",
                f"the mapping reads {period.month} alone: change [[subscriber.month]] for the file of the next month",
            )
        )
    mapped = [finding for finding in findings if finding.role is Role.MAPPED]
    said += [
        Text(
            f"“{finding.column}”作 {finding.target} 没有把握",
            f"“{finding.column}” as {finding.target}: unsure",
        )
        for finding in mapped
        if finding.score < LIKELY_FROM
    ]
    if len(mapped) < _FEW_MAPPED:
        said.append(
            Text(
                f"只认出 {len(mapped)} 列，这可能不是电信用户表",
                f"columns recognised: {len(mapped)}; this may be no table of subscribers",
            )
        )
    if any(finding.target in ("unit_code", "home_unit_code") for finding in mapped):
        said.append(
            Text(
                "单元编码要与组织架构一致；没有导入组织架构时，全部归到一个单元",
                "unit codes must be those of the organisation tree; without one, all belong to one unit",
            )
        )
    base = given.base
    if base.table.num_rows < base.rows:
        said.append(
            Text(
                f"只看了前 {base.table.num_rows:,} 行",
                f"judged by the first {base.table.num_rows:,} rows only",
            )
        )
    return said


def _currency(profiles: Sequence[Profile]) -> tuple[str, list[Text]]:
    """The currency, and what must be asked: dollars where values name the country, else the home currency."""
    if any("United States" in profile.counts for profile in profiles if profile.is_few):
        return "USD", []
    if any(has_han(profile.name) for profile in profiles) or any(
        has_han(value) for profile in profiles if profile.is_few for value in profile.counts
    ):
        return HOME_CURRENCY, []
    return HOME_CURRENCY, [
        Text(
            f"币种没有写明，按 {HOME_CURRENCY}；不是时改映射里的 currency",
            f"the currency is not named: {HOME_CURRENCY} is taken; if it is another, change `currency`",
        )
    ]
