"""No remedy that a page shows speaks of the command."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import weixi
from weixi.desk.base.remedy import COMMAND, REMEDIES, remedy_of
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

ROOM = Path(weixi.__file__).parent
FLOORS = ("flow", "playbook", "engine", "desk")


def raised() -> Iterator[tuple[str, str]]:
    """The code and the remedy, as source, of each error that the floors below the command raise."""
    for floor in FLOORS:
        for path in (ROOM / floor).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named = {
                each.targets[0].id: each.value
                for each in tree.body
                if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
            }
            for node in ast.walk(tree):
                is_error = isinstance(node, ast.Call) and re.search(
                    r"(Error|Refused)$", ast.unparse(node.func)
                )
                if isinstance(node, ast.Call) and is_error and len(node.args) > 2:
                    first = node.args[0]
                    code = named.get(first.id) if isinstance(first, ast.Name) else first
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value, ast.unparse(node.args[2])


def spoken(code: str, remedy: str) -> Text:
    return remedy_of(DataError(code, Text("错", "wrong"), Text(remedy, remedy)))


def test_what_speaks_of_the_command_is_said_otherwise_at_the_desk() -> None:
    found = [(code, remedy) for code, remedy in raised() if COMMAND.search(remedy)]
    assert len(found) > 15
    for code, remedy in found:
        said = spoken(code, remedy)
        assert not COMMAND.search(said.zh + said.en)
    assert set(REMEDIES) <= {code for code, _ in raised()}


@pytest.mark.parametrize("code", sorted(REMEDIES))
def test_words_of_the_desk_are_in_both_languages_and_name_no_command(code: str) -> None:
    text = REMEDIES[code]
    assert not COMMAND.search(text.zh + text.en)
    assert not re.search(r"[\u4e00-\u9fff]", text.en)


def test_a_remedy_without_a_command_stays_and_a_restatement_is_given_in_its_field() -> None:
    assert spoken("book.closed", "先关账").zh == "先关账"
    assert "填写更正的原因" in spoken("book.closed", '确需更正时加 --restate "原因"').zh
    assert "管理员" in spoken("unheard.of", "先用 weixi import 导入").zh
