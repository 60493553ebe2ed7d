"""Opening the desk for a command: its secret, its settings, its tables. Django is loaded here and not before."""

import importlib.util
import os
import secrets
from pathlib import Path

from weixi.cli.session import Session
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

SECRET = "desk.secret"
"""The file in the home that holds the key of sessions, where the environment gives none."""

DATABASE = "desk.sqlite3"


def open_desk(session: Session, *, hosts: str = "", migrate: bool = True) -> None:
    """Set Django up for the home of the session and bring its tables up to date.

    Raises UsageError where the desk's parts are not installed.
    """
    if any(importlib.util.find_spec(name) is None for name in ("django", "waitress", "whitenoise", "argon2")):
        raise UsageError(
            "desk.missing",
            Text("工作台的组件没有安装", "the desk's parts are not installed"),
            Text("运行 pip install 'weixi[desk]'", "run pip install 'weixi[desk]'"),
        )
    session.home.mkdir(parents=True, exist_ok=True)
    os.environ["WEIXI_HOME"] = str(session.home.resolve())
    os.environ.setdefault("WEIXI_SECRET", _secret(session.home))
    if hosts:
        os.environ.setdefault("WEIXI_HOSTS", hosts)
    os.environ["DJANGO_SETTINGS_MODULE"] = "weixi.desk.settings"
    import django
    from django.core.management import call_command

    django.setup()
    if migrate:
        if not os.environ.get("WEIXI_DATABASE"):
            # It holds hashes of passwords and who did what; the files beside it take its mode.
            (session.home / DATABASE).touch(mode=0o600)
        call_command("migrate", verbosity=0, interactive=False)


def has_desk(session: Session) -> bool:
    """Whether the home has a desk database, or the environment names one."""
    return bool(os.environ.get("WEIXI_DATABASE")) or (session.home / DATABASE).exists()


def _secret(home: Path) -> str:
    """The key of sessions; made on first use, readable by its owner alone."""
    path = home / SECRET
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
