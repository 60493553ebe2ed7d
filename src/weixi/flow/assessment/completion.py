"""预警任务完成率: every calibre of the warning tasks' completion. The hold-out leaves each denominator but its own."""

from weixi.flow.assessment.calibre import Calibre, Grain, Input
from weixi.flow.assessment.entry import COMPLETION, OWNER, count
from weixi.kernel.language import Text

_NO_HOLDOUT = Text("留白对照组退出分母", "the hold-out leaves the denominator")
_RULED_OUT = Text(
    "按规则撤回、留白对照组；缺少数据而不可核验的任务",
    "tasks withdrawn by rule, the hold-out; tasks whose test cannot be computed from the data given",
)
_VERIFIABLE = "is_assessed AND NOT is_holdout AND NOT is_withdrawn AND missing_column IS NULL"
_DUE = "is_assessed AND NOT is_holdout"
_DUE_TEXT = Text("当月到期任务", "tasks due in the month")
_VERIFIABLE_TEXT = Text("当月到期任务 − 按规则撤回 − 留白对照组", "tasks due − withdrawn by rule − hold-out")


def _task(
    code: str, name: Text, met: str, words: Text, among: str, base: Text, excluded: Text, *inputs: Input
) -> Calibre:
    return Calibre(
        code=f"{COMPLETION}.{code}",
        version=1,
        kpi=COMPLETION,
        name=name,
        numerator_text=words,
        denominator_text=base,
        population=Text("ARPU≥80 用户的预警任务", "warning tasks of subscribers with ARPU ≥ 80"),
        exclusions=excluded,
        period=Text("当月到期的任务", "tasks due in the month"),
        owner=OWNER,
        grain=Grain.TASK,
        numerator=count(f"{among} AND {met}"),
        denominator=count(among),
        inputs=frozenset([Input.OUTCOME, *inputs]),
        columns=frozenset(),
    )


COMPLETION_CALIBRES: tuple[Calibre, ...] = (
    _task(
        "verified",
        Text("预警任务完成率（数据核验，考核）", "completion, verified in the data (assessed)"),
        "is_verified",
        Text("窗口期内数据核验达成", "own success test met inside the window, in the data"),
        _VERIFIABLE,
        _VERIFIABLE_TEXT,
        _RULED_OUT,
    ),
    _task(
        "handled",
        Text("处理率", "handled"),
        "is_handled",
        Text("按时闭单", "closed in time by the agent"),
        _DUE,
        _DUE_TEXT,
        _NO_HOLDOUT,
        Input.FACT,
    ),
    _task(
        "contacted",
        Text("接触率", "contacted"),
        "is_reached",
        Text("已接触到客户", "customer reached"),
        _DUE,
        _DUE_TEXT,
        _NO_HOLDOUT,
        Input.FACT,
    ),
    _task(
        "retained",
        Text("挽留成功率", "success"),
        "is_retained",
        Text("月末仍在网", "in service at the month's end"),
        _DUE,
        Text("被预警的任务", "warned"),
        _NO_HOLDOUT,
    ),
    _task(
        "cured_without_contact",
        Text("未接触自愈（另列）", "cured without any contact (beside)"),
        "is_verified AND NOT is_contacted",
        Text("数据核验达成且从未接触", "success test met though nobody tried to reach the customer"),
        _VERIFIABLE,
        _VERIFIABLE_TEXT,
        _RULED_OUT,
        Input.FACT,
    ),
    _task(
        "holdout",
        Text("留白对照组自愈（另列）", "cured in the hold-out (beside)"),
        "is_verified",
        Text("留白对照组中数据核验达成", "hold-out tasks whose success test is met"),
        "is_assessed AND is_holdout AND NOT is_withdrawn AND missing_column IS NULL",
        Text("留白对照组任务", "hold-out tasks"),
        Text("按规则撤回；不可核验的任务", "tasks withdrawn by rule or not verifiable"),
    ),
)
