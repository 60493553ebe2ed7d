"""The errors of a playbook: how one is made, and how pydantic's are said to people."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from weixi.kernel.errors import PlaybookError
from weixi.kernel.language import Text


def fault(code: str, where: str, what: Text, remedy: Text) -> PlaybookError:
    """The error `playbook.<code>` at `where` (file:line)."""
    return PlaybookError(f"playbook.{code}", what, remedy, where=where)


def near(name: str, known: Iterable[str]) -> Text:
    """What to do about an unknown name: the near misses, else the names there are."""
    names = sorted(known)
    close = get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        listed = ", ".join(close)
        return Text(f"是否想写：{listed}", f"did you mean: {listed}")
    listed = ", ".join(names) or "-"
    return Text(f"可用的名称：{listed}", f"known names: {listed}")


# pydantic's error type → what a planner wrote wrong: zh, en, remedy zh, remedy en.
_TYPES: Mapping[str, tuple[str, str, str, str]] = {
    "string_type": ("应为文字", "should be a text", "加上引号", "put it in quotes"),
    "date_type": (
        "应为日期",
        "should be a date",
        "写成 2025-06-30，不加引号",
        "write 2025-06-30 without quotes",
    ),
    "bool_type": ("应为 true 或 false", "should be true or false", "不加引号", "write it without quotes"),
    "list_type": ("应为列表", "should be a list", "写成 [ … ]", "write it as [ … ]"),
    "int_type": (
        "应为整数",
        "should be a whole number",
        "写成不带引号的整数",
        "write a whole number, no quotes",
    ),
    "model_type": ("应为一张表", "should be a table", "写成 { … } 或 [表头]", "write { … } or a [header]"),
    "model_attributes_type": (
        "应为一张表",
        "should be a table",
        "写成 { … } 或 [表头]",
        "write { … } or a [header]",
    ),
    "dict_type": ("应为一张表", "should be a table", "写成 { … } 或 [表头]", "write { … } or a [header]"),
}


def from_pydantic(error: Mapping[str, Any], name: str, where: str, known: Iterable[str]) -> PlaybookError:
    """One of pydantic's errors as ours. `name` is the dotted key, `known` the keys its table may hold."""
    kind = str(error["type"])
    context: Mapping[str, Any] = error.get("ctx", {})
    key = name.rsplit(".", 1)[-1]
    if kind == "missing":
        return fault(
            "missing_key",
            where,
            Text(f"缺少“{name}”", f"“{name}” is missing"),
            Text(f"补上 {key} = …", f"add {key} = …"),
        )
    if kind == "extra_forbidden":
        return fault("unknown_key", where, Text(f"不认识“{name}”", f"unknown key “{name}”"), near(key, known))
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        return fault(
            "wrong_value",
            where,
            Text(f"“{name}”不能是 {error['input']!r}", f"“{name}” cannot be {error['input']!r}"),
            Text(f"可选：{expected}", f"one of: {expected}"),
        )
    if "what_zh" in context:
        return fault(
            str(context["code"]),
            where,
            Text(f"“{name}”{context['what_zh']}", f"“{name}” {context['what_en']}"),
            Text(str(context["do_zh"]), str(context["do_en"])),
        )
    zh, en, do_zh, do_en = _TYPES.get(
        kind, ("写法不对", f"is not valid ({error['msg']})", "对照随附的方案", "compare a shipped playbook")
    )
    return fault("wrong_type", where, Text(f"“{name}”{zh}", f"“{name}” {en}"), Text(do_zh, do_en))
