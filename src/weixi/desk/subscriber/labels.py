"""The five labels in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weixi.flow.segment import DIMENSIONS, NO_BAND
from weixi.kernel.language import Text
from weixi.kernel.terms import Category, Cluster, Grade, Stage, Term
from weixi.playbook import Playbook

DIMENSION_TEXTS = {
    "grade": Text("分级", "grade"),
    "band": Text("分档", "band"),
    "stage": Text("分期", "stage"),
    "cluster": Text("分群", "cluster"),
    "category": Text("分类", "category"),
}
_TERMS: dict[str, type[Term]] = {"grade": Grade, "stage": Stage, "cluster": Cluster, "category": Category}
_TONES = {
    Grade.KEY.value: "green",
    Grade.LAPSED.value: "red",
    Stage.DECLINING.value: "red",
    Stage.EXPIRING.value: "yellow",
    Stage.EXITED.value: "red",
}


@dataclass(frozen=True, slots=True)
class LabelChip:
    """One of the five labels and its value; `note` says where the rules name another grade that has not lasted."""

    dimension: Text
    value: Text
    tone: str
    note: Text | None = None


def label_text(dimension: str, value: str, playbook: Playbook) -> Text:
    """One value in words; itself where neither the vocabulary nor the playbook knows it."""
    if dimension == "band":
        if value == NO_BAND:
            return Text("尚无完整账期", "no complete month yet")
        return next((band.text for band in playbook.bands if band.code == value), Text(value, value))
    terms = _TERMS[dimension]
    return terms(value).text if value in set(terms) else Text(value, value)


def chips(label: Mapping[str, Any], playbook: Playbook) -> tuple[LabelChip, ...]:
    """The five labels of one row of LABEL."""
    return tuple(
        LabelChip(
            DIMENSION_TEXTS[name],
            label_text(name, label[name], playbook),
            _TONES.get(label[name], ""),
            held_note(label, playbook) if name == "grade" else None,
        )
        for name in DIMENSIONS
    )


def held_note(label: Mapping[str, Any], playbook: Playbook) -> Text | None:
    """Why the grade is not the one that this month's rules give; None where it is."""
    if label["grade"] == label["rule_grade"]:
        return None
    rule, months = Grade(label["rule_grade"]).text, int(label["pending_months"])
    return Text(
        f"本月规则判为{rule.zh}，已 {months} 个月，满 {playbook.hold_months} 个月才改",
        f"this month's rules say {rule.en}, for {months} months; it changes in the {playbook.hold_months}th",
    )
