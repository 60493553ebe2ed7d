"""The frame of every page: its headers, its languages, its files, and what it says when something is wrong."""

import os
import re
import secrets
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import django
import django_htmx
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import timezone

import weixi.desk
from handmade.desk import D1, grow, person
from weixi.desk.base import views
from weixi.desk.org.models import User
from weixi.desk.org.rules import Role

DESK = Path(weixi.desk.__file__).parent
TEMPLATES = sorted(DESK.glob("*/templates/**/*.html"))
CATALOGUES = sorted(DESK.glob("*/locale/en/LC_MESSAGES/django.po"))
ZH = {"Accept-Language": "zh-CN,zh;q=0.9"}


@pytest.fixture
def manager(db: None, now: datetime) -> User:
    grow(now)
    return person("xf01", (Role.COUNTY_MANAGER, D1), since=timezone.localdate(), now=now)


def test_every_answer_carries_the_headers(client: Client, manager: User) -> None:
    for address in ("/sign-in/", "/me/", "/nowhere/"):
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    own_file = r"""<script type="module" src="{% static '[\w/]+\.js' %}">"""
    text = re.sub(own_file, "", text)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|hx-on|javascript:|https?://", text)


def test_every_template_compiles() -> None:
    for template in TEMPLATES:
        get_template(template.relative_to(template.parents[1]).as_posix())
    assert len(TEMPLATES) >= 8


def test_the_style_sheet_holds_the_classes_of_the_templates() -> None:
    sheet = (DESK / "base/static/base/desk.css").read_text(encoding="utf-8")
    used = {
        name
        for template in TEMPLATES
        for group in re.findall(r'class="([^"{]*)"', template.read_text(encoding="utf-8"))
        for name in group.split()
    }
    assert len(used) > 50
    escaped = {name: re.sub(r"([^\w-])", r"\\\1", name) for name in used}
    assert sorted(name for name, text in escaped.items() if f".{text}" not in sheet) == []


def test_files_come_from_the_desk_itself(client: Client, manager: User) -> None:
    page = client.get("/sign-in/").content.decode()
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert finders.find(address.removeprefix("/static/")), address
        response = client.get(address)
        assert response.status_code == 200
        assert b"".join(response)
    assert "htmx" in page
    assert Path(str(finders.find("django_htmx/htmx-2.min.js"))).is_relative_to(
        Path(django_htmx.__file__).parent
    )


def test_chinese_first_and_english_on_request(client: Client, manager: User) -> None:
    client.force_login(manager)
    assert "我的岗位" in client.get("/me/", headers=ZH).content.decode()
    assert "我的岗位" in client.get("/me/").content.decode()
    assert client.post("/language/", {"language": "en", "next": "/me/"}).headers["Location"] == "/me/"
    page = client.get("/me/", headers=ZH).content.decode()
    assert "My posts" in page
    assert "county manager" in page
    assert '<html lang="en">' in page
    assert "/static/" in page


def test_the_way_of_the_language_leads_nowhere_else(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in response.headers["Location"]


def test_what_went_wrong_is_said_with_what_to_do(client: Client, manager: User) -> None:
    client.force_login(manager)
    missing = client.get("/org/nothing/", headers=ZH)
    assert missing.status_code == 404
    assert "辖区" in missing.content.decode()
    closed = client.get("/audit/", headers=ZH)
    assert closed.status_code == 403
    assert "系统管理员" in closed.content.decode()
    assert client.get("/nowhere/").status_code == 404
    broken = views.server_error(RequestFactory().get("/"))
    assert broken.status_code == 500
    assert "系统管理员" in broken.content.decode()
    form = Client(enforce_csrf_checks=True).post("/sign-in/", {}, headers=ZH)
    assert form.status_code == 403
    assert "页面已过期" in form.content.decode()


def test_a_fragment_asked_for_without_a_session_sends_the_page_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/me/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/sign-in/?next=%2F"
    assert client.get("/org/?a=1").headers["Location"] == "/sign-in/?next=%2Forg%2F%3Fa%3D1"


def test_migrations_say_all_that_the_models_say(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_over_https_the_deployment_check_finds_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "WEIXI_HTTPS": "1", "WEIXI_HOME": str(tmp_path)}
    del environment["WEIXI_SECOND_FACTOR"]
    environment["WEIXI_SECRET"] = secrets.token_urlsafe(48)
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
    assert django.VERSION[:2] == (5, 2)
