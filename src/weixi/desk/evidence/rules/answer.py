"""What may be answered to a proposal. Pure."""

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

LONGEST_REASON = 2_000
"""Letters of a reason."""


class Decision(Term):
    """What a person decided on a proposal."""

    ACCEPTED = "ACCEPTED", "已采纳", "accepted"
    DECLINED = "DECLINED", "不采纳", "declined"


def require_reason(reason: str) -> str:
    """The reason without blanks around it. Raises UsageError where there is none."""
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise UsageError(
            "evidence.reason",
            Text("不采纳要写明原因；没有记录。", "Declining needs a reason; nothing was kept."),
            Text("写一句为什么。", "Say why in a sentence."),
        )
    return said


def require_open(decided: str) -> None:
    """Raises UsageError where the proposal was answered already."""
    if decided:
        raise UsageError(
            "evidence.answered",
            Text(
                f"这条建议{Decision(decided).text.zh}，不能再答。",
                f"This proposal was {Decision(decided).text.en}; it is answered once.",
            ),
            Text("刷新页面，看是谁、为什么。", "Load the page anew to see by whom and why."),
        )
