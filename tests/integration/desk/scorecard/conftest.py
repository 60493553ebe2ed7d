"""The simulated operator behind the desk, and people who answer for its figures."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from handmade.desk import person
from weixi.desk.base import book
from weixi.desk.org.models import Node
from weixi.desk.org.operations import load_tree
from weixi.desk.org.queries import tree_rows
from weixi.desk.org.rules import Role
from weixi.engine import Store
from weixi.flow.cohort import require_tree
from weixi.kernel.period import Month

MONTH = Month.of(2025, 2)
"""The last assessed month of the simulated operator."""

SignIn = Callable[..., Client]


@pytest.fixture
def figures(demo_desk: Path) -> Store:
    """The store of the demonstration, whose tree and tasks the desk has."""
    return book.store()


@pytest.fixture
def own_figures(demo_desk: Path, tmp_path: Path, settings: Any) -> Store:
    """The same in a folder of its own, for tests that write."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_desk, settings.HOME)
    return book.store()


@pytest.fixture
def own_home(db: None, demo_home: Path, tmp_path: Path, settings: Any, now: datetime) -> Path:
    """A copy of the simulated operator's home, its tree at the desk but no tasks, for whoever writes."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("scratch"))
    settings.HOME = home
    load_tree(nodes=tree_rows(book.store(), require_tree(book.store(), MONTH)), actor=None, now=now)
    return home


@pytest.fixture
def counties() -> list[str]:
    """The codes of the counties, in order."""
    return list(Node.objects.filter(level="COUNTY").order_by("code").values_list("code", flat=True))


@pytest.fixture
def sign_in(db: None, now: datetime) -> SignIn:
    """Signs in a person who holds the role over the node of that code, since today."""

    def go(role: Role, code: str, name: str = "") -> Client:
        path = Node.objects.get(code=code).path
        user = person(
            name or f"{role.lower()}-{code.lower()}", (role, path), since=timezone.localdate(), now=now
        )
        client = Client()
        client.force_login(user)
        return client

    return go
