"""The desk's database: SQLite under the home, or PostgreSQL by its address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


def database_of(address: str, home: Path) -> dict[str, Any]:
    """Django's entry for `postgresql://user:password@host:port/name`; an empty address is SQLite under the home.

    SQLite writes ahead (WAL) and takes its lock when a transaction begins, so two writers wait instead of failing.
    """
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / "desk.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise UsageError(
            "desk.database",
            Text(f"不支持的数据库地址 {parts.scheme}://", f"no such database address: {parts.scheme}://"),
            Text(
                "用 postgresql://用户:密码@主机:端口/库名，或留空用 SQLite",
                "postgresql://…, or none for SQLite",
            ),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
