"""What this app writes into the audit, in words."""

from weixi.desk.dispatch.rules.terms import TaskAct, TaskState, WithdrawReason
from weixi.kernel.language import Text

ACTS = {
    "dispatch.apply": Text("派单", "handed a plan over"),
    "dispatch.issue": Text("下发", "issued tasks"),
    "dispatch.claim": Text("领取任务", "took a task"),
    "dispatch.contact": Text("登记联系结果", "reported a contact"),
    "dispatch.postpone": Text("约定再联系", "put a task off"),
    "dispatch.handle": Text("登记办理", "reported a task done"),
    "dispatch.hand_over": Text("转派", "handed a task over"),
    "dispatch.escalate": Text("升级", "escalated"),
    "dispatch.withdraw": Text("撤回任务", "withdrew a task"),
    "dispatch.verify": Text("数据核验", "verified in the data"),
    "dispatch.call_back": Text("回访", "called back"),
    "dispatch.archive": Text("归档", "archived"),
    "dispatch.call": Text("点击拨号", "called a customer"),
    "dispatch.reveal": Text("查看号码", "saw a number in full"),
    "dispatch.do_not_call": Text("登记谢绝来电", "noted: no more calls"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "task": Text("任务", "task"),
    "tasks": Text("任务", "tasks"),
    "from": Text("原状态", "from"),
    "to": Text("到", "to"),
    "acts": Text("动作", "acts"),
    "paths": Text("范围", "where"),
    "before": Text("窗口截止早于", "window ended before"),
    "by": Text("操作人", "by"),
    "revised": Text("修订", "revised"),
    "kept": Text("保留", "kept"),
    "withdrawn": Text("撤回", "withdrawn"),
    "verified": Text("核验", "verified"),
    "fingerprint": Text("指纹", "fingerprint"),
    "household": Text("客户（户）", "household"),
    "plan": Text("月度计划", "plan of a month"),
    "day_plan": Text("日更计划", "plan of a day"),
    "closing": Text("月末核验结果", "results of a month"),
    "day_closing": Text("每日核验结果", "results of a day"),
    "reason": Text("原因", "reason"),
    **{reason.value: reason.text for reason in WithdrawReason},
    **{act.value: act.text for act in TaskAct},
    **{state.value: state.text for state in TaskState},
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
