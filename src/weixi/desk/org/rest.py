"""The law of the API: every operation says what a token must allow and who may ask, and is guarded by what it says."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Header, Router, Schema
from ninja.security import HttpBearer

from weixi.desk.base.routing import Kind, Scope, held_by
from weixi.desk.org import operations, queries
from weixi.desk.org.operations import Caller
from weixi.desk.org.rules import TREE_READERS, Sight, TokenScope, no_post, out_of_scope
from weixi.kernel.language import Text
from weixi.kernel.terms import OrgLevel

LIMIT = 100
MOST = 1000
"""How many rows a page has where nothing else is asked for, and at most."""
CallKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{8,40}$",
        description="The caller's own id of this report: sent again, nothing is done again",
    ),
]


class CallRequest(HttpRequest):
    """A request past its guard: who calls, and where they hold the operation's roles."""

    auth: Caller
    sight: Sight
    territory: tuple[str, ...]


class Said(Schema):
    """One text in both languages."""

    zh: str
    en: str


class Fault(Schema):
    """What went wrong: a stable code for programs, what and what to do for people, where if it has a place."""

    code: str
    what: Said
    remedy: Said
    where: str = ""


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Who calls. Raises UsageError where the token does not let them."""
        address = str(request.META.get("REMOTE_ADDR", ""))
        return operations.use_token(
            token=token, address=address, today=timezone.localdate(), now=timezone.now()
        )


class Endpoint:
    """An operation behind its declaration: the token's scope, then the role, then the object's place.

    `part` is the parameter that names the object; to who may not see it, it does not exist.
    """

    def __init__(
        self, view: Callable[..., object], token: TokenScope, scope: Scope, part: str, text: Text
    ) -> None:
        update_wrapper(self, view)
        self.view = view
        self.token = token
        self.scope = scope
        self.part = part
        self.text = text

    def __call__(self, request: CallRequest, **parts: Any) -> object:
        """The operation's answer. Raises UsageError, or Http404, where it is refused."""
        caller = request.auth
        if self.token not in caller.scopes:
            raise out_of_scope(self.token)
        if not self.scope.admits(caller.sight):
            raise no_post()
        if self.scope.kind is Kind.OBJECT:
            where = self.scope.path_of(parts[self.part]) if self.scope.path_of is not None else None
            if where is None or not caller.sight.covers_as(where, self.scope.roles):
                raise Http404
        request.sight = caller.sight
        request.territory = caller.sight.paths_as(self.scope.roles)
        return self.view(request, **parts)


def operation(
    router: Router,
    method: str,
    address: str,
    *,
    token: TokenScope,
    scope: Scope,
    text: Text,
    answer: Any,
    part: str = "",
) -> Callable[[Callable[..., object]], Endpoint]:
    """Ninja's operation, with the declaration without which one of the desk cannot be."""

    def declare(view: Callable[..., object]) -> Endpoint:
        endpoint = Endpoint(view, token, scope, part, text)
        about = (view.__doc__ or "").strip()
        router.add_api_operation(
            address,
            [method],
            endpoint,
            response={200: answer, (401, 403, 404, 409, 422, 429): Fault},
            summary=f"{text.zh} / {text.en}",
            description=f"{about}\n\nToken: `{token}`.",
            operation_id=view.__name__,
        )
        return endpoint

    return declare


class NodeOut(Schema):
    """One node of the tree."""

    code: str
    name: str
    level: OrgLevel
    parent_code: str
    path: str


class NodesOut(Schema):
    """One page of nodes; `after` continues it, "" at the end."""

    nodes: list[NodeOut]
    after: str


router = Router(tags=["tree"])


@operation(
    router,
    "GET",
    "/tree",
    token=TokenScope.READ_TREE,
    scope=held_by(*TREE_READERS),
    text=Text("辖区内的组织节点", "the nodes of the territory"),
    answer=NodesOut,
)
def list_nodes(request: CallRequest, after: str = "", limit: int = LIMIT) -> object:
    """The current nodes of the owner's territory in the order of their paths."""
    return queries.nodes_after(territory=request.territory, after=after, limit=min(max(limit, 1), MOST))
