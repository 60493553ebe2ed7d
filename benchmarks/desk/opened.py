"""The desk opened as the environment says, its tables made: imported before anything that has models."""

import django
from django.conf import settings
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0, interactive=False)

DATABASE = str(settings.DATABASES["default"]["ENGINE"]).rsplit(".", 1)[-1]
"""`sqlite3` or `postgresql`."""
