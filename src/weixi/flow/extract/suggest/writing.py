"""The suggestion as a mapping's TOML, each line with what it rests on."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from weixi.flow.extract.suggest.plan import UNIT
from weixi.flow.extract.suggest.suggestion import Beside, Finding, Role, Suggestion
from weixi.kernel.language import Text


def write_mapping(suggestion: Suggestion) -> str:
    """The text of the mapping."""
    parts = [_head(suggestion), _feed(suggestion), _columns(suggestion), *_months(suggestion)]
    if suggestion.label is not None:
        label = suggestion.label
        parts.append(
            _comment("离网标识 / label", label.score, label.why)
            + f"[subscriber.label]\ncolumn = {_value(label.column)}\ngone = {_value(list(label.gone))}\n"
        )
    parts.append(_left_out(suggestion))
    parts.append(_unused(suggestion))
    return "\n".join(part for part in parts if part)


def _head(suggestion: Suggestion) -> str:
    lines = [
        f"# 按 {suggestion.source} 的表头和 {suggestion.rows:,} 行数据建议的映射；请核对后使用。",
        f"# Suggested from the headers and {suggestion.rows:,} rows of {suggestion.source}; check before use.",
    ]
    lines += [f"# 待定 / undecided: {said.zh} / {said.en}" for said in suggestion.undecided]
    lines += ["[mapping]", f"name = {_value(suggestion.name)}", f"currency = {_value(suggestion.currency)}"]
    if suggestion.assumes:
        lines.append("assumes = [")
        lines += [f"  {{zh = {_value(said.zh)}, en = {_value(said.en)}}}," for said in suggestion.assumes]
        lines.append("]")
    lines += ["", "[org]", 'name = "全部用户"', f"code = {_value(UNIT)}", ""]
    return "\n".join(lines)


def _feed(suggestion: Suggestion) -> str:
    key = suggestion.key
    lines = ["[subscriber]", f"files = {_value(suggestion.files)}"]
    if suggestion.sheet is not None:
        lines.append(f"sheet = {_value(suggestion.sheet)}")
    lines.append(_comment("主键 / key", key.score, key.why).rstrip("\n"))
    lines.append(f"key = {_value(list(key.columns) if key.columns else 'line')}")
    period = suggestion.period
    lines.append(_comment("账期 / month", period.score, [period.why]).rstrip("\n"))
    if period.column is not None and not period.is_fixed:
        lines.append(f"month = {{column = {_value(period.column)}, format = {_value(period.format)}}}")
    return "\n".join([*lines, *map(_join, suggestion.beside)]) + "\n"


def _join(beside: Beside) -> str:
    lines = ["", "[[subscriber.join]]", f"files = {_value(beside.files)}"]
    if beside.sheet is not None:
        lines.append(f"sheet = {_value(beside.sheet)}")
    lines.append(f"key = {_value(list(beside.key))}")
    if beside.key != beside.base_key:
        lines.append(f"base_key = {_value(list(beside.base_key))}")
    return "\n".join(lines)


def _columns(suggestion: Suggestion) -> str:
    return "[subscriber.columns]\n" + _entries(suggestion, suggestion.columns)


def _months(suggestion: Suggestion) -> list[str]:
    return [
        f"[[subscriber.month]]\nfixed = {_value(str(month))}\n"
        + (f"\n[subscriber.month.columns]\n{_entries(suggestion, columns)}" if columns else "")
        for month, columns in suggestion.months
    ]


def _entries(suggestion: Suggestion, columns: Mapping[str, Mapping[str, Any]]) -> str:
    by_target = {f.target: f for f in suggestion.of(Role.MAPPED)}
    lines = []
    for target, spec in columns.items():
        finding = by_target.get(target)
        if finding is not None and finding.spec == spec:
            lines.append(_found(finding))
        lines.append(f"{target} = {_value(spec)}")
    return "\n".join(lines) + "\n"


def _found(finding: Finding) -> str:
    return _comment(f"“{finding.column}”", finding.score, finding.evidence, finding).rstrip("\n")


def _comment(what: str, score: float, why: Iterable[Text], finding: Finding | None = None) -> str:
    sure = finding.sureness if finding is not None else None
    mark = f"{sure.text.zh} {score:.2f}" if sure is not None else f"{score:.2f}"
    return f"# {_line(what)}：{mark}；{_line('；'.join(said.zh for said in why))}\n"


def _left_out(suggestion: Suggestion) -> str:
    found = suggestion.of(Role.LEFT_OUT)
    if not found:
        return ""
    lines = ["# 不入账册、不作特征 / kept out of the book and of every model", "[subscriber.left_out]"]
    lines += [
        f"{_key(finding.column)} = {_value(finding.left_out.value)}  # {finding.left_out.text.zh}"
        for finding in found
        if finding.left_out is not None
    ]
    return "\n".join(lines) + "\n"


def _unused(suggestion: Suggestion) -> str:
    found = suggestion.of(Role.UNMAPPED)
    if not found:
        return ""
    lines = ["# 未用的列 / columns not used:"]
    lines += [f"#   {_line(finding.column)}：{_line(finding.evidence[0].zh)}" for finding in found]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A text that stays within one comment."""
    return " ".join(text.split())


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "a").replace("-", "a").isalnum()
    return name if plain else _value(name)


def _value(value: Any) -> str:
    """The value as TOML: JSON's texts, numbers and lists are TOML's too."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(name))} = {_value(item)}" for name, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
