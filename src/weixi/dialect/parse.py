"""One text to one syntax tree; trees are shared and never changed."""

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from weixi.dialect.faults import refuse


@lru_cache(maxsize=256)
def parse(text: str) -> exp.Expression:
    """The tree of the one statement in `text`. Raises DialectError where it cannot be read or is not one."""
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (ParseError, TokenError) as fault:
        raise _unreadable(fault) from fault
    except RecursionError as fault:
        raise refuse("syntax", "语句嵌套过深", "the statement is nested too deeply") from fault
    if len(trees) != 1 or not isinstance(trees[0], exp.Expression):
        raise refuse(
            "single",
            "应当只有一条语句",
            "exactly one statement is expected",
            "去掉分号",
            "remove the semicolon",
        )
    return trees[0]


def _unreadable(fault: ParseError | TokenError) -> Exception:
    details = fault.errors[0] if isinstance(fault, ParseError) and fault.errors else {}
    place = f"line {details['line']}, column {details['col']}" if "line" in details else ""
    what = str(details.get("description") or "the text ends inside a string or a comment")
    near = str(details.get("highlight") or "")
    return refuse(
        "syntax",
        f"语句无法解析：{what} {near}".rstrip(),
        f"the statement cannot be read: {what} {near}".rstrip(),
        "检查括号、逗号和引号",
        "look at parentheses, commas and quotes",
        where=place,
    )
