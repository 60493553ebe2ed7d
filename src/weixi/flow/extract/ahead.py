"""Reading ahead: the next batches are made while one is used."""

from collections.abc import Iterator
from queue import Full, Queue
from threading import Event, Thread

import pyarrow as pa

_AHEAD = 8


def ahead(source: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches, the next few read in a thread of their own while one is used."""
    slots: Queue[pa.RecordBatch | BaseException | None] = Queue(maxsize=_AHEAD)
    stopped = Event()

    def offer(item: pa.RecordBatch | BaseException | None) -> None:
        while not stopped.is_set():
            try:
                slots.put(item, timeout=0.1)
            except Full:
                continue
            return

    def read() -> None:
        try:
            for batch in source:
                offer(batch)
                if stopped.is_set():
                    return
            offer(None)
        except BaseException as fault:
            offer(fault)

    thread = Thread(target=read, name="weixi-read", daemon=True)
    thread.start()
    try:
        while (item := slots.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join()
