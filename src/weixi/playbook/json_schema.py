"""The JSON Schema of a playbook's TOML: what an editor completes, explains and underlines."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from weixi.playbook.key_words import KEYS
from weixi.playbook.schema import Header
from weixi.playbook.sections import SECTIONS, Shape

IDENTIFIER = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema of one playbook file; each table and key is explained in Chinese and in English."""
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {"playbook": _table(Header, definitions)}
    for section in SECTIONS.values():
        table = _table(section.model, definitions)
        told = definitions[section.model.__name__]
        told["description"] = f"{section.text.zh} / {told['description']}"
        said = {"title": f"{section.text.zh} / {section.text.en}"}
        if section.shape is Shape.NAMED:
            properties[section.name] = {**said, "type": "object", "additionalProperties": table}
        elif section.shape is Shape.SINGLE:
            properties[section.name] = {**said, **table}
        else:
            properties[section.name] = {**said, "type": "array", "items": table}
    return {
        "$schema": IDENTIFIER,
        "title": "维系方案 / weixi playbook",
        "description": "一份维系方案：参数、五分、预警、优惠、措施、指标。 / A retention plan as data.",
        "type": "object",
        "properties": properties,
        "required": ["playbook"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _table(model: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A reference to the model's table; it and the tables inside it enter the definitions."""
    made = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}", mode="validation")
    inner = made.pop("$defs", {})
    for name, table in {**inner, model.__name__: made}.items():
        definitions[name] = _explained(table)
    return {"$ref": f"#/$defs/{model.__name__}"}


def _explained(table: dict[str, Any]) -> dict[str, Any]:
    """The table with its keys explained, without what pydantic adds for programs."""
    properties: Mapping[str, dict[str, Any]] = table.get("properties", {})
    for key, said in properties.items():
        said.pop("title", None)
        # TOML has no null: a key that may be left out is left out.
        choices = [choice for choice in said.get("anyOf", []) if choice != {"type": "null"}]
        if choices:
            del said["anyOf"]
            said.update(choices[0] if len(choices) == 1 else {"anyOf": choices})
        if said.get("default") is None:
            said.pop("default", None)
        if key in KEYS:
            words = f" ({said['description']})" if "description" in said else ""
            said["description"] = f"{KEYS[key].zh} / {KEYS[key].en}{words}"
    return table
