"""The published schema: as the program prints it, true of every shipped plan, and against what is wrong."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from weixi.cli.app import house
from weixi.playbook import SHIPPED, json_schema
from weixi.playbook.key_words import KEYS

ROOT = Path(__file__).parents[3]
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": (str, date), "boolean": bool, "number": (int, float),
         "integer": int}  # fmt: skip


def wrong(value: Any, schema: dict[str, Any], whole: dict[str, Any], path: str = "") -> Iterator[str]:
    """What in `value` breaks `schema`: the part of JSON Schema that the published one uses."""
    if "$ref" in schema:
        yield from wrong(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole, path)
    if "anyOf" in schema and all(list(wrong(value, choice, whole, path)) for choice in schema["anyOf"]):
        yield f"{path}: none of {len(schema['anyOf'])}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(
        isinstance(value, TYPES[k]) and (k == "boolean" or value is not True) for k in kinds
    ):
        yield f"{path}: {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value} is not in enum"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path}: {value} has not the pattern"
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{path}: too short"
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from wrong(item, schema.get("items", {}), whole, f"{path}[{index}]")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{path}: {key} is missing" for key in schema.get("required", []) if key not in value)
        for key, item in value.items():
            more = known.get(key, schema.get("additionalProperties", True))
            if more is False:
                yield f"{path}: {key} is unknown"
            elif more is not True:
                yield from wrong(item, more, whole, f"{path}.{key}")


def test_the_committed_file_is_what_the_command_prints():
    printed = CliRunner().invoke(house, ["playbook", "schema"], prog_name="weixi").stdout
    assert (ROOT / "docs" / "playbook.schema.json").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_plan_meets_the_schema_and_names_it(name):
    path = ROOT / "src" / "weixi" / "playbook" / f"{name}.toml"
    text = (files("weixi.playbook") / f"{name}.toml").read_text(encoding="utf-8")
    whole = json_schema()
    assert list(wrong(tomllib.loads(text), whole, whole)) == []
    named = re.match(r"#:schema (\S+)", text)
    assert named is not None
    assert (path.parent / named[1]).resolve() == (ROOT / "docs" / "playbook.schema.json").resolve()


@pytest.mark.parametrize(
    "mistake",
    ["unknown_key", "unknown_nested_key", "missing_key", "missing_english", "number_for_text", "text_for_truth",
     "text_for_list", "text_for_number", "unknown_word", "unknown_direction", "unknown_attachment", "code_in_capitals",
     "unknown_table", "single_table", "empty_text", "unknown_channel", "unknown_level", "unknown_unit"],
)  # fmt: skip
def test_an_editor_underlines_the_same_mistakes(mistake, small):
    mistakes = tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text(encoding="utf-8"))[mistake]
    whole = json_schema()
    assert list(wrong(tomllib.loads(small), whole, whole)) == []
    assert list(wrong(tomllib.loads(small.replace(mistakes["old"], mistakes["new"], 1)), whole, whole))


def test_every_key_is_explained_in_both_languages():
    keys = {key for table in json_schema()["$defs"].values() for key in table.get("properties", {})}
    assert keys == set(KEYS)
    assert json.dumps(json_schema(), allow_nan=False)
