"""Tokens of people, and calls by them."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from weixi.desk.org.models import User
from weixi.desk.org.operations import make_token
from weixi.desk.org.rules import TokenScope


def token_of(user: User, now: datetime, *scopes: TokenScope) -> str:
    """A token of the person that may do that; none named: everything."""
    today = timezone.localdate()
    return make_token(
        user=user,
        name="外呼平台",
        scopes=scopes or list(TokenScope),
        expires_date=today + timedelta(days=30),
        today=today,
        now=now,
    )


def call(
    token: str, address: str, body: dict[str, Any] | None = None, *, key: str = "call-0001"
) -> tuple[int, dict[str, Any]]:
    """The status and the answer of one call; with a body a POST."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client()
    if body is None:
        response = client.get(address, headers=headers)
    else:
        if key:
            headers["Idempotency-Key"] = key
        response = client.post(address, json.dumps(body), content_type="application/json", headers=headers)
    assert response.headers["Content-Type"].startswith("application/json")
    answer: dict[str, Any] = response.json()
    return response.status_code, answer
