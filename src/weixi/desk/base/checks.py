"""What `weixi desk check` looks at beside Django's own checks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def second_factor(app_configs: Any, **given: Any) -> Sequence[CheckMessage]:
    """A desk in use asks for the second factor."""
    if settings.SECOND_FACTOR_REQUIRED:
        return []
    return [
        Warning(
            "The second factor is optional.",
            hint="Only a demonstration should do without: unset WEIXI_SECOND_FACTOR and remove desk.second_factor.",
            id="weixi.W001",
        )
    ]
