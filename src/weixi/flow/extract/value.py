"""One operator's value as one of ours, in the restricted dialect: NULL where the text does not fit the column.

Numbers are read as decimals, never as floating point; a unit's fraction rounds half up (away from zero). At most
fifteen decimals are read, a sixteenth rounds. Thousands separators, full-width digits and a ¥ are read where the plain
form does not fit; a percentage is no figure of ours.
A date without format is any that begins with its year.
"""

from dataclasses import dataclass

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Column
from weixi.flow.extract.form import Form, form_of
from weixi.flow.extract.mapping import ColumnSource, Constant, Counted, units_of
from weixi.flow.extract.tables import Reason

_SHORT = "^[+-]?[0-9]{0,12}([.][0-9]{1,4})?$"
_LONG = "^[+-]?[0-9]{0,13}([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$"
_WHOLE = "^[+-]?[0-9]{1,18}$"
_DAY = "[12][0-9]{3}-[01][0-9]-[0-3][0-9]"
_CLOCK = _DAY + " [0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
_ZONE = "(Z|[+]08:?00|[+]00:?00)?"
_UTC = "(Z|[+]00:?00)$"
_FRACTION = "([.][0-9]+)?"
_MONTHS_MOST = 1200
YEARS = (1950, 2079)
"""The years that past dates, months and moments may have: 1900 and 2099 mean unknown in many a warehouse."""
_WIDE = "０１２３４５６７８９．，－＋￥¥"
_NARROW = "0123456789.,-+"
_GROUPED = "^[+-]?([0-9]{1,3}(,[0-9]{3}){1,3}|[0-9]{1,13})([.][0-9]{1,15})?$"
_COMMA = "^[+-]?([0-9]{1,3}([.][0-9]{3}){1,3}|[0-9]{0,13})(,[0-9]{1,15})?$"
_DATE_WIDE = "０１２３４５６７８９年月／．/.－日"
_DATE_NARROW = "0123456789-------"
_LOOSE_DAY = "[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}"
_DIGITS_DAY = "[12][0-9]{7}"


@dataclass(frozen=True, slots=True)
class ValueText:
    """The SQL of one value, NULL where it cannot be read, and the reason that this gives."""

    sql: str
    reason: Reason


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def constant_text(value: Constant, column: Column) -> str:
    """A constant as a literal of the column's type."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return f"CAST({value} AS {column.type})"
    return f"CAST({quoted(value)} AS DATE)" if column.type is ColumnType.DATE else quoted(value)


def value_text(source: ColumnSource, x: str, decimal: str = ".") -> ValueText:
    """The SQL that reads the text `x` as the canonical column of `source`; parameter: `$month_index`.

    `decimal` is the decimal mark, a point or a comma.
    """
    column = source.target
    if source.codes:
        cases = " ".join(
            f"WHEN {quoted(code)} THEN {constant_text(v, column)}" for code, v in source.codes.items()
        )
        return ValueText(f"CASE {x} {cases} END", Reason.CODE)
    if source.counted is not None:
        return ValueText(counted_text(source.counted, _whole(x, ColumnType.INTEGER, decimal)), Reason.NUMBER)
    if column.values is not None:
        words = ", ".join(quoted(word) for word in column.values)
        return ValueText(f"CASE WHEN {x} IN ({words}) THEN {x} END", Reason.CODE)
    match column.type:
        case ColumnType.VARCHAR:
            return ValueText(x, Reason.REQUIRED)
        case ColumnType.BOOLEAN:
            yes, no = "('true', 'TRUE', 'True')", "('false', 'FALSE', 'False')"
            return ValueText(f"CASE WHEN {x} IN {yes} THEN TRUE WHEN {x} IN {no} THEN FALSE END", Reason.FLAG)
        case ColumnType.DATE:
            return ValueText(_date(x, source.format), Reason.DATE)
        case ColumnType.TIMESTAMP:
            return ValueText(_moment(x, source.format), Reason.MOMENT)
    factor = units_of(column.name)[source.unit] if source.unit is not None else 1
    if units_of(column.name):
        return ValueText(_amount(x, factor, decimal), Reason.NUMBER)
    return ValueText(_whole(x, column.type, decimal), Reason.WHOLE_NUMBER)


def doubtful_year(source: ColumnSource) -> str:
    """The SQL of whether a date's year cannot be; '' for other columns. An end may lie as far ahead as it likes."""
    column = source.target
    if column.type is not ColumnType.DATE or source.value is not None:
        return ""
    early = f"{column.name} < CAST('{YEARS[0]}-01-01' AS DATE)"
    if column.name.endswith("_end_date"):
        return early
    return f"{early} OR {column.name} > CAST('{YEARS[1]}-12-31' AS DATE)"


def odd_year_text(x: str) -> str:
    """The SQL of whether a moment's text begins with such a year."""
    return f"regexp_matches({x}, '^(1[0-8]|19[0-4]|20[89]|2[1-9])[0-9]')"


def month_text(x: str, form: str) -> str:
    """The SQL that reads the text `x` in that format as the integer YYYYMM."""
    shape = form_of(form, month=True)
    if shape == form_of("%Y%m", month=True):
        return _parsed(x, shape.pattern, "INTEGER")
    joined = f"concat({shape.part('Y', x, '')}, {shape.part('m', x, '')})"
    return f"CASE WHEN {_matches(x, shape.pattern)} THEN {_parsed(joined, '[0-9]{6}', 'INTEGER')} END"


def _matches(x: str, pattern: str) -> str:
    return f"regexp_matches({x}, {quoted('^' + pattern + '$')})"


def _amount(x: str, factor: int, decimal: str) -> str:
    """A figure with decimals, times the factor, half up."""
    times = f"* CAST({factor} AS DECIMAL(7, 0))"
    exact = f"TRY_CAST(round(TRY_CAST({{0}} AS DECIMAL(28, 15)) {times}, 0) AS BIGINT)"
    pattern, loose = _loose(x, decimal)
    checked = f"CASE WHEN regexp_matches({loose}, '{_LONG}') THEN {exact.format(loose)} END"
    other = f"WHEN {x} IS NULL THEN NULL WHEN {pattern} THEN {checked} END"
    whole = (
        f"CASE WHEN regexp_matches({x}, '{_WHOLE}') THEN TRY_CAST({x} AS BIGINT)" if factor == 1 else "CASE"
    )
    if decimal == ",":
        return f"{whole} {other}"
    return (
        f"{whole} WHEN regexp_matches({x}, '{_SHORT}') "
        f"THEN TRY_CAST(round(TRY_CAST({x} AS DECIMAL(18, 4)) {times}, 0) AS BIGINT) "
        f"WHEN regexp_matches({x}, '{_LONG}') THEN {exact.format(x)} {other}"
    )


def _whole(x: str, kind: ColumnType, decimal: str) -> str:
    """A whole number; `12.0` is one, `12.5` is not."""
    pattern, loose = _loose(x, decimal)
    long = f"WHEN regexp_matches({x}, '{_LONG}') THEN {_exactly(x, kind)} " if decimal == "." else ""
    return (
        f"CASE WHEN regexp_matches({x}, '{_WHOLE}') THEN TRY_CAST({x} AS {kind}) {long}"
        f"WHEN {x} IS NULL THEN NULL WHEN {pattern} "
        f"THEN CASE WHEN regexp_matches({loose}, '{_LONG}') THEN {_exactly(loose, kind)} END END"
    )


def _exactly(number: str, kind: ColumnType) -> str:
    exact = f"TRY_CAST({number} AS DECIMAL(28, 15))"
    return f"CASE WHEN {exact} = round({exact}, 0) THEN TRY_CAST(round({exact}, 0) AS {kind}) END"


def _loose(x: str, decimal: str) -> tuple[str, str]:
    """Whether the text is a number as people write one, and the SQL of its plain form."""
    plain = f"translate({x}, '{_WIDE}', '{_NARROW}')"
    if decimal == ",":
        return f"regexp_matches({plain}, '{_COMMA}')", f"replace(replace({plain}, '.', ''), ',', '.')"
    return f"regexp_matches({plain}, '{_GROUPED}')", f"replace({plain}, ',', '')"


def _parsed(text: str, pattern: str, kind: str) -> str:
    """The text as a value of that type where its own form is plain: engines differ on any other."""
    return f"CASE WHEN {_matches(text, pattern)} THEN TRY_CAST({text} AS {kind}) END"


def _date(x: str, form: str | None) -> str:
    if form in (None, "%Y-%m-%d"):
        plain = f"WHEN {_matches(x, _DAY)} THEN TRY_CAST({x} AS DATE)"
        if form is not None:
            return f"CASE {plain} END"
        text = f"translate({x}, '{_DATE_WIDE}', '{_DATE_NARROW}')"
        day = f"split_part({text}, ' ', 1)"
        digits = f"concat(substr({day}, 1, 4), '-', substr({day}, 5, 2), '-', substr({day}, 7, 2))"
        clock = "( 0?0:00(:00(-0+)?)?)?"
        return (
            f"CASE {plain} WHEN {x} IS NULL THEN NULL "
            f"WHEN {_matches(text, _LOOSE_DAY + clock)} THEN {_parsed(_padded_day(day), _DAY, 'DATE')} "
            f"WHEN {_matches(text, _DIGITS_DAY + clock)} THEN {_parsed(digits, _DAY, 'DATE')} END"
        )
    shape = form_of(str(form))
    if shape == form_of("%Y-%m-%d"):
        return _parsed(x, shape.pattern, "DATE")
    return f"CASE WHEN {_matches(x, shape.pattern)} THEN {_parsed(_day(shape, x), _DAY, 'DATE')} END"


def _padded_day(text: str) -> str:
    """`2025-6-3` as `2025-06-03`."""
    month, day = (f"lpad(split_part({text}, '-', {part}), 2, '0')" for part in (2, 3))
    return f"concat(split_part({text}, '-', 1), '-', {month}, '-', {day})"


def _day(shape: Form, x: str) -> str:
    return f"concat({shape.part('Y', x, '')}, '-', {shape.part('m', x, '')}, '-', {shape.part('d', x, '')})"


def _moment(x: str, form: str | None) -> str:
    """A moment in UTC; without zone it is Asia/Shanghai, which is UTC+8 all year."""
    if form is None:
        shape = form_of("%Y-%m-%d %H:%M:%S", moment=True)
        pattern = shape.pattern.replace(" ", "[ T]") + _FRACTION
    else:
        shape = form_of(form, moment=True)
        pattern = shape.pattern
    hour, minute, second = (shape.part(directive, x, "00") for directive in "HMS")
    written = f"concat({_day(shape, x)}, ' ', {hour}, ':', {minute}, ':', {second})"
    clock = _parsed(written, _CLOCK, "TIMESTAMP")
    return (
        f"CASE WHEN {_matches(x, pattern + _ZONE)} THEN "
        f"CASE WHEN regexp_matches({x}, '{_UTC}') THEN {clock} ELSE {clock} - INTERVAL 8 HOUR END END"
    )


def counted_text(counted: Counted, count: str) -> str:
    """The SQL of the first day of the month that lies `count` (SQL of a whole number) months from the anchor."""
    anchor = "$month_index" if counted.month is None else str(counted.month.index)
    index = f"({anchor} {'+' if counted.onward else '-'} ({count}))"
    month = f"({index} % 12 + 1)"
    day = (
        f"concat(CAST({index} // 12 AS VARCHAR), CASE WHEN {month} < 10 THEN '-0' ELSE '-' END, "
        f"CAST({month} AS VARCHAR), '-01')"
    )
    return f"CASE WHEN ({count}) BETWEEN 0 AND {_MONTHS_MOST} THEN {_parsed(day, _DAY, 'DATE')} END"
