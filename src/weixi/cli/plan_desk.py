"""The desk's database for a command that is not the desk: opened under the home, and brought up to date."""

import os
import secrets

from weixi.cli.session import Session
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


def open_desk(session: Session) -> None:
    """Make the desk of this home the one that operations write to; its tables are made where they are not there.

    `WEIXI_DATABASE` names a PostgreSQL; without it the desk is `desk.sqlite3` under the home. Raises UsageError where
    Django is not installed.
    """
    session.home.mkdir(parents=True, exist_ok=True)
    os.environ["WEIXI_HOME"] = str(session.home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "weixi.desk.settings"
    # Sessions of people are signed by the server's secret; nothing is signed here.
    os.environ.setdefault("WEIXI_SECRET", secrets.token_urlsafe(50))
    try:
        import django
    except ImportError as fault:
        raise UsageError(
            "desk.missing",
            Text("没有安装工作台", "the desk is not installed"),
            Text("pip install 'weixi[desk]'", "pip install 'weixi[desk]'"),
        ) from fault
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
