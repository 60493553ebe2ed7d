"""Keeps docs/requirements.md true: every row, its state, where it lives, and the tests that carry its mark.

The state and the place are written by hand; the last column is written from the `@pytest.mark.req(...)` marks
in tests/. With --check nothing is written and every fault is listed: a row that is missing or there twice, a
state that is not one of the three, a place that does not exist, a row said to be built without a test, a mark
for no row.
"""

import ast
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
STATES = ("done", "engine only", "later")
GROUPS = {"T": 15, "P": 13, "C": 23, "M": 13, "K": 15, "G": 9, "R": 16, "O": 9, "W": 6, "Z": 1, "X": 15}
IDS = tuple(f"{letter}{number}" for letter, count in GROUPS.items() for number in range(1, count + 1))
HEAD = "| id | 中文 | state | where | tests |"

_ROW = re.compile(
    r"^\| (?P<id>[A-Z]\d+) \| (?P<zh>[^|]*) \| (?P<state>[^|]*) \| (?P<where>[^|]*) \| (?P<tests>[^|]*) \|$"
)
_PATH = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the page."""

    id: str
    zh: str
    state: str
    where: str
    tests: str

    @property
    def line(self) -> str:
        """The row as the page has it."""
        return f"| {self.id} | {self.zh} | {self.state} | {self.where} | {self.tests} |"


def rows(page: str) -> list[Row]:
    """The rows of the page's tables, in order."""
    found = (_ROW.match(line) for line in page.splitlines())
    return [Row(**{name: text.strip() for name, text in row.groupdict().items()}) for row in found if row]


def marks(folder: Path) -> dict[str, list[str]]:
    """The tests that carry each id: `unit/kernel/test_money.py::test_it`, sorted.

    A mark on a class or on a whole file (`pytestmark`) counts for every test in it.
    """
    carried: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(folder).as_posix()
        everywhere = [
            value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and any(getattr(t, "id", "") == "pytestmark" for t in node.targets)
            for value in _ids(node.value)
        ]
        for owner in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
            shared = everywhere + [
                value for mark in getattr(owner, "decorator_list", []) for value in _ids(mark)
            ]
            for node in owner.body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                    own = [value for mark in node.decorator_list for value in _ids(mark)]
                    for value in own + shared:
                        carried[value].add(f"{name}::{node.name}")
    return {value: sorted(tests) for value, tests in carried.items()}


def _ids(node: ast.expr) -> list[str]:
    """The ids of every `….req("K2", …)` call in the expression."""
    return [
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "req"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def cell(tests: list[str]) -> str:
    """The last column: the test files in code type, each with how many of its tests carry the row."""
    counts: defaultdict[str, int] = defaultdict(int)
    for test in tests:
        counts[test.split("::")[0]] += 1
    return (
        ", ".join(f"`{path}`" + (f" ×{count}" if count > 1 else "") for path, count in counts.items()) or "–"
    )


def written(page: str, carried: dict[str, list[str]]) -> str:
    """The page with its last column taken from the marks."""
    lines = []
    for line in page.splitlines():
        found = rows(line)
        lines.append(
            Row(
                found[0].id, found[0].zh, found[0].state, found[0].where, cell(carried.get(found[0].id, []))
            ).line
            if found
            else line
        )
    return "\n".join(lines) + "\n"


def faults(root: Path, page: str, carried: dict[str, list[str]]) -> list[str]:
    """Everything that is untrue on the page, one line each; empty when it is right."""
    listed = rows(page)
    seen = [row.id for row in listed]
    found = [f"{value}: not on the page" for value in IDS if value not in seen]
    found += [
        f"{value}: {seen.count(value)} times on the page"
        for value in sorted(set(seen))
        if seen.count(value) > 1
    ]
    found += [f"{value}: on the page, but no such row exists" for value in seen if value not in IDS]
    found += [
        f"{value}: marked by {tests[0]}, but no such row exists"
        for value, tests in carried.items()
        if value not in IDS
    ]
    for row in listed:
        tests = carried.get(row.id, [])
        built = row.state != "later"
        if row.state not in STATES:
            found.append(f"{row.id}: “{row.state}” is not one of {', '.join(STATES)}")
        if built and not tests:
            found.append(f"{row.id}: said to be {row.state}, but no test carries it")
        if not built and tests:
            found.append(f"{row.id}: said to come later, but {tests[0]} carries it")
        places = _PATH.findall(row.where)
        if built and not places:
            found.append(f"{row.id}: said to be {row.state}, but not where")
        found += [
            f"{row.id}: {place} does not exist"
            for place in places
            if not (root / "src/weixi" / place).exists()
        ]
    return found


def main() -> int:
    """Write the page's last column, or check the whole page. Exit 1 where it is untrue."""
    path = ROOT / "docs" / "requirements.md"
    page = path.read_text(encoding="utf-8")
    carried = marks(ROOT / "tests")
    fresh = written(page, carried)
    if "--check" not in sys.argv:
        path.write_text(fresh, encoding="utf-8")
        page = fresh
    found = faults(ROOT, page, carried)
    if page != fresh:
        found.append("docs/requirements.md is out of date: run `make docs`")
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
