"""The law of addresses: every route says who may come in, and is guarded by what it says."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Protocol
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.request import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.cache import patch_vary_headers

from weixi.kernel.language import Text
from weixi.kernel.terms import Term

View = Callable[..., HttpResponseBase]


class Viewer(Protocol):
    """What a guard asks of a person's sight."""

    @property
    def roles(self) -> Collection[str]:
        """The roles held today, anywhere."""

    def covers_as(self, path: str, roles: Collection[str]) -> bool:
        """Whether one of the roles is held over that path; no roles: any role."""

    def paths_as(self, roles: Collection[str]) -> tuple[str, ...]:
        """The subtrees in which one of the roles is held; no roles: any role."""


class SeenRequest(HttpRequest):
    """A request past its guard, with what the person may see; `territory` is where they hold the route's roles."""

    sight: Viewer
    territory: tuple[str, ...]


class Kind(Term):
    """What a route asks for."""

    PUBLIC = "PUBLIC", "公开", "anyone"
    SIGNED_IN = "SIGNED_IN", "已登录", "whoever is signed in"
    ROLE = "ROLE", "按岗位", "holders of a role"
    OBJECT = "OBJECT", "按辖区", "holders of a role over the object's territory"


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may use a route. `path_of` is given the address's parts and says where the object lies; None: nowhere.

    `sees` is given the viewer and the address's parts, where a subtree alone does not say who sees the object.
    """

    kind: Kind
    roles: frozenset[str] = frozenset()
    path_of: Callable[..., str | None] | None = None
    sees: Callable[..., bool] | None = None

    def admits(self, viewer: Viewer) -> bool:
        """Whether the person's roles alone open the route; an object is asked for afterwards."""
        return not self.roles or any(role in self.roles for role in viewer.roles)

    def shows(self, viewer: Viewer, parts: Mapping[str, object]) -> bool:
        """Whether the object of those parts exists for the person."""
        if self.sees is not None:
            return self.sees(viewer, **parts)
        where = self.path_of(**parts) if self.path_of is not None else None
        return where is not None and viewer.covers_as(where, self.roles)


PUBLIC = Scope(Kind.PUBLIC)
SIGNED_IN = Scope(Kind.SIGNED_IN)


def held_by(*roles: str) -> Scope:
    """Holders of one of the roles, anywhere; what they then see is cut by their sight in the query."""
    return Scope(Kind.ROLE, frozenset(roles))


def over(path_of: Callable[..., str | None], *roles: str) -> Scope:
    """Holders of one of the roles over the place where the object lies; to others it does not exist (404)."""
    return Scope(Kind.OBJECT, frozenset(roles), path_of)


def shown_by(sees: Callable[..., bool], *roles: str) -> Scope:
    """Holders of one of the roles to whom `sees` shows the object: what is one agent's own is not his colleague's."""
    return Scope(Kind.OBJECT, frozenset(roles), sees=sees)


@dataclass(frozen=True, slots=True)
class Route:
    """What one address declares. `menu` puts it into the menu of whom it admits; `front` makes it their home page."""

    name: str
    scope: Scope
    methods: tuple[str, ...]
    menu: Text | None = None
    about: Text | None = None
    front: frozenset[str] = field(default_factory=frozenset)


class Guarded:
    """A view behind its route: the method, then the sign-in, then the role, then the object's place."""

    def __init__(self, view: View, route: Route) -> None:
        wraps(view)(self)
        self.view = view
        self.route = route

    def __call__(self, request: SeenRequest, **parts: object) -> HttpResponseBase:
        """The view's answer, or the refusal."""
        if request.method not in self.route.methods and request.method != "HEAD":
            return HttpResponseNotAllowed(self.route.methods)
        scope = self.route.scope
        if scope.kind is not Kind.PUBLIC:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not scope.admits(request.sight):
                raise PermissionDenied
            if scope.kind is Kind.OBJECT and not scope.shows(request.sight, parts):
                raise Http404
            request.territory = request.sight.paths_as(scope.roles)
        response = self.view(request, **parts)
        patch_vary_headers(response, ["HX-Request"])
        return response


def route(
    address: str,
    view: View,
    *,
    name: str,
    scope: Scope,
    methods: Iterable[str] = ("GET",),
    menu: Text | None = None,
    about: Text | None = None,
    front: Iterable[str] = (),
) -> URLPattern:
    """Django's `path`, with the scope without which an address of the desk cannot be."""
    declared = Route(name, scope, tuple(methods), menu, about, frozenset(front))
    return path(address, Guarded(view, declared), name=name)


def guarded(patterns: Iterable[URLPattern | URLResolver]) -> Iterable[tuple[URLPattern, Guarded | None]]:
    """Every address below the patterns with its guard; None where an address has none, which a test forbids."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from guarded(pattern.url_patterns)
        else:
            yield pattern, pattern.callback if isinstance(pattern.callback, Guarded) else None


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back; a page fragment is told to go there as a whole."""
    back = (
        request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"
    )
    address = f"{reverse('sign_in')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
