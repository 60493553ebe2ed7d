"""The text of an expression, read into a tree: what may not stand in it, and where in it a fault lies."""

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text

LONGEST = 4000


_HEAD = "SELECT "


_PLACE = re.compile(r"(\d+):(\d+)")


class ExpressionError(WeixiError):
    """An expression that is refused; `column` is the place in its text, counted from 0."""

    def __init__(self, code: str, what: Text, remedy: Text, column: int, *, where: str = "") -> None:
        super().__init__(code, what, remedy, where=where)
        self.column = column


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


def parsed(text: str) -> exp.Expr:
    """The tree of an expression as it is written, nothing expanded. Raises ExpressionError."""
    _check_signs(text)
    if len(text) > LONGEST:
        raise unreadable(f"超过 {LONGEST} 个字符", f"it has more than {LONGEST} characters", LONGEST)
    try:
        trees = sqlglot.parse(f"{_HEAD}{text}", read="duckdb")
    except SqlglotError as fault:
        raise _syntax(text, fault) from fault
    except (RecursionError, ValueError, IndexError, AttributeError, TypeError) as fault:
        raise unreadable("无法解析", "it cannot be read", 0) from fault
    select = trees[0] if len(trees) == 1 else None
    filled = {part for part, value in select.args.items() if value} if select is not None else set()
    if not isinstance(select, exp.Select) or filled != {"expressions"} or len(select.expressions) != 1:
        raise unreadable("只能是一个表达式，不能是语句", "only one expression is taken, and no statement", 0)
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
    return unreadable("写法有误", "the text is not well formed", place)


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    before = sum(len(piece) + 1 for piece in lines[: line - 1])
    return max(0, min(len(text), before + column - (len(_HEAD) if line == 1 else 0)))


def place_of(text: str, node: exp.Expr | None) -> int:
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


def unreadable(zh: str, en: str, column: int) -> ExpressionError:
    """The fault of a text that is no expression; `column` is its place, from 0."""
    return ExpressionError(
        "expression.syntax",
        Text(f"表达式无法解析：{zh}", f"the expression cannot be read: {en}"),
        Text("检查括号、引号和运算符", "look at parentheses, quotes and operators"),
        column,
    )
