"""The menu: the routes that declare a word for it and admit the person."""

from dataclasses import dataclass

from django.urls import get_resolver, reverse

from weixi.desk.base.routing import SeenRequest, Viewer, guarded
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu; `is_here` marks the page that is open."""

    text: Text
    about: Text | None
    address: str
    is_here: bool


def menu_of(viewer: Viewer, here: str) -> tuple[Item, ...]:
    """The menu of that person, in the order of the addresses."""
    items = []
    for _, guard in guarded(get_resolver().url_patterns):
        if guard is not None and guard.route.menu is not None and guard.route.scope.admits(viewer):
            address = reverse(guard.route.name)
            inside = here == address or (address != "/" and here.startswith(address))
            items.append(Item(guard.route.menu, guard.route.about, address, inside))
    return tuple(items)


def front_of(viewer: Viewer) -> str | None:
    """The address of the page that one of the person's roles begins the day with; None: the general home page."""
    for _, guard in guarded(get_resolver().url_patterns):
        if guard is not None and any(role in guard.route.front for role in viewer.roles):
            return reverse(guard.route.name)
    return None


def frame(request: SeenRequest) -> dict[str, object]:
    """What the page frame needs: the menu of whoever is signed in."""
    return {"menu": menu_of(request.sight, request.path) if hasattr(request, "sight") else ()}
