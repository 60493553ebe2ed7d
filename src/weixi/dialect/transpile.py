"""The same statement for Apache Spark, result types included."""

from functools import lru_cache

from sqlglot import exp

from weixi.dialect.casts import is_hash_number
from weixi.dialect.infer import bare
from weixi.dialect.parse import parse

_LONG = (exp.Year, exp.Month, exp.Day, exp.Quarter, exp.DateDiff, exp.Length, exp.StrPosition)
"""BIGINT on DuckDB, INT on Spark."""
_PLACES = (exp.RowNumber, exp.Rank, exp.DenseRank)


@lru_cache(maxsize=256)
def to_spark(text: str) -> str:
    """The statement in Spark SQL; `$name` becomes `:name`. The statement is expected to have passed the lint."""
    return parse(text).transform(_translated).sql(dialect="spark", comments=False)


def _translated(node: exp.Expr) -> exp.Expr:
    if isinstance(node, _LONG) or (isinstance(node, exp.Window) and isinstance(node.this, _PLACES)):
        if isinstance(node.parent, exp.Cast) and node.parent.meta.get("long"):
            return node
        wide = exp.cast(node.copy(), "BIGINT")
        wide.meta["long"] = True
        return wide
    if isinstance(node, exp.Cast) and is_hash_number(node):
        digits = bare(node.this).expression.copy()
        return exp.cast(exp.func("conv", digits, exp.Literal.number(16), exp.Literal.number(10)), "BIGINT")
    if isinstance(node, exp.DateAdd):
        return exp.Add(this=node.this.copy(), expression=node.expression.copy())
    if isinstance(node, exp.RegexpLike) and isinstance(node.expression, exp.Literal):
        pattern = str(node.expression.this)
        if pattern.endswith("$") and not pattern.endswith("\\$"):
            # Java's $ also matches before a last line break.
            node.set("expression", exp.Literal.string(f"{pattern[:-1]}\\z"))
    return node
