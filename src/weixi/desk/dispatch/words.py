"""What tasks are called that no warning of the playbook raised, and why they were made, in words. Pure."""

from collections.abc import Mapping

from weixi.kernel.language import Text
from weixi.playbook import Playbook

KINDS: Mapping[str, Text] = {
    "near": Text("临界户", "edge case"),
    "external_list": Text("外部清单", "list from outside"),
    "inbound_port_out": Text("来电：携转意向", "called: wants to port out"),
    "inbound_cancel": Text("来电：销户/拆机意向", "called: wants to cancel"),
}
"""Kinds of tasks that a person made beside the plan."""

REASONS: Mapping[str, Text] = {
    "near_below": Text(
        "临界户：差一点达到考核口径，再办一点就算", "edge case: just short of counting in the figure"
    ),
    "near_above": Text(
        "临界户：刚过线，少出账就会跌出考核口径",
        "edge case: counts only just, and may fall out of the figure",
    ),
    "near_leaving": Text("临界户：将要离网", "edge case: about to leave"),
    "near_open": Text(
        "临界户：核验窗口未到期，办成还能计入", "edge case: the window is open, it still counts if done"
    ),
    "inbound_port_out": Text("客户来电，有携转意向", "the customer called: he wants to port out"),
    "inbound_cancel": Text("客户来电，有销户/拆机意向", "the customer called: he wants to cancel"),
}
"""Reasons that programs give for them; another reason is what somebody wrote."""


def kind_texts(playbook: Playbook) -> dict[str, Text]:
    """The name of every kind of task: the playbook's warnings, then the kinds that people make."""
    named = {rule.code: rule.text for rule in playbook.warnings}
    return named | {code: text for code, text in KINDS.items() if code not in named}


def kind_text(playbook: Playbook, code: str) -> Text:
    """The name of one kind; a retired warning's code where neither the playbook nor the desk knows it."""
    return kind_texts(playbook).get(code, Text(code, code))
