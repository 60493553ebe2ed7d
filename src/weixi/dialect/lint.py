"""The lint: a statement passes only if both engines are known to give the same rows for it."""

from collections.abc import Mapping

from sqlglot import exp

from weixi.dialect.faults import DialectError, refuse
from weixi.dialect.grammar import STATEMENTS
from weixi.dialect.kind import Kind
from weixi.dialect.parse import parse
from weixi.dialect.query import Reader, unsettled
from weixi.dialect.reasons import CLASSES, NAMES, PARTS
from weixi.dialect.types import ColumnType
from weixi.kernel.language import Text

__all__ = ["DialectError", "check", "outputs"]


def check(
    text: str,
    tables: Mapping[str, Mapping[str, ColumnType]],
    parameters: Mapping[str, ColumnType] | None = None,
) -> None:
    """Pass, or raise DialectError: one SELECT of the restricted dialect that names only `tables` and their columns.

    Without `parameters` any `$name` is taken, of any type.
    """
    outputs(text, tables, parameters)


def outputs(
    text: str,
    tables: Mapping[str, Mapping[str, ColumnType]],
    parameters: Mapping[str, ColumnType] | None = None,
) -> dict[str, ColumnType | None]:
    """The columns of the statement with their types (None: a bare parameter). Raises DialectError as `check` does."""
    tree = parse(text)
    if not isinstance(tree, exp.Query):
        raise refuse(
            "query",
            f"只能是一条 SELECT，不能是 {tree.key.upper()}",
            f"only one SELECT, no {tree.key.upper()}",
            "写成 SELECT",
            "write a SELECT",
            node=tree,
        )
    check_nodes(tree, STATEMENTS)
    given = {name.lower(): _kinds(columns) for name, columns in tables.items()}
    reader = Reader(given, None if parameters is None else {n: Kind(t.value) for n, t in parameters.items()})
    found = reader.columns(tree, {}, None)
    for name, kind in found.items():
        if kind.column is None and kind is not Kind.UNKNOWN:
            raise unsettled(exp.column(name), kind)
    return {name: kind.column for name, kind in found.items()}


def _kinds(columns: Mapping[str, ColumnType]) -> dict[str, Kind]:
    return {name.lower(): Kind(kind.value) for name, kind in columns.items()}


def check_nodes(tree: exp.Expr, grammar: Mapping[type[exp.Expr], frozenset[str]]) -> None:
    """Pass, or raise DialectError at the first node, or filled part of one, that is not in `grammar`."""
    for node in tree.walk():
        parts = grammar.get(type(node))
        if parts is None:
            raise _refused(node, type(node).key.upper(), _reason(node))
        for part, value in node.args.items():
            if part not in parts and value is not None and value is not False and value != []:
                what = f"{type(node).key.upper()} {part.upper().rstrip('_')}"
                raise _refused(node, what, PARTS.get((type(node), part)))
        # The parser lets some nodes pass without what they need, e.g. a bare @.
        for part, is_required in node.arg_types.items():
            if is_required and node.args.get(part) in (None, []):
                raise refuse(
                    "syntax",
                    f"{type(node).key.upper()} 不完整",
                    f"{type(node).key.upper()} is not complete",
                    where=type(node).key.upper(),
                    node=node,
                )


def _reason(node: exp.Expr) -> Text | None:
    if isinstance(node, exp.Anonymous):
        return NAMES.get(str(node.this).lower())
    return CLASSES.get(type(node))


def _refused(node: exp.Expr, what: str, reason: Text | None) -> DialectError:
    if isinstance(node, exp.Anonymous):
        what = f"{str(node.this).lower()}()"
    remedy = reason or Text(
        "换用允许的写法，见 docs/adr/0002-restricted-sql.md", "use what docs/adr/0002-restricted-sql.md lists"
    )
    return refuse(
        "node",
        f"受限方言里没有 {what}",
        f"{what} is not in the restricted dialect",
        remedy.zh,
        remedy.en,
        node=node,
    )
