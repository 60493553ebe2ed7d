"""Expressions of a playbook: text in, a checked piece of SQL out. Nothing but an expression gets through."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from weixi.dialect.faults import DialectError, refuse, suggestion
from weixi.dialect.grammar import EXPRESSIONS
from weixi.dialect.infer import Typer, bare
from weixi.dialect.kind import Kind
from weixi.dialect.lint import check_nodes
from weixi.dialect.macros import Expander, Value
from weixi.dialect.types import ColumnType
from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text

LONGEST = 4000
_HEAD = "SELECT "
_GRAMMAR = {**EXPRESSIONS, exp.Column: frozenset({"this"}), exp.Anonymous: frozenset({"this", "expressions"})}
_PLACE = re.compile(r"(\d+):(\d+)")
_PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")


class ExpressionError(WeixiError):
    """An expression that is refused; `column` is the place in its text, counted from 0."""

    def __init__(self, code: str, what: Text, remedy: Text, column: int, *, where: str = "") -> None:
        super().__init__(code, what, remedy, where=where)
        self.column = column


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name: columns with their types, parameters with their values.

    `words` closes the vocabulary of some columns: a comparison with another word is refused. `spoken` gives the
    columns that people call by other words.
    """

    columns: Mapping[str, ColumnType]
    parameters: Mapping[str, Value] = field(default_factory=dict)
    words: Mapping[str, Collection[str]] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One accepted expression: `sql` stands anywhere a value may stand; `columns` are the columns it names."""

    sql: str
    columns: frozenset[str]
    type: ColumnType


def compile_condition(text: str, scope: Scope) -> Compiled:
    """The condition as SQL that is TRUE or FALSE: what is not known does not hold. Raises ExpressionError."""
    tree, kind, columns = _read(text, scope)
    if kind is not Kind.BOOLEAN:
        raise _type_error(kind, "BOOLEAN")
    if isinstance(tree, exp.Boolean):
        return Compiled(tree.sql("duckdb"), columns, ColumnType.BOOLEAN)
    return Compiled(f"COALESCE({_sql(tree)}, FALSE)", columns, ColumnType.BOOLEAN)


@lru_cache(maxsize=1024)
def open_test(sql: str) -> str:
    """A compiled condition for WHERE and CASE WHEN, where NULL does as FALSE does: engines ask it in fewer steps."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    opened = _opened(tree)
    return sql if opened is tree else f"({_sql(opened)})"


def compile_scalar(text: str, scope: Scope, expected: ColumnType | None = None) -> Compiled:
    """The value as SQL of the `expected` type (whole numbers widen, to DOUBLE too); NULL stays.

    Raises ExpressionError.
    """
    tree, kind, columns = _read(text, scope)
    target = expected or _settled(kind)
    rounded = isinstance(bare(tree), exp.Round) and target in (ColumnType.INTEGER, ColumnType.BIGINT)
    if not (_fits(kind, target) or rounded):
        raise _type_error(kind, target.value)
    if kind.column is target and isinstance(tree, exp.Column | exp.Cast | exp.Paren | exp.Func):
        return Compiled(_sql(tree), columns, target)
    return Compiled(f"CAST({_sql(tree)} AS {target.value})", columns, target)


def joined_tests(sql: str) -> tuple[str, ...]:
    """The tests that a compiled condition joins by AND, each TRUE or FALSE; itself where it joins none."""
    tree = _opened(sqlglot.parse_one(sql, read="duckdb"))
    pieces = list(bare(tree).flatten()) if isinstance(bare(tree), exp.And) else [tree]
    return tuple(
        _sql(node) if isinstance(node, exp.Boolean) else f"COALESCE({_sql(node)}, FALSE)" for node in pieces
    )


def _opened(tree: exp.Expr) -> exp.Expr:
    """The condition without the COALESCE(…, FALSE) that `compile_condition` closes it with."""
    closed = isinstance(tree, exp.Coalesce) and [*tree.expressions] == [exp.false()]
    return tree.this if closed else tree


def _fits(kind: Kind, target: ColumnType) -> bool:
    if kind is Kind.NULL or kind.column is target:
        return True
    if kind is Kind.SHIFT:
        return target is ColumnType.DATE
    if kind is Kind.WHOLE or kind is Kind.SHORT or kind is Kind.INTEGER:
        return target in (ColumnType.INTEGER, ColumnType.BIGINT) or (
            kind is not Kind.WHOLE and target is ColumnType.DOUBLE
        )
    return kind is Kind.BIGINT and target is ColumnType.DOUBLE


def _settled(kind: Kind) -> ColumnType:
    if kind in (Kind.SHORT, Kind.WHOLE):
        return ColumnType.BIGINT
    if kind is Kind.SHIFT:
        return ColumnType.DATE
    if kind.column is None:
        raise _type_error(kind, "INTEGER BIGINT DOUBLE VARCHAR BOOLEAN DATE TIMESTAMP")
    return kind.column


def _type_error(kind: Kind, wanted: str) -> ExpressionError:
    return ExpressionError(
        "expression.type",
        Text(
            f"整个表达式应是 {wanted}，实际是 {kind}",
            f"the whole expression should be {wanted}, it is {kind}",
        ),
        Text("改写表达式", "write another expression"),
        0,
    )


def _read(text: str, scope: Scope) -> tuple[exp.Expr, Kind, frozenset[str]]:
    """The expanded tree of an expression, its kind, the columns it names."""
    root = parsed(text)
    try:
        check_nodes(root, _GRAMMAR)
        tree = Expander(scope.parameters).expand(root)
        check_nodes(tree, EXPRESSIONS)
        names = _Names(scope)
        kind = Typer(names.column, {}).kind(tree)
        names.check_words(tree)
        _check_days(tree)
    except DialectError as fault:
        code = fault.code.replace("dialect.", "expression.")
        raise ExpressionError(code, fault.what, fault.remedy, _place(text, fault.node)) from fault
    except RecursionError as fault:
        raise _unreadable("嵌套过深", "it is nested too deeply", 0) from fault
    return tree, kind, frozenset(names.used)


FULL_WIDTH: Mapping[str, str] = {
    **dict(zip("（），；＝＞＜＋－×÷＊／％＄。、：“”‘’＇　\u00a0", "(),;=><+-*/*/%$.,:'''''  ", strict=True)),
    "≥": ">=",
    "≤": "<=",
    "≠": "<>",
}
"""Signs that an input method writes, and what stands for them in an expression."""


def _check_signs(text: str) -> None:
    """Refuse a full-width sign, or a comment, outside a text in quotes."""
    quote = ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif text[place : place + 2] in ("--", "/*"):
            raise ExpressionError(
                "expression.comment",
                Text(
                    "表达式里不能写注释：其后的条件会丢失",
                    "no comment in an expression: what follows is lost",
                ),
                Text(
                    "注释写在 TOML 里，用 # 开头的一行",
                    "write comments in the TOML, on a line that begins with #",
                ),
                place,
            )
        elif plain := FULL_WIDTH.get(sign) or _half(sign):
            raise ExpressionError(
                "expression.full_width",
                Text(f"“{sign}”是全角符号", f"“{sign}” is a full-width sign"),
                Text(
                    f"换成半角的 {plain.strip() or '空格'}（关掉中文标点再输入）",
                    f"write {plain.strip() or 'a space'} instead, with the input method's Chinese signs off",
                ),
                place,
            )


def _half(sign: str) -> str:
    """The plain letter or digit of a full-width one."""
    return chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else ""


def _check_days(tree: exp.Expr) -> None:
    """Refuse a day that the calendar does not have."""
    for node in tree.find_all(exp.Cast):
        if (
            isinstance(node.this, exp.Literal)
            and node.this.is_string
            and node.to.is_type("date", "timestamp")
        ):
            try:
                datetime.fromisoformat(str(node.this.this))
            except ValueError:
                raise refuse(
                    "date",
                    f"没有这个日期：{node.this.this}",
                    f"there is no such day: {node.this.this}",
                    "对照日历，写成 DATE '2025-02-28'",
                    "look at the calendar, and write DATE '2025-02-28'",
                    node=node.this,
                ) from None


def parsed(text: str) -> exp.Expr:
    """The tree of an expression as it is written, nothing expanded. Raises ExpressionError."""
    _check_signs(text)
    if len(text) > LONGEST:
        raise _unreadable(f"超过 {LONGEST} 个字符", f"it has more than {LONGEST} characters", LONGEST)
    try:
        trees = sqlglot.parse(f"{_HEAD}{text}", read="duckdb")
    except SqlglotError as fault:
        raise _syntax(text, fault) from fault
    except (RecursionError, ValueError, IndexError, AttributeError, TypeError) as fault:
        raise _unreadable("无法解析", "it cannot be read", 0) from fault
    select = trees[0] if len(trees) == 1 else None
    filled = {part for part, value in select.args.items() if value} if select is not None else set()
    if not isinstance(select, exp.Select) or filled != {"expressions"} or len(select.expressions) != 1:
        raise _unreadable("只能是一个表达式，不能是语句", "only one expression is taken, and no statement", 0)
    tree: exp.Expr = select.expressions[0]
    return tree.pop()


def _syntax(text: str, fault: SqlglotError) -> ExpressionError:
    place = len(text)
    if isinstance(fault, ParseError) and fault.errors and fault.errors[0].get("line"):
        details = fault.errors[0]
        column = int(details["col"]) - len(str(details.get("highlight") or ""))
        place = _offset(text, int(details["line"]), column)
    elif found := _PLACE.search(str(fault)):
        place = _offset(text, int(found[1]), int(found[2]))
    return _unreadable("写法有误", "the text is not well formed", place)


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    before = sum(len(piece) + 1 for piece in lines[: line - 1])
    return max(0, min(len(text), before + column - (len(_HEAD) if line == 1 else 0)))


def _place(text: str, node: exp.Expr | None) -> int:
    """Where in the text the node, or the nearest piece with a place, begins."""
    if isinstance(node, exp.Placeholder):
        return max(0, text.find(f"${node.this}"))
    around = node
    while around is not None:
        starts = [piece.meta["start"] for piece in around.walk() if "start" in piece.meta]
        if starts:
            return max(0, int(min(starts)) - len(_HEAD))
        around = around.parent
    return 0


def _unreadable(zh: str, en: str, column: int) -> ExpressionError:
    return ExpressionError(
        "expression.syntax",
        Text(f"表达式无法解析：{zh}", f"the expression cannot be read: {en}"),
        Text("检查括号、引号和运算符", "look at parentheses, quotes and operators"),
        column,
    )


class _Names:
    """The columns of a scope as an expression finds them, whatever the case of their letters."""

    def __init__(self, scope: Scope) -> None:
        self._columns = {name.lower(): (name, kind) for name, kind in scope.columns.items()}
        self._words = {name.lower(): words for name, words in scope.words.items()}
        self._spoken = {word: name for word, name in scope.spoken.items() if name in scope.columns}
        self.used: set[str] = set()

    def column(self, node: exp.Column) -> Kind:
        """The kind of a column; its name is settled to the scope's own."""
        found = self._columns.get(node.name.lower())
        if found is None:
            known = _spoken(node.name, self._spoken) or suggestion(node.name, self._columns)
            raise refuse(
                "column",
                f"没有列 {node.name}",
                f"there is no column {node.name}",
                known.zh,
                known.en,
                node=node,
            )
        name, kind = found
        node.this.set("this", name)
        node.this.set("quoted", not _PLAIN.match(name))
        self.used.add(name)
        return Kind(kind.value)

    def check_words(self, tree: exp.Expr) -> None:
        """Refuse a comparison of a closed column with a word outside its vocabulary."""
        for node in tree.find_all(exp.EQ, exp.NEQ, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ):
            sides = (
                [node.this, *node.expressions] if isinstance(node, exp.In) else [node.this, node.expression]
            )
            words = next((w for s in sides if (w := self._closed(bare(s))) is not None), None)
            for side in map(bare, sides) if words is not None else ():
                if isinstance(side, exp.Literal) and side.is_string and side.this not in (words or ()):
                    known = suggestion(side.this, words or ())
                    raise refuse(
                        "word",
                        f"没有取值 {side.this}",
                        f"there is no value {side.this}",
                        known.zh,
                        known.en,
                        node=side,
                    )

    def _closed(self, node: exp.Expr) -> Collection[str] | None:
        return self._words.get(node.name.lower()) if isinstance(node, exp.Column) else None


def _spoken(name: str, spoken: Mapping[str, str]) -> Text | None:
    """What is meant by a name that is not in English, or by the mean that no column holds; None for any other."""
    if "arpu" in name.lower():
        return Text(
            "ARPU 用函数比较：arpu_at_least(80)、arpu_below(80)、arpu_between(80, 200)",
            "ARPU is compared by functions: arpu_at_least(80), arpu_below(80), arpu_between(80, 200)",
        )
    if name.isascii():
        return None
    meant = sorted(
        {column for word, column in spoken.items() if word.lower() in name.lower() or name in word}
    )
    listed = ", ".join(meant)
    if not listed:
        return Text("列名用英文，写法见随附的方案", "columns have English names: see a shipped playbook")
    return Text(f"列名用英文，是否想写：{listed}", f"columns have English names, did you mean: {listed}")


def _sql(tree: exp.Expr) -> str:
    return tree.sql("duckdb", comments=False)
