"""Named pieces of one statement, in order: each piece may name the ones before it."""

import re
from typing import Self

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_WORD = re.compile(r"\w+")


def words(*texts: str) -> frozenset[str]:
    """The words of the texts: every column that they name, and more."""
    return frozenset(word for text in texts for word in _WORD.findall(text))


class Pipeline:
    """The CTEs of one statement: `WITH a AS (…), b AS (…) <final select>`."""

    def __init__(self) -> None:
        self._pieces: dict[str, str] = {}

    def add(self, name: str, select_text: str) -> Self:
        """Add a piece and give the pipeline back. Raises UsageError for a name used twice or not a plain one."""
        if not _NAME.match(name) or name in self._pieces:
            raise UsageError(
                "dialect.piece",
                Text(f"片段名“{name}”重复或不合规", f"the piece name “{name}” is taken or not plain"),
                Text("用未用过的小写英文名", "use a lower-case English name not used yet"),
                where=name,
            )
        self._pieces[name] = select_text.strip()
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The pieces so far, in order."""
        return tuple(self._pieces)

    @property
    def pieces(self) -> dict[str, str]:
        """The pieces so far by name, in order."""
        return dict(self._pieces)

    def text(self, final_select: str) -> str:
        """The whole statement; without pieces, the final select alone."""
        if not self._pieces:
            return final_select.strip()
        pieces = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in self._pieces.items())
        return f"WITH {pieces}\n{final_select.strip()}"
