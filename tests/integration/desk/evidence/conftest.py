"""A home with sealed results of a month, and people who read them."""

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


RESULTS = (
    "churn_score",
    "day_score",
    "event_risk",
    "lift",
    "promotion",
    "proposal",
    "score_gap",
    "survival",
    "tuning",
    "uplift_score",
    "value_score",
)
"""The tables whose results a test seals by itself; the operator's own are left out of its home."""


@pytest.fixture
def home(db: None, demo_home: Path, tmp_path: Path, settings: Any, now: datetime) -> Store:
    """A copy of the simulated operator's home without results of its own, its tree at the desk."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.HOME, ignore=shutil.ignore_patterns("scratch", *RESULTS))
    load_tree(nodes=tree_rows(book.store(), require_tree(book.store(), MONTH)), actor=None, now=now)
    return book.store()


@pytest.fixture
def counties(home: Store) -> list[str]:
    """The codes of the counties, in order."""
    return list(Node.objects.filter(level="COUNTY").order_by("code").values_list("code", flat=True))


@pytest.fixture
def sign_in(home: Store, now: datetime) -> Callable[[Role, str], Client]:
    """Signs in a person who holds the role over the node of that code, since today."""

    def go(role: Role, code: str) -> Client:
        path = Node.objects.get(code=code).path
        user = person(f"{role.lower()}-{code.lower()}", (role, path), since=timezone.localdate(), now=now)
        client = Client()
        client.force_login(user)
        return client

    return go
