"""Whether a column's values can fill one of ours, and the mapping's entry that does it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Column
from weixi.flow.extract.form import form_of
from weixi.flow.extract.mapping import Unit, units_of
from weixi.flow.extract.suggest.profile import NUMBER, Profile
from weixi.flow.extract.suggest.words import meaning_of, unit_of, words
from weixi.kernel.language import Text

DATE_FORMS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
MONTH_FORMS = ("%Y%m", "%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", *DATE_FORMS)
_CLOCK = "[ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9])?([.][0-9]+)?$"
_WHOLE = r"^[+-]?[0-9]{1,3}(,[0-9]{3})*([.]0+)?$|^[+-]?[0-9]{1,18}([.]0+)?$"
_MOST_NEGATIVE = 0.02
_MOSTLY = 0.5
_MONTHS_MOST = 1200


@dataclass(frozen=True, slots=True)
class Fit:
    """How well values fill a column (0: not at all), the mapping's entry, what it rests on, and what is left open."""

    score: float
    spec: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Text, ...] = ()
    open: tuple[Text, ...] = ()


def fit(profile: Profile, target: Column, *, is_in_yuan: bool = False) -> Fit:
    """The values of the profile as the column `target`; `is_in_yuan`: other money of the file is in yuan."""
    if not len(profile.filled):
        return Fit(0.0, evidence=(Text("整列为空", "the whole column is empty"),))
    if units_of(target.name):
        return _amount(profile, target, is_in_yuan=is_in_yuan)
    if target.values is not None:
        return _codes(profile, target)
    match target.type:
        case ColumnType.BOOLEAN:
            return _flag(profile)
        case ColumnType.DATE:
            return _date(profile)
        case ColumnType.BIGINT | ColumnType.INTEGER:
            return _whole(profile, target)
    return _text(profile, target)


def months_ago(profile: Profile, anchor: str) -> Fit:
    """The values as whole months since joining."""
    nulls = profile.strangers(_WHOLE)
    numbers = profile.numbers(nulls or ())
    if nulls is None or not len(numbers):
        return Fit(0.0, evidence=(Text("不是整月数", "no whole months"),))
    low, high = pc.min(numbers).as_py(), pc.max(numbers).as_py()
    if low < 0 or high > _MONTHS_MOST:
        return Fit(0.0, evidence=(Text(f"{low:g}～{high:g} 不像月数", f"{low:g} to {high:g} are no months"),))
    said = Text(
        f"整数 {low:g}～{high:g}，按月数倒推入网月", f"whole, {low:g} to {high:g}: months back to joining"
    )
    return Fit(0.9, {**_from(profile, nulls), "months_before": anchor}, (said,))


def month_form(profile: Profile) -> str | None:
    """The form in which the values are months, if all of them are."""
    for form in MONTH_FORMS:
        if profile.empty == 0 and profile.share(f"^{form_of(form, month=True).pattern}$") == 1:
            return form
    return None


def _from(profile: Profile, nulls: Iterable[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {"from": profile.name}
    words_for_empty = sorted(nulls)
    return {**found, "nulls": words_for_empty} if words_for_empty else found


def _many_words(profile: Profile, pattern: str, zh: str, en: str) -> Fit:
    share = profile.share(pattern)
    return Fit(0.0, evidence=(Text(f"只有 {share:.0%} 的值{zh}", f"only {share:.0%} of the values {en}"),))


def _amount(profile: Profile, target: Column, *, is_in_yuan: bool) -> Fit:
    nulls = profile.strangers(NUMBER)
    numbers = profile.numbers(nulls or ())
    if nulls is None or not len(numbers):
        return _many_words(profile, NUMBER, "是数字", "are numbers")
    low, high = pc.min(numbers).as_py(), pc.max(numbers).as_py()
    middle = pc.quantile(numbers, 0.5)[0].as_py()
    evidence = [
        Text(f"数字 {low:g}～{high:g}，中位 {middle:g}", f"numbers {low:g} to {high:g}, median {middle:g}")
    ]
    if nulls:
        said = "、".join(nulls)
        evidence.append(Text(f"“{said}”按空值", f"“{said}” taken as empty"))
    units = units_of(target.name)
    unit = unit_of(profile.header, units)
    score = 1.0
    if unit is not None:
        evidence.append(Text(f"列名写明单位 {unit.value}", f"the name says {unit.value}"))
    else:
        unit, why, score = _guess_unit(
            units, middle, has_fraction=has_fraction(profile), is_in_yuan=is_in_yuan
        )
        evidence.append(why)
    spec: dict[str, Any] = {**_from(profile, nulls), "unit": unit.value}
    negative = int(pc.sum(pc.less(numbers, 0)).as_py() or 0)
    if target.minimum == 0 and negative:
        if negative > _MOST_NEGATIVE * len(numbers) or '"' in profile.name:
            return Fit(0.0, evidence=(Text(f"{negative} 个负数", f"{negative} negative values"),))
        quoted = f'"{profile.name}"'
        empty = ", ".join("'" + word.replace("'", "''") + "'" for word in nulls)
        others = f" OR {quoted} IN ({empty})" if nulls else ""
        spec = {
            "expression": f"CASE WHEN starts_with({quoted}, '-'){others} THEN NULL ELSE {quoted} END",
            "unit": unit.value,
        }
        evidence.append(Text(f"{negative} 个负数按空值", f"{negative} negative values taken as empty"))
        score *= 0.95
    return Fit(score, spec, tuple(evidence))


def _guess_unit(
    units: Mapping[Unit, int], middle: float, *, has_fraction: bool, is_in_yuan: bool
) -> tuple[Unit, Text, float]:
    """The unit by magnitude: a month's bill is some tens of yuan, a month's calls some hundreds of minutes."""
    if Unit.YUAN in units:
        if not has_fraction and is_in_yuan:
            return Unit.YUAN, Text("同表其他金额按元", "the file's other money is in yuan"), 0.85
        if not has_fraction and middle >= 1000:
            return Unit.FEN, Text("全是整数且中位上千，按分", "whole and in thousands: taken as fen"), 0.7
        if has_fraction:
            return Unit.YUAN, Text("有小数，按元", "with decimals: taken as yuan"), 0.95
        return Unit.YUAN, Text("按元（列名未写单位）", "taken as yuan (the name says no unit)"), 0.85
    if Unit.MINUTES in units:
        if middle >= 3000:
            return Unit.SECONDS, Text("中位上千，按秒", "in thousands: taken as seconds"), 0.7
        return Unit.MINUTES, Text("按分钟（列名未写单位）", "taken as minutes (the name says no unit)"), 0.8
    if middle >= 200_000:
        return Unit.KB, Text("中位数十万以上，按 KB", "hundreds of thousands: taken as KB"), 0.7
    if middle >= 60:
        return Unit.MB, Text("按 MB（列名未写单位）", "taken as MB (the name says no unit)"), 0.7
    return Unit.GB, Text("中位不足 60，按 GB", "below 60: taken as GB"), 0.65


def _whole(profile: Profile, target: Column) -> Fit:
    nulls = profile.strangers(NUMBER)
    numbers = profile.numbers(nulls or ())
    if nulls is None or not len(numbers):
        return _many_words(profile, NUMBER, "是数字", "are numbers")
    if profile.share(_WHOLE, nulls) < 1:
        return Fit(
            0.0, evidence=(Text("有小数，账册此列要整数", "decimals, and the book counts whole ones"),)
        )
    low, high = pc.min(numbers).as_py(), pc.max(numbers).as_py()
    if target.minimum is not None and low < target.minimum:
        return Fit(0.0, evidence=(Text(f"最小 {low:g}，低于下限", f"least {low:g} is below the minimum"),))
    return Fit(0.95, _from(profile, nulls), (Text(f"整数 {low:g}～{high:g}", f"whole, {low:g} to {high:g}"),))


def _date(profile: Profile) -> Fit:
    for form in DATE_FORMS:
        pattern = form_of(form).pattern
        nulls = profile.strangers(f"^{pattern}$")
        if nulls is not None and profile.share(f"^{pattern}$", nulls) == 1:
            return Fit(1.0, {**_from(profile, nulls), "format": form}, (_as_date(form, nulls),))
        nulls = profile.strangers(f"^{pattern}{_CLOCK}")
        if nulls is not None and profile.share(f"^{pattern}{_CLOCK}", nulls) == 1 and '"' not in profile.name:
            width = 8 if form == "%Y%m%d" else 10
            text = f'left("{profile.name}", {width})'
            return Fit(0.95, {"expression": text, "format": form}, (_as_date(f"{form} %H:%M:%S", nulls),))
    month = next(
        (form for form in MONTH_FORMS[:2] if profile.share(f"^{form_of(form, month=True).pattern}$") == 1), ""
    )
    if month and '"' not in profile.name:
        tail = "01" if month == "%Y%m" else "-01"
        text = f"concat(\"{profile.name}\", '{tail}')"
        said = Text("只到月份，取当月 1 日", "months only: the first day stands for each")
        return Fit(0.8, {"expression": text, "format": "%Y%m%d" if month == "%Y%m" else "%Y-%m-%d"}, (said,))
    example = next(iter(profile.counts))
    return Fit(0.0, evidence=(Text(f"“{example}”不是认得的日期", f"“{example}” is no date that is known"),))


def _as_date(form: str, nulls: Iterable[str]) -> Text:
    empty = "、".join(nulls)
    more = (f"，“{empty}”按空值", f", “{empty}” taken as empty") if empty else ("", "")
    return Text(f"日期格式 {form}{more[0]}", f"dates as {form}{more[1]}")


def has_fraction(profile: Profile) -> bool:
    """Whether some value has decimals that are not zero."""
    return profile.share(r"[.][0-9]*[1-9]") > 0


def says_yuan(profile: Profile, target: Column) -> bool:
    """Whether a column that may be the money `target` is in yuan by its name or its decimals."""
    units = units_of(target.name)
    if Unit.YUAN not in units or profile.share(NUMBER) < _MOSTLY:
        return False
    return unit_of(profile.header, units) is Unit.YUAN or has_fraction(profile)


def flag_codes(profile: Profile) -> dict[str, bool] | None:
    """The values as yes and no; None where they are not both known."""
    table = words()["flag"]
    if not 0 < profile.distinct <= 4:
        return None
    found = {value: meaning_of(value, table) for value in profile.counts}
    return None if None in found.values() else {value: said == "yes" for value, said in found.items()}


def _flag(profile: Profile) -> Fit:
    codes = flag_codes(profile)
    if codes is None:
        return Fit(0.0, evidence=(Text("不是是/否两种值", "not two values, yes and no"),))
    yes = sum(profile.counts[value] for value, is_yes in codes.items() if is_yes)
    return Fit(
        0.95,
        {"from": profile.name, "codes": codes},
        (Text(f"是/否两种值，是 {yes:,} 行", f"yes and no, yes in {yes:,} rows"),),
    )


def _codes(profile: Profile, target: Column) -> Fit:
    listing = "、".join(f"{value} {count:,}" for value, count in list(profile.counts.items())[:8])
    if not profile.is_few:
        return Fit(
            0.0, evidence=(Text(f"{profile.distinct:,} 种值，不像代码", f"{profile.distinct:,} values"),)
        )
    table = words()["code"].get(target.name, {})
    own = {str(code): [str(code)] for code in target.values or ()}
    found = {v: meaning_of(v, table) or meaning_of(v, own) for v in profile.counts}
    codes = {value: code for value, code in found.items() if code is not None}
    unknown = [value for value, code in found.items() if code is None]
    evidence = (Text(f"代码：{listing}", f"codes: {listing}"),)
    if not codes:
        return Fit(
            0.0,
            evidence=evidence,
            open=(
                Text(
                    f"“{profile.name}”像 {target.name}，但代码含义不明：{listing}；请补代码表",
                    f"“{profile.name}” looks like {target.name}, but what its codes mean is not known: {listing}",
                ),
            ),
        )
    if not unknown:
        return Fit(1.0, {"from": profile.name, "codes": codes}, evidence)
    rows = sum(profile.counts[value] for value in unknown)
    said = "、".join(unknown)
    open_ = Text(
        f"“{profile.name}”有不认识的代码 {said}（{rows:,} 行）：不补代码表，这些行会被"
        f"{'隔离' if target.required else '当作空值'}",
        f"“{profile.name}” has unknown codes {said} ({rows:,} rows), which will be "
        f"{'quarantined' if target.required else 'taken as empty'} unless they are added",
    )
    spec: dict[str, Any] = {"from": profile.name, "codes": codes}
    if not target.required:
        spec["nulls"] = unknown
    return Fit(0.7, spec, evidence, (open_,))


def _text(profile: Profile, target: Column) -> Fit:
    if target.name == "msisdn":
        if profile.is_masked:
            return Fit(
                0.0, evidence=(Text("号码已打码，不能拨打，不入账册", "masked numbers cannot be called"),)
            )
        if profile.share(r"^[0-9+ -]{5,20}$") < 0.99:
            return Fit(0.0, evidence=(Text("不像号码", "no numbers"),))
    nulls = profile.empty_words if target.name != "name" else []
    said = Text(f"{profile.distinct:,} 种值", f"{profile.distinct:,} values")
    return Fit(0.9, _from(profile, nulls), (said,))
