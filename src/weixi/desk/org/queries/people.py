"""People as an administrator sees them: those whose posts all lie in the territory can be dealt with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from weixi.desk.base.territory import under
from weixi.desk.org.models import ApiToken, Node, Post, SecondFactor, User
from weixi.desk.org.rules import Role, Sight, TokenScope, common
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel

SIZE = 50
MOST = 1000
"""Counts stop here: `1000+`."""


@dataclass(frozen=True, slots=True)
class HeldPost:
    """One post of a person; `is_mine`: it lies in the administrator's territory."""

    post_id: int
    role: Text
    node_code: str
    node_name: str
    since_date: date
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person on a list. `is_mine`: every post lies in the administrator's territory."""

    person_id: int
    username: str
    name: str
    agent_code: str
    is_active: bool
    is_new: bool
    has_factor: bool
    last_sign_in: datetime | None
    posts: tuple[HeldPost, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people by staff number; `after` continues it, "" at the end. `count` stops at `MOST` + 1."""

    lines: tuple[PersonLine, ...]
    after: str
    count: int

    @property
    def shown_count(self) -> str:
        """The count for people: `1000+` where there are more."""
        return f"{MOST}+" if self.count > MOST else str(self.count)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token on a page."""

    token_id: int
    name: str
    shown: str
    scopes: tuple[Text, ...]
    created_at: datetime
    expires_date: date
    used_at: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: the posts held or to come, the tokens, the second factor with its recovery codes left."""

    person: PersonLine
    tokens: tuple[TokenLine, ...]
    recovery_count: int
    is_oneself: bool


@dataclass(frozen=True, slots=True)
class FactorState:
    """A person's second factor; `enrolled_at` None: there is none."""

    enrolled_at: datetime | None
    recovery_count: int


def path_of_person(person_id: int) -> str | None:
    """The deepest node above every post of the person held or to come; above the last one where all have ended.

    None where there is no such person, or no post at all.
    """
    posts = Post.objects.filter(user_id=person_id)
    held = list(posts.filter(_open(timezone.localdate())).values_list("node__path", flat=True))
    if held:
        return common(held) or None
    return posts.order_by("-until_date", "-id").values_list("node__path", flat=True).first()


def path_of_token(token_id: int) -> str | None:
    """Where the token's owner lies; None where there is no such token."""
    owner = ApiToken.objects.filter(id=token_id).values_list("user_id", flat=True).first()
    return path_of_person(owner) if owner is not None else None


def people(
    *,
    territory: tuple[str, ...],
    today: date,
    words: str = "",
    role: str = "",
    state: str = "",
    after: str = "",
) -> PeoplePage:
    """The people with a post in the territory, or who left from it. Four statements.

    `state`: `open`, `closed`, `bare` (no second factor), `new` (first password not changed yet); "" all.
    """
    posts = Post.objects.filter(user_id=OuterRef("id"))
    here = posts.filter(under("node__path", territory))
    last = posts.order_by(F("until_date").desc(nulls_first=True), "-id").values("node__path")[:1]
    found = User.objects.annotate(last_path=Subquery(last)).filter(
        Exists(here.filter(_open(today)))
        | (~Exists(posts.filter(_open(today))) & under("last_path", territory))
    )
    for word in words.split():
        found = found.filter(
            Q(username__icontains=word) | Q(name__icontains=word) | Q(agent_code__icontains=word)
        )
    if role in set(Role):
        found = found.filter(Exists(here.filter(_open(today), role=role)))
    if state == "open":
        found = found.filter(is_active=True)
    elif state == "closed":
        found = found.filter(is_active=False)
    elif state == "bare":
        found = found.filter(is_active=True, second_factor__isnull=True)
    elif state == "new":
        found = found.filter(is_active=True, must_change_password=True)
    count = len(found.order_by().values_list("id", flat=True)[: MOST + 1])
    if after:
        found = found.filter(username__gt=after)
    users = list(found.order_by("username")[: SIZE + 1])
    lines = _lines(users[:SIZE], territory, today)
    return PeoplePage(lines, users[SIZE - 1].username if len(users) > SIZE else "", count)


def person_page(*, person_id: int, territory: tuple[str, ...], seen: Sight, today: date) -> PersonPage:
    """One person of the territory."""
    user = User.objects.get(id=person_id)
    (line,) = _lines([user], territory, today)
    state = factor_state(user_id=user.id)
    return PersonPage(
        line, tokens_of(user_id=user.id, today=today), state.recovery_count, user.id == seen.user_id
    )


def factor_state(*, user_id: int) -> FactorState:
    """The person's second factor. One statement."""
    found = SecondFactor.objects.filter(user_id=user_id).annotate(left=Count("codes"))
    row = found.values_list("enrolled_at", "left").first()
    return FactorState(*row) if row is not None else FactorState(None, 0)


def has_factor(*, user_id: int) -> bool:
    """Whether the person has set a second factor up."""
    return SecondFactor.objects.filter(user_id=user_id).exists()


def person_of(user_id: int) -> User | None:
    """The person of that number who may sign in; None where there is none."""
    return User.objects.filter(id=user_id, is_active=True).first()


def tokens_of(*, user_id: int, today: date) -> tuple[TokenLine, ...]:
    """The person's tokens, open ones first, the newest first."""
    lines = [_token(token, today) for token in ApiToken.objects.filter(user_id=user_id).order_by("-id")]
    return tuple(sorted(lines, key=lambda line: not line.is_open))


def nodes_like(
    *, words: str, territory: tuple[str, ...], limit: int = 20
) -> tuple[tuple[str, str, Text], ...]:
    """Nodes of the territory whose code or name holds the words: code, name, level."""
    found: QuerySet[Node] = Node.objects.filter(under("path", territory), is_current=True)
    for word in words.split():
        found = found.filter(Q(code__icontains=word) | Q(name__icontains=word))
    rows = found.order_by("path").values_list("code", "name", "level")[:limit]
    return tuple((code, name, OrgLevel(level).text) for code, name, level in rows)


def _open(today: date) -> Q:
    return Q(until_date__isnull=True) | Q(until_date__gt=today)


def _lines(users: Iterable[User], territory: tuple[str, ...], today: date) -> tuple[PersonLine, ...]:
    listed = list(users)
    ids = [user.id for user in listed]
    held: dict[int, list[Post]] = {number: [] for number in ids}
    posts = Post.objects.filter(_open(today), user_id__in=ids).select_related("node")
    for post in posts.order_by("node__path", "role"):
        held[post.user_id].append(post)
    enrolled = set(SecondFactor.objects.filter(user_id__in=ids).values_list("user_id", flat=True))
    return tuple(
        PersonLine(
            user.id,
            user.username,
            user.name,
            user.agent_code,
            user.is_active,
            user.must_change_password,
            user.id in enrolled,
            user.last_login,
            tuple(
                HeldPost(
                    post.id,
                    Role(post.role).text,
                    post.node.code,
                    post.node.name,
                    post.since_date,
                    post.node.path.startswith(territory),
                )
                for post in held[user.id]
            ),
            all(post.node.path.startswith(territory) for post in held[user.id]),
        )
        for user in listed
    )


def _token(token: ApiToken, today: date) -> TokenLine:
    return TokenLine(
        token.id,
        token.name,
        token.shown,
        tuple(TokenScope(word).text for word in token.scopes.split()),
        token.created_at,
        token.expires_date,
        token.used_at,
        token.revoked_at is None and token.expires_date > today,
    )


def is_own_token(*, token_id: int, user_id: int) -> bool:
    """Whether the token is that person's."""
    return ApiToken.objects.filter(id=token_id, user_id=user_id).exists()
