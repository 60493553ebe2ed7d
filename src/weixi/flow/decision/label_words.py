"""The five labels of a line in words."""

from weixi.flow.decision.evidence import Row
from weixi.flow.decision.explanation import LabelView
from weixi.flow.decision.wording import worded
from weixi.kernel.language import Text
from weixi.kernel.terms import Grade
from weixi.playbook import Playbook

_DIMENSIONS = {
    "grade": Text("分级", "grade"),
    "band": Text("分档", "band"),
    "stage": Text("分期", "stage"),
    "cluster": Text("分群", "cluster"),
    "category": Text("分类", "category"),
}


def label_views(
    playbook: Playbook, line: Row, currency: str, label: Row | None = None
) -> tuple[LabelView, ...]:
    """The five labels of the line in words; `label` is its row of LABEL, where it is to be said why a grade waits."""
    bands = {band.code: band.text for band in playbook.bands}
    views = []
    for name, dimension in _DIMENSIONS.items():
        value = worded(name, line[name], currency)
        if name == "band":
            value = bands.get(str(line["band"]), Text("无完整账期", "no complete month"))
        views.append(LabelView(dimension, value, _held(playbook, label) if name == "grade" else None))
    return tuple(views)


def _held(playbook: Playbook, label: Row | None) -> Text | None:
    """Why the grade is not the one that this month's rules give; None where it is."""
    if label is None or label["grade"] == label["rule_grade"]:
        return None
    rule, months = Grade(str(label["rule_grade"])).text, int(label["pending_months"])
    return Text(
        f"本月规则判为{rule.zh}，已 {months} 个月，满 {playbook.hold_months} 个月才改",
        f"this month's rules say {rule.en}, for {months} months now; it changes in the {playbook.hold_months}th",
    )
