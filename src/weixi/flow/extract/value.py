"""One operator's value as one of ours, in the restricted dialect: NULL where the text does not fit the column.

Numbers are read as decimals, never as floating point; a unit's fraction rounds half up (away from zero). At most
fifteen decimals are read, a sixteenth rounds.
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


def value_text(source: ColumnSource, x: str) -> ValueText:
    """The SQL that reads the text `x` as the canonical column of `source`; parameter: `$month_index`."""
    column = source.target
    if source.codes:
        cases = " ".join(
            f"WHEN {quoted(code)} THEN {constant_text(v, column)}" for code, v in source.codes.items()
        )
        return ValueText(f"CASE {x} {cases} END", Reason.CODE)
    if source.counted is not None:
        return ValueText(counted_text(source.counted, _whole(x, ColumnType.INTEGER)), Reason.NUMBER)
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
        return ValueText(_amount(x, factor), Reason.NUMBER)
    return ValueText(_whole(x, column.type), Reason.WHOLE_NUMBER)


def month_text(x: str, form: str) -> str:
    """The SQL that reads the text `x` in that format as the integer YYYYMM."""
    shape = form_of(form, month=True)
    if shape == form_of("%Y%m", month=True):
        return _parsed(x, shape.pattern, "INTEGER")
    joined = f"concat({shape.part('Y', x, '')}, {shape.part('m', x, '')})"
    return f"CASE WHEN {_matches(x, shape.pattern)} THEN {_parsed(joined, '[0-9]{6}', 'INTEGER')} END"


def _matches(x: str, pattern: str) -> str:
    return f"regexp_matches({x}, {quoted('^' + pattern + '$')})"


def _amount(x: str, factor: int) -> str:
    """A figure with decimals, times the factor, half up."""
    whole = (
        f"CASE WHEN regexp_matches({x}, '{_WHOLE}') THEN TRY_CAST({x} AS BIGINT)" if factor == 1 else "CASE"
    )
    times = f"* CAST({factor} AS DECIMAL(7, 0))"
    return (
        f"{whole} WHEN regexp_matches({x}, '{_SHORT}') "
        f"THEN TRY_CAST(round(TRY_CAST({x} AS DECIMAL(18, 4)) {times}, 0) AS BIGINT) "
        f"WHEN regexp_matches({x}, '{_LONG}') "
        f"THEN TRY_CAST(round(TRY_CAST({x} AS DECIMAL(28, 15)) {times}, 0) AS BIGINT) END"
    )


def _whole(x: str, kind: ColumnType) -> str:
    """A whole number; `12.0` is one, `12.5` is not."""
    exact = f"TRY_CAST({x} AS DECIMAL(28, 15))"
    return (
        f"CASE WHEN regexp_matches({x}, '{_WHOLE}') THEN TRY_CAST({x} AS {kind}) "
        f"WHEN regexp_matches({x}, '{_LONG}') THEN "
        f"CASE WHEN {exact} = round({exact}, 0) THEN TRY_CAST(round({exact}, 0) AS {kind}) END END"
    )


def _parsed(text: str, pattern: str, kind: str) -> str:
    """The text as a value of that type where its own form is plain: engines differ on any other."""
    return f"CASE WHEN {_matches(text, pattern)} THEN TRY_CAST({text} AS {kind}) END"


def _date(x: str, form: str | None) -> str:
    if form in (None, "%Y-%m-%d"):
        plain = f"WHEN {_matches(x, _DAY)} THEN TRY_CAST({x} AS DATE)"
        if form is not None:
            return f"CASE {plain} END"
        midnight = f"WHEN {_matches(x, _DAY + ' 00:00:00')} THEN {_parsed(f'left({x}, 10)', _DAY, 'DATE')}"
        return f"CASE {plain} {midnight} END"
    shape = form_of(str(form))
    if shape == form_of("%Y-%m-%d"):
        return _parsed(x, shape.pattern, "DATE")
    return f"CASE WHEN {_matches(x, shape.pattern)} THEN {_parsed(_day(shape, x), _DAY, 'DATE')} END"


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
