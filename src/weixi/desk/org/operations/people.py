"""People and their posts."""

from datetime import date, datetime

from django.db import transaction

from weixi.desk.audit.operations import record
from weixi.desk.org.models import Node, Post, User
from weixi.desk.org.rules import Role, no_role, nobody
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text


@transaction.atomic
def make_person(
    *,
    username: str,
    name: str,
    password: str | None,
    agent_code: str,
    role: Role,
    node_code: str,
    since_date: date,
    actor: User | None,
    now: datetime,
    must_change: bool = False,
    path: str = "",
) -> User:
    """A person with a first post; without a password nobody signs in as them.

    `path` is where the entry of it is seen. Raises UsageError where the staff number (capitals aside) or the owner's
    code is taken.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise UsageError(
            "org.person",
            Text(f"工号 {username} 已存在", f"the staff number {username} is taken"),
            Text("换一个工号，或给这个人增加岗位", "choose another, or give that person a post"),
        )
    if agent_code and User.objects.filter(agent_code=agent_code).exists():
        raise UsageError(
            "org.agent_code",
            Text(f"责任人编码 {agent_code} 已有人使用", f"the owner code {agent_code} is taken"),
            Text("核对编码；一个编码只能给一个人", "check it; one code is one person's"),
        )
    user = User(username=username, name=name, agent_code=agent_code, must_change_password=must_change)
    user.set_password(password)
    user.save()
    record(
        actor_id=actor.id if actor else None,
        act="org.make_person",
        subject=f"person:{username}",
        detail={"agent_code": agent_code},
        now=now,
        path=path,
    )
    appoint(user=user, role=role, node_code=node_code, since_date=since_date, actor=actor, now=now)
    return user


@transaction.atomic
def appoint(
    *, user: User, role: Role, node_code: str, since_date: date, actor: User | None, now: datetime
) -> Post:
    """Give the person a post from that date on; the same open post twice is one."""
    User.objects.select_for_update().get(id=user.id)
    node = Node.objects.filter(code=node_code, is_current=True).first()
    if node is None:
        raise UsageError(
            "org.node",
            Text(f"组织树里没有 {node_code}", f"there is no {node_code} in the tree"),
            Text("先用 weixi desk tree 载入组织树", "load the tree first with weixi desk tree"),
        )
    post, made = Post.objects.get_or_create(
        user=user, role=role.value, node=node, until_date=None, defaults={"since_date": since_date}
    )
    if made:
        record(
            actor_id=actor.id if actor else None,
            act="org.appoint",
            subject=f"person:{user.username}",
            detail={"role": role.value, "node": node.code, "since": since_date.isoformat()},
            now=now,
            path=node.path,
        )
    return post


def appoint_by_number(
    *, username: str, role: str, node_code: str, since_date: date, actor: User, now: datetime
) -> Post:
    """The same for a staff number and the word of a role, as a form gives them. Raises UsageError for either."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise nobody(username)
    if role not in set(Role):
        raise no_role(role)
    return appoint(
        user=user, role=Role(role), node_code=node_code, since_date=since_date, actor=actor, now=now
    )


@transaction.atomic
def end_post(*, post_id: int, until_date: date, actor: User | None, now: datetime, reason: str) -> Post:
    """End the post: it gives nothing from `until_date` on. A post that ended before stays as it is.

    One that had not begun by then never gives anything.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("node", "user").get(id=post_id)
    if post.until_date is not None and post.until_date <= until_date:
        return post
    since_date = min(post.since_date, until_date)
    Post.objects.filter(id=post_id).update(since_date=since_date, until_date=until_date)
    record(
        actor_id=actor.id if actor else None,
        act="org.end_post",
        subject=f"person:{post.user.username}",
        detail={"role": post.role, "node": post.node.code, "until": until_date.isoformat()},
        now=now,
        reason=reason,
        path=post.node.path,
    )
    return post
