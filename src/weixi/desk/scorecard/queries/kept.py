"""Answers worked out once for each state of the data, however many ask at the same moment."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """At most `size` answers by key, the least lately asked for given up first.

    A key must name every partition that the answer rests on by its fingerprint. Whoever asks while the answer is being
    worked out waits for it: at eight in the morning every county asks for the same list.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Future[Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer of that key. What `work` raises is raised to all who wait, and is not kept."""
        with self._lock:
            future = self._answers.get(key)
            is_mine = future is None
            if future is None:
                future = self._answers[key] = Future()
            self._answers.move_to_end(key)
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
        if is_mine:
            try:
                future.set_result(work())
            except BaseException as fault:
                with self._lock:
                    self._answers.pop(key, None)
                future.set_exception(fault)
        return future.result()

    def has(self, key: Hashable) -> bool:
        """Whether the answer of that key is at hand."""
        with self._lock:
            future = self._answers.get(key)
        return future is not None and future.done()
