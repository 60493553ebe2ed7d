"""What a change of the playbook brought, in one sentence. Pure."""

from weixi.desk.scorecard.rules.lift import shown
from weixi.flow.assessment import Turn
from weixi.kernel.language import Text


def turn_said(turn: Turn) -> Text:
    """The months before against those since, and whether that may be chance."""
    figures = f"{shown(turn.before)} → {shown(turn.after)}"
    interval = f"{shown(turn.low)} … {shown(turn.high)}"
    if turn.is_better:
        end = Text("不是偶然：调优有效。", "that is no chance: the tuning works.")
    elif turn.high < 0:
        end = Text(
            "不是偶然：调坏了，应退回上一版。", "that is no chance: it made it worse; go back a version."
        )
    else:
        end = Text(
            "可能是偶然，还不能说调优有效。", "that may be chance; it is not shown yet that the tuning works."
        )
    return Text(
        f"{turn.entry} 换方案：每联系 100 户多保住 {figures} 户，相差 {shown(turn.change)}"
        f"（95% 区间 {interval}），{end.zh}",
        f"New playbook in {turn.entry}: of 100 contacted {figures} more stay, a change of {shown(turn.change)} (95 % "
        f"interval {interval}); {end.en}",
    )
