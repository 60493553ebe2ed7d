"""The demonstration behind the desk, and people who answer for its figures."""

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
from weixi.desk.org.rules import Role
from weixi.engine import Store

SignedIn = Callable[[Role, str], Client]


@pytest.fixture
def figures(demo_desk: Path) -> Store:
    """The store of the demonstration, whose tree and tasks the desk has."""
    return book.store()


@pytest.fixture
def own_home(demo_desk: Path, tmp_path: Path, settings: Any) -> Store:
    """The same in a folder of its own, for tests that write."""
    settings.HOME = tmp_path / "home"
    shutil.copytree(demo_desk, settings.HOME)
    return book.store()


@pytest.fixture
def signed_in(db: None, now: datetime) -> SignedIn:
    """A client of somebody who holds the role at the node of that code, since today."""

    def sign_in(role: Role, code: str) -> Client:
        node = Node.objects.get(code=code)
        user = person(f"{role}-{code}".lower(), (role, node.path), since=timezone.localdate(), now=now)
        client = Client()
        client.force_login(user)
        return client

    return sign_in
