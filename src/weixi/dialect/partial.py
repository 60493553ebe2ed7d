"""What of a condition can be told while some of its columns are not known yet."""

from collections.abc import Collection

from sqlglot import exp

from weixi.dialect.parse import parse


def decided(condition: str, unknown: Collection[str]) -> str:
    """The compiled condition as SQL that is TRUE only where it holds whatever the `unknown` columns turn out to be.

    Every comparison that names one of them becomes unknown in three-valued logic; AND, OR and NOT carry that on, so
    `a > 0 AND (b > 0 OR c > 0)` still holds on a and b alone. The result is never NULL.
    """
    tree = parse(f"SELECT {condition}").expressions[0]
    if isinstance(tree, exp.Coalesce) and _is_false(tree.expressions):
        tree = tree.this
    return f"COALESCE({_kleene(tree, frozenset(unknown)).sql('duckdb')}, FALSE)"


def _is_false(others: list[exp.Expr]) -> bool:
    return len(others) == 1 and isinstance(others[0], exp.Boolean) and not others[0].this


def _kleene(node: exp.Expr, unknown: frozenset[str]) -> exp.Expr:
    if isinstance(node, exp.Paren):
        return exp.Paren(this=_kleene(node.this, unknown))
    if isinstance(node, exp.Not):
        return exp.Not(this=_kleene(node.this, unknown))
    if isinstance(node, exp.And | exp.Or):
        return type(node)(this=_kleene(node.this, unknown), expression=_kleene(node.expression, unknown))
    if any(column.name in unknown for column in node.find_all(exp.Column)):
        return exp.cast(exp.null(), "BOOLEAN")
    return node.copy()
