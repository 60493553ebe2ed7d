"""The plan as data: TOML that a planner reads and the program runs."""

from weixi.playbook.load import SHIPPED, load
from weixi.playbook.model import (
    Band,
    CohortRule,
    Condition,
    HoldoutRule,
    KpiTarget,
    Level,
    Lever,
    Measure,
    Offer,
    Parameter,
    Phrase,
    Playbook,
    Pool,
    Reason,
    Rule,
    Silence,
    Vocabulary,
    WarningRule,
)
from weixi.playbook.narrative import Role, Statement
from weixi.playbook.service import Service, ServiceLevel
from weixi.playbook.source import Source

__all__ = [
    "SHIPPED",
    "Band",
    "CohortRule",
    "Condition",
    "HoldoutRule",
    "KpiTarget",
    "Level",
    "Lever",
    "Measure",
    "Offer",
    "Parameter",
    "Phrase",
    "Playbook",
    "Pool",
    "Reason",
    "Role",
    "Rule",
    "Service",
    "ServiceLevel",
    "Silence",
    "Source",
    "Statement",
    "Vocabulary",
    "WarningRule",
    "load",
]
