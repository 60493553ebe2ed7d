"""Every page of the desk is pictured in both languages: a new address needs a row of handmade/pages.py."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, get_resolver, resolve

from handmade.pages import PAGES, PARTS, SCREENSHOTS, WALK, Seen, gallery
from weixi.desk.base.routing import guarded

BROWSER = Path(__file__).parents[2] / "browser"
NOWHERE = "not-found"
"""The picture of an address that leads nowhere."""


def route(seen: Seen) -> str:
    """The name of the route that the address leads to."""
    path = re.sub(r"{\w+}", "1", seen.address).partition("?")[0]
    return str(resolve(path).url_name)


def test_every_address_that_is_opened_is_pictured_or_is_no_page() -> None:
    opened = {
        guard.route.name
        for _, guard in guarded(get_resolver().url_patterns)
        if guard is not None and "GET" in guard.route.methods
    }
    pictured = {route(seen) for seen in PAGES if seen.name != NOWHERE}
    assert pictured & PARTS.keys() == set()
    assert opened - pictured - PARTS.keys() == set()
    assert PARTS.keys() - opened == set()
    with pytest.raises(Resolver404):
        route(next(seen for seen in PAGES if seen.name == NOWHERE))


def test_a_page_is_pictured_where_the_table_says() -> None:
    assert len({seen.name for seen in PAGES}) == len(PAGES)
    for seen in PAGES:
        walk = (BROWSER / seen.walk).read_text(encoding="utf-8")
        assert seen.walk == WALK or f'"{seen.name}"' in walk, seen.name


def test_every_picture_is_kept_and_shown() -> None:
    kept = {path.name for path in SCREENSHOTS.glob("*.png")}
    assert kept == {file for seen in PAGES for file in seen.files()}
    assert (SCREENSHOTS / "README.md").read_text(encoding="utf-8") == gallery()
