"""A home of one's own behind the desk, and planners of the whole operator."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from handmade.desk import person
from handmade.operator import PLAN_MONTH
from weixi.desk.base import book
from weixi.desk.dispatch.queries.handover import tree_of
from weixi.desk.org.models import Node, User
from weixi.desk.org.operations import load_tree
from weixi.desk.org.rules import Role
from weixi.desk.worker import operations
from weixi.desk.worker.process import Worker

Planner = Callable[[str], User]


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, settings: Any) -> Path:
    """A copy of the operator's home, to write."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("scratch"))
    settings.HOME = home
    return home


@pytest.fixture
def planner(db: None, own_home: Path, now: datetime) -> Planner:
    """Makes planners of the whole operator."""
    load_tree(nodes=tree_of(book.store(), PLAN_MONTH), actor=None, now=now)
    top = Node.objects.get(parent=None)

    def make(name: str) -> User:
        return person(name, (Role.PLANNER, top.path), since=timezone.localdate(), now=now)

    return make


@pytest.fixture
def county_planner(planner: Planner, now: datetime) -> User:
    """A planner of one county."""
    county = Node.objects.filter(level="COUNTY").order_by("path")[0]
    return person("half", (Role.PLANNER, county.path), since=timezone.localdate(), now=now)


@pytest.fixture
def work() -> Callable[[], int]:
    """Does every job that waits, in this thread; how many."""

    def run() -> int:
        worker, count = Worker(), 0
        while (held := operations.take(worker=worker.name, now=timezone.now())) is not None:
            worker.do(held)
            count += 1
        return count

    return run
