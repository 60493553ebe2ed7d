"""Expressions of a playbook: text in, a checked piece of SQL out. Nothing but an expression gets through."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import sqlglot
from sqlglot import exp

from weixi.dialect.expression_name import Names
from weixi.dialect.expression_text import ExpressionError, parsed, place_of, unreadable
from weixi.dialect.faults import DialectError, refuse
from weixi.dialect.grammar import EXPRESSIONS
from weixi.dialect.infer import Typer, bare
from weixi.dialect.kind import Kind
from weixi.dialect.lint import check_nodes
from weixi.dialect.macros import Expander, Value
from weixi.dialect.types import ColumnType
from weixi.kernel.language import Text

_GRAMMAR = {**EXPRESSIONS, exp.Column: frozenset({"this"}), exp.Anonymous: frozenset({"this", "expressions"})}


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
        names = Names(scope.columns, scope.words, scope.spoken)
        kind = Typer(names.column, {}).kind(tree)
        names.check_words(tree)
        _check_days(tree)
    except DialectError as fault:
        code = fault.code.replace("dialect.", "expression.")
        raise ExpressionError(code, fault.what, fault.remedy, place_of(text, fault.node)) from fault
    except RecursionError as fault:
        raise unreadable("嵌套过深", "it is nested too deeply", 0) from fault
    return tree, kind, frozenset(names.used)


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


def _sql(tree: exp.Expr) -> str:
    return tree.sql("duckdb", comments=False)
