"""The data that the desk shows: the store under the home, the plan in force, the months there are."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings

from weixi.engine import Store, Table, open_engine
from weixi.flow.run import DEFAULT_PLAYBOOKS, open_playbook
from weixi.kernel.period import Month
from weixi.playbook import InForce, Playbook, in_force

MEMORY_LIMIT = "400MB"
"""For one thread's questions: a page asks for one subscriber or for rollups."""

_own = threading.local()


def store() -> Store:
    """The store under the home; each thread has its own, since an engine answers one question at a time."""
    home = settings.HOME
    held: Store | None = getattr(_own, "store", None)
    if held is None or held.home != home:
        if held is not None:
            held.engine.close()
        held = _own.store = Store(home, open_engine("duckdb", home / "scratch", MEMORY_LIMIT))
    return held


def playbook() -> Playbook:
    """The playbook in force: the version published in this home, else the shipped one.

    Raises PlaybookError where it has faults, DataError where its file was changed behind the desk's back.
    """
    return _loaded(in_force(settings.HOME))


@contextmanager
def working_store() -> Iterator[Store]:
    """A store for one piece of background work, with the engine's full share of memory; closed at its end."""
    engine = open_engine("duckdb", settings.HOME / "scratch")
    try:
        yield Store(settings.HOME, engine)
    finally:
        engine.close()


def latest_month(table: Table) -> Month | None:
    """The latest month that the table has; None: it has none yet."""
    numbers = [int(partition.key["month"]) for partition in store().partitions(table)]
    return Month.from_number(max(numbers)) if numbers else None


@lru_cache(maxsize=4)
def _loaded(found: InForce | None) -> Playbook:
    return open_playbook(DEFAULT_PLAYBOOKS if found is None else (found.path,))
