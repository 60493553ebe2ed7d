"""Reads of the organisation."""

from datetime import date

from django.db.models import Q

from weixi.desk.org.models import Post, User
from weixi.desk.org.rules import Held, Role, Sight, sight


def sight_of(*, user: User, today: date) -> Sight:
    """What the person may see on that business date; a post that ended on it gives nothing any more."""
    if not user.is_active:
        return sight(user.id, user.agent_code, ())
    held = Post.objects.filter(
        Q(until_date__isnull=True) | Q(until_date__gt=today), user_id=user.id, since_date__lte=today
    ).values_list("role", "node__path")
    return sight(user.id, user.agent_code, (Held(Role(role), path) for role, path in held))
