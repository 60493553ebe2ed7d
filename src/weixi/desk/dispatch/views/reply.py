"""What the pages of the tasks share: parts of pages, refusals in words, the fields of forms."""

import secrets
from datetime import date, datetime

from django.contrib import messages
from django.forms.widgets import Script

from weixi.desk.base.templatetags.desk import language
from weixi.desk.dispatch.words import kind_texts
from weixi.desk.org.requests import PersonRequest
from weixi.kernel.errors import WeixiError
from weixi.playbook import Playbook

SCRIPTS = Script("dispatch/workbench.js", type="module")


def is_part(request: PersonRequest) -> bool:
    """Whether a part of a page is asked for."""
    headers = request.headers
    return bool(headers.get("HX-Request")) and not headers.get("HX-History-Restore-Request")


def new_call() -> str:
    """An id for what one form will do, so that a second press of its button does nothing."""
    return secrets.token_hex(16)


def call_of(request: PersonRequest) -> str:
    """The form's own id; a form without one gets one."""
    given = request.POST.get("call", "")
    return given if 8 <= len(given) <= 48 and given.isalnum() else new_call()


def tell(request: PersonRequest, fault: WeixiError) -> None:
    """Say what was refused and what to do, on the next page."""
    messages.error(request, f"{fault.what.say(language())} {fault.remedy.say(language())}")


def day_of(text: str) -> date | None:
    """The day of a form's field; None where it holds none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """The moment of a form's field, without zone; None where it holds none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def pair_of(text: str) -> tuple[int, int] | None:
    """Two whole numbers with a hyphen between them, as the next page of a list is asked with."""
    first, _, second = text.partition("-")
    numbers = (first, second)
    return (int(first), int(second)) if all(n.isdecimal() and len(n) < 19 for n in numbers) else None


def names_of(playbook: Playbook) -> dict[str, str]:
    """The name of each kind of task, in the page's language."""
    return {code: text.say(language()) for code, text in kind_texts(playbook).items()}
