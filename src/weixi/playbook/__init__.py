"""The plan as data: TOML that a planner reads and the program runs."""

from weixi.playbook.allocation import UNVERIFIED_EN, UNVERIFIED_ZH, AllocationRule, AssumedEffect, Means
from weixi.playbook.ceiling import Ceiling, ceilings
from weixi.playbook.condition import Condition
from weixi.playbook.contact_cost import ContactCost, ContactCosts
from weixi.playbook.diff import Change, ChangeKind, diff
from weixi.playbook.editing import Figure, change, figures_of, keys_of
from weixi.playbook.json_schema import json_schema
from weixi.playbook.load import SHIPPED, Review, Written, load, possibilities, review, source_of
from weixi.playbook.measure import Lever, Measure
from weixi.playbook.model import (
    Band,
    CohortRule,
    KpiTarget,
    Level,
    Parameter,
    Phrase,
    Playbook,
    Reason,
    Rule,
    Silence,
    Vocabulary,
    WarningRule,
)
from weixi.playbook.moving import move_before, order_of
from weixi.playbook.narrative import Role, Statement
from weixi.playbook.offer import Exemption, HoldoutRule, Offer, Pool
from weixi.playbook.parity import Gap, ParityRow, parity_table
from weixi.playbook.score import Scoring
from weixi.playbook.service import CampaignHoldout, Service, ServiceLevel, Work
from weixi.playbook.shelf import InForce, in_force, publish
from weixi.playbook.source import Source
from weixi.playbook.value import Valuation

__all__ = [
    "SHIPPED",
    "UNVERIFIED_EN",
    "UNVERIFIED_ZH",
    "AllocationRule",
    "AssumedEffect",
    "Band",
    "CampaignHoldout",
    "Ceiling",
    "Change",
    "ChangeKind",
    "CohortRule",
    "Condition",
    "ContactCost",
    "ContactCosts",
    "Exemption",
    "Figure",
    "Gap",
    "HoldoutRule",
    "InForce",
    "KpiTarget",
    "Level",
    "Lever",
    "Means",
    "Measure",
    "Offer",
    "Parameter",
    "ParityRow",
    "Phrase",
    "Playbook",
    "Pool",
    "Reason",
    "Review",
    "Role",
    "Rule",
    "Scoring",
    "Service",
    "ServiceLevel",
    "Silence",
    "Source",
    "Statement",
    "Valuation",
    "Vocabulary",
    "WarningRule",
    "Work",
    "Written",
    "ceilings",
    "change",
    "diff",
    "figures_of",
    "in_force",
    "json_schema",
    "keys_of",
    "load",
    "move_before",
    "order_of",
    "parity_table",
    "possibilities",
    "publish",
    "review",
    "source_of",
]
