"""Where a node lies. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node as the operator's tree gives it; the root has no parent."""

    code: str
    parent: str | None
    level: OrgLevel
    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """One node with its path from the root; `depth` of the root is 0."""

    row: NodeRow
    path: str
    depth: int


def place(rows: Sequence[NodeRow]) -> tuple[Placed, ...]:
    """Every node with its path, parents first.

    Raises DataError for a code met twice (capitals aside, since a database may compare that way), a parent that is
    not there, a ring, or a code with a slash.
    """
    by_code = {row.code: row for row in rows}
    if len({code.casefold() for code in by_code}) < len(rows):
        twice = _first_twice([row.code for row in rows])
        raise _fault(
            "org.twice", twice, Text("编码重复（不区分大小写）", "the code is met twice (capitals aside)")
        )
    placed: dict[str, Placed] = {}
    for row in rows:
        if not row.code or "/" in row.code:
            raise _fault("org.code", row.code, Text("编码为空或含“/”", "the code is empty or holds a slash"))
        climb = [row]
        while climb[-1].parent is not None and climb[-1].parent not in placed:
            above = by_code.get(climb[-1].parent)
            if above is None:
                raise _fault(
                    "org.parent", climb[-1].code, Text("上级节点不存在", "its parent is not in the tree")
                )
            if above in climb:
                raise _fault("org.ring", above.code, Text("上下级成环", "it lies under itself"))
            climb.append(above)
        for step in reversed(climb):
            if step.code not in placed:
                top = placed[step.parent] if step.parent is not None else None
                path = f"{top.path if top else ''}{step.code}/"
                placed[step.code] = Placed(step, path, top.depth + 1 if top else 0)
    return tuple(sorted(placed.values(), key=lambda p: (p.depth, p.path)))


def _first_twice(codes: Sequence[str]) -> str:
    seen: set[str] = set()
    for code in codes:
        if code.casefold() in seen:
            return code
        seen.add(code.casefold())
    return ""


def _fault(code: str, where: str, what: Text) -> DataError:
    return DataError(
        code,
        what,
        Text(
            "在组织数据里改正这一行，再导入一次", "mend that row of the organisation feed and import it again"
        ),
        where=where,
    )
