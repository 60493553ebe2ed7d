"""A simulated operator whose true effects are known, and the agents who work its plan."""

from weixi.demo.actions import ACTION_SCHEMA
from weixi.demo.agents import Crew, agreements, work
from weixi.demo.hazard import OfferKind
from weixi.demo.operator import Operator
from weixi.demo.rates import Rates
from weixi.demo.write import Form

__all__ = ["ACTION_SCHEMA", "Crew", "Form", "OfferKind", "Operator", "Rates", "agreements", "work"]
