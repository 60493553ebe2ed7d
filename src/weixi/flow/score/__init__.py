"""The scores: who is likely to leave, whom contact helps, what a subscriber is worth, and why."""

from weixi.flow.score import churn

__all__ = ["churn"]
