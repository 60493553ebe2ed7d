"""The columns that an expression may name: settled to their own spelling, held to their own words."""

import re
from collections.abc import Collection, Mapping

from sqlglot import exp

from weixi.dialect.faults import refuse, suggestion
from weixi.dialect.infer import bare
from weixi.dialect.kind import Kind
from weixi.dialect.types import ColumnType
from weixi.kernel.language import Text

_PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")


class Names:
    """The columns of a scope as an expression finds them, whatever the case of their letters."""

    def __init__(
        self,
        columns: Mapping[str, ColumnType],
        words: Mapping[str, Collection[str]],
        spoken: Mapping[str, str],
    ) -> None:
        self._columns = {name.lower(): (name, kind) for name, kind in columns.items()}
        self._words = {name.lower(): known for name, known in words.items()}
        self._spoken = {word: name for word, name in spoken.items() if name in columns}
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
