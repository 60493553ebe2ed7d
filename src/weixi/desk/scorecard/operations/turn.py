"""One writer of the store's ledgers at a time: entries are numbered by counting those that are there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text


@contextmanager
def turn() -> Iterator[None]:
    """Wait for the desk's other threads and processes. Raises UsageError where a command wrote the same entry first."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HOME / ".ledgers.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        except DataError as fault:
            if fault.code != "store.frozen":
                raise
            raise UsageError(
                "scorecard.turn",
                Text(
                    "刚才有人同时登记了一条，这一条没有写入", "somebody entered something at the same moment"
                ),
                Text("再提交一次", "send it once more"),
                permanent=False,
            ) from fault
