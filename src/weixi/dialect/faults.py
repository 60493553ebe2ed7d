"""The error of the dialect, and how names that nearly match are found."""

from collections.abc import Iterable
from difflib import get_close_matches

from sqlglot import exp

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text


class DialectError(WeixiError):
    """A statement that is not in the restricted dialect, or names what it was not given; `where` is the piece.

    `node` is the refused piece of the tree, where there is one.
    """

    node: exp.Expr | None = None


def refuse(
    code: str,
    zh: str,
    en: str,
    remedy_zh: str = "改写这一处",
    remedy_en: str = "write this piece in another way",
    *,
    where: str = "",
    node: exp.Expr | None = None,
) -> DialectError:
    """The DialectError of one refused piece; its text is the place where none is given."""
    place = where or (shown(node) if node is not None else "")
    fault = DialectError(f"dialect.{code}", Text(zh, en), Text(remedy_zh, remedy_en), where=place)
    fault.node = node
    return fault


def shown(node: exp.Expr) -> str:
    """The text of a node, shortened."""
    text = node.sql("duckdb", comments=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def near(name: str, known: Iterable[str]) -> list[str]:
    """Up to three known names that look like `name`, best first."""
    folded = {word.lower(): word for word in sorted(known)}
    return [folded[word] for word in get_close_matches(name.lower(), list(folded), n=3, cutoff=0.6)]


def suggestion(name: str, known: Iterable[str]) -> Text:
    """What to do about an unknown name: the near misses, else the list to look in."""
    names = sorted(known)
    close = near(name, names)
    if close:
        listed = ", ".join(close)
        return Text(f"是否想写：{listed}", f"did you mean: {listed}")
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return Text(f"可用的名称：{listed or '无'}", f"known names: {listed or 'none'}")
