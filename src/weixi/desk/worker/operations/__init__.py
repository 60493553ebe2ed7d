"""Writes of `worker`."""

from weixi.desk.worker.operations.asking import cancel, request
from weixi.desk.worker.operations.holding import (
    Held,
    beat,
    fail,
    finish,
    give_back,
    is_cancelled,
    reap,
    say_alive,
    say_ended,
    take,
    tell,
)
from weixi.desk.worker.operations.timing import enqueue_due, tidy

__all__ = [
    "Held",
    "beat",
    "cancel",
    "enqueue_due",
    "fail",
    "finish",
    "give_back",
    "is_cancelled",
    "reap",
    "request",
    "say_alive",
    "say_ended",
    "take",
    "tell",
    "tidy",
]
