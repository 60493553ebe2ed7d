"""A simulated operator whose true effects are known, and the agents who work its plan."""

from weixi.demo.actions import ACTION_SCHEMA
from weixi.demo.agents import Crew, agreements, work
from weixi.demo.hazard import OfferKind
from weixi.demo.operator import Operator
from weixi.demo.rates import Rates
from weixi.demo.write import Form

MARK = "demo.json"
"""Says that a folder is a demonstration's and may be made anew."""

__all__ = ["ACTION_SCHEMA", "MARK", "Crew", "Form", "OfferKind", "Operator", "Rates", "agreements", "work"]
