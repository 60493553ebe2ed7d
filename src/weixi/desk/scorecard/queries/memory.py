"""What was worked out of sealed partitions, kept in the process: the partitions never change, so it stays right."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Worked = TypeVar("Worked")


class Memory(Generic[Worked]):
    """At most `size` results by key, the least lately asked for given up first.

    A key must name every partition that the result rests on by its fingerprint.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Worked] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], Worked]) -> Worked:
        """The result of that key, worked out where it is not kept. Two that ask at once may both work it out."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = work()
        with self._lock:
            self._kept[key] = result
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return result

    def has(self, key: Hashable) -> bool:
        """Whether the result of that key is kept."""
        with self._lock:
            return key in self._kept

    def __len__(self) -> int:
        """How many results are kept."""
        return len(self._kept)
