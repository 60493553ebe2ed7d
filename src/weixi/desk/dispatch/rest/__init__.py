"""The plan, its tasks and what came of them, for programs."""

from weixi.desk.dispatch.rest.calls import router

__all__ = ["router"]
