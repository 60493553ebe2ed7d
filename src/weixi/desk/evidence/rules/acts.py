"""Who may read what decisions rest on, who answers a proposal, and what the acts are called in the audit. Pure."""

from weixi.desk.org.rules import Role
from weixi.desk.scorecard.rules.acts import EFFECT_READERS
from weixi.kernel.language import Text

COUNTED = EFFECT_READERS
"""Who reads effects and experiments, each within the own territory."""

WHOLE = (Role.MANAGER, Role.PLANNER, Role.AUDITOR)
"""Who reads what holds for the whole operator: model cards, the plan's certificate, proposals."""

QUIET = (Role.TEAM_LEADER, *COUNTED)
"""Who reads who may leave and whom not to wake, each within the own territory."""

ANSWERERS = (Role.PLANNER,)
"""Who answers a proposal: whoever may draft the playbook."""

ACTS = {
    "evidence.accept": Text("采纳改进建议", "accepted a proposal"),
    "evidence.export": Text("导出离网预警名单", "exported the list of those who may leave"),
    "evidence.decline": Text("不采纳改进建议", "declined a proposal"),
}
"""What these pages write into the audit, in words."""

WORDS = {
    "proposal": Text("改进建议", "proposal"),
    "month": Text("月份", "month"),
    "place": Text("方案位置", "place in the playbook"),
    "before": Text("现值", "value now"),
    "after": Text("建议值", "proposed value"),
    "warnings": Text("离网预警", "risk of leaving"),
    "level": Text("等级", "level"),
    "place_code": Text("单位", "unit"),
    "rows": Text("行数", "rows"),
    "version": Text("版本", "version"),
}
"""The kinds of subjects and the names of details in those entries, in words."""
