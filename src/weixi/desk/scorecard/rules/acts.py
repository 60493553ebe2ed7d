"""Who may do what with figures, and what the acts are called in the audit. Pure."""

from weixi.desk.org.rules import Role
from weixi.kernel.language import Text

LEADERS = (Role.TEAM_LEADER, Role.COUNTY_MANAGER, Role.MANAGER)
"""Who holds the morning meeting."""

DISPATCHERS = (Role.COUNTY_MANAGER, Role.MANAGER)
"""Who has those at the edge dispatched."""

READERS = (*LEADERS, Role.PLANNER, Role.AUDITOR)
"""Who reads figures and the lists behind them."""

EFFECT_READERS = (Role.COUNTY_MANAGER, Role.MANAGER, Role.PLANNER, Role.AUDITOR)
"""Who reads effects measured against the hold-out: they are measured of counties, not of teams."""

FRONT = (Role.COUNTY_MANAGER, Role.MANAGER)
"""Who begins the day with the cockpit."""

ISSUERS = (Role.MANAGER, Role.PLANNER)
"""Who issues targets and enters official values."""

SIGNERS = (Role.TEAM_LEADER, Role.COUNTY_MANAGER, Role.MANAGER)
"""Who signs for the targets of a unit below their post."""

FILERS = (Role.TEAM_LEADER, Role.COUNTY_MANAGER)
"""Who appeals for subscribers of a unit to be left out."""

DECIDERS = (Role.MANAGER,)
"""Who decides an appeal: the role above those who file one, and never the person who filed it."""

ACTS = {
    "scorecard.export": Text("导出指标", "exported figures"),
    "scorecard.issue_targets": Text("下达指标", "issued targets"),
    "scorecard.acknowledge": Text("签收指标", "acknowledged targets"),
    "scorecard.official": Text("登记官方值", "entered official values"),
    "scorecard.official_list": Text("登记官方清单", "entered an official list"),
    "scorecard.file_appeal": Text("提出剔除申诉", "filed an appeal"),
    "scorecard.decide_appeal": Text("裁定剔除申诉", "decided an appeal"),
}
"""What these pages write into the audit, in words."""

WORDS = {
    "target": Text("指标下达表", "target sheet"),
    "official": Text("官方值", "official values"),
    "official_list": Text("官方清单", "official list"),
    "appeal": Text("剔除申诉", "appeal"),
    "near": Text("临界户", "edge cases"),
    "misses": Text("未达清单", "misses"),
    "version": Text("版本", "version"),
    "revision": Text("修订", "revision"),
    "kpi": Text("指标", "KPI"),
    "month": Text("月份", "month"),
    "split": Text("分解方式", "split"),
    "given": Text("另定", "own figures"),
    "values": Text("条数", "values"),
    "subscribers": Text("户数", "subscribers"),
    "decision": Text("裁定", "decision"),
    "rows": Text("行数", "rows"),
    "what": Text("内容", "content"),
    "cockpit": Text("驾驶舱", "cockpit"),
    "league": Text("排名表", "league table"),
    "difference": Text("口径差异清单", "list between calibres"),
    "ACCEPTED": Text("同意剔除", "accepted"),
    "REJECTED": Text("驳回", "rejected"),
    "SIZE": Text("按规模", "by size"),
    "DIFFICULTY": Text("按难度", "by difficulty"),
}
"""The kinds of subjects, the names and the values of details in those entries, in words."""
