"""The desk over the simulated operator, with people at its nodes; a copy of the home for whoever writes."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from handmade.desk import person
from weixi.desk.base import book
from weixi.desk.org.models import Node, User
from weixi.desk.org.operations import load_tree
from weixi.desk.org.queries import tree_rows
from weixi.desk.org.rules import Role
from weixi.flow.cohort import require_tree
from weixi.kernel.period import Month

MONTH = Month.of(2025, 2)
"""The last assessed month of the simulated operator."""

SignIn = Callable[..., Client]


@pytest.fixture
def own_home(db: None, demo_home: Path, tmp_path: Path, settings: Any, now: datetime) -> Path:
    """A copy of the simulated operator's home, its tree at the desk, for whoever writes."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    settings.HOME = home
    load_tree(nodes=tree_rows(book.store(), require_tree(book.store(), MONTH)), actor=None, now=now)
    return home


@pytest.fixture
def counties(request: pytest.FixtureRequest) -> list[str]:
    """The codes of the counties, in order."""
    return list(Node.objects.filter(level="COUNTY").order_by("code").values_list("code", flat=True))


@pytest.fixture
def sign_in(now: datetime) -> SignIn:
    """Signs in a person who holds the role over the node of that code."""

    def go(role: Role, code: str, name: str = "") -> Client:
        path = Node.objects.get(code=code).path
        name = name or f"{role.lower()}-{code}"
        since: date = timezone.localdate()
        user: User = person(name, (role, path), since=since, now=now)
        client = Client()
        client.force_login(user)
        return client

    return go
