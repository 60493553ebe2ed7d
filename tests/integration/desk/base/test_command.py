"""`weixi serve`, `weixi desk` and `weixi verify`, each in a process of its own."""

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from weixi.engine import Partition, Store
from weixi.flow.book import ORG_NODE

Call = Callable[..., subprocess.CompletedProcess[str]]


def environment(home: Path) -> dict[str, str]:
    """The caller's environment without what the other tests' desk was told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WEIXI_", "DJANGO_"))}
    return {**kept, "WEIXI_HOME": str(home), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def weixi(home: Path) -> Call:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "weixi", *arguments],
            env=environment(home),
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def operator(home: Path, put: Callable[..., Partition], store: Store) -> Path:
    """A home whose book has a tree of one line, marked as a demonstration."""
    above = None
    rows = []
    for code, level in (("P", "PROVINCE"), ("C", "CITY"), ("K", "COUNTY"), ("U", "UNIT"), ("W", "OWNER")):
        rows.append({"node_code": code, "parent_code": above, "level": level, "name": f"节点{code}"})
        above = code
    put(ORG_NODE, rows, month=202601)
    (home / "demo.json").write_text("{}")
    return home


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[str]:
    """The address of a desk that runs for the time of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "weixi", "serve", "--port", "0", *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://[\d.]+:\d+/", line)
        assert found is not None, line + process.stdout.read()
        yield found[0]
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def test_the_desk_is_served_from_an_empty_home(home: Path) -> None:
    with serving(home) as address, urllib.request.urlopen(f"{address}sign-in/") as response:
        page = response.read().decode()
        assert response.status == 200
        assert "工号" in page
        assert response.headers["Server"] is None
        style = re.search(r'/(static/base/desk\.css)"', page)
        assert style is not None
        with urllib.request.urlopen(address + style[1]) as sheet:
            assert sheet.headers["Content-Type"].startswith("text/css")
    secret = home / "desk.secret"
    before = secret.read_text()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "desk.sqlite3").stat().st_mode) == 0o600
    assert len(before) >= 50
    with serving(home):
        assert secret.read_text() == before


def test_the_desk_answers_to_its_own_names_alone(home: Path) -> None:
    with serving(home, "--name", "desk.example") as address:
        asked = urllib.request.Request(f"{address}sign-in/", headers={"Host": "desk.example"})
        with urllib.request.urlopen(asked) as response:
            assert response.status == 200
        other = urllib.request.Request(f"{address}sign-in/", headers={"Host": "elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(other):
            pass
        assert refused.value.code == 400
        refused.value.close()


def test_behind_a_proxy_people_come_by_https(home: Path) -> None:
    with serving(home, "--proxy", "127.0.0.1", "--name", "desk.example") as address:
        told = {"Host": "desk.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        with urllib.request.urlopen(urllib.request.Request(f"{address}sign-in/", headers=told)) as response:
            assert "includeSubDomains" in response.headers["Strict-Transport-Security"]
            assert "Secure" in response.headers["Set-Cookie"]
        connection = HTTPConnection(address.split("/")[2])
        connection.request("GET", "/sign-in/", headers={"Host": "desk.example"})
        plain = connection.getresponse()
        assert (plain.status, plain.headers["Location"]) == (301, "https://desk.example/sign-in/")
        connection.close()


def test_a_desk_open_to_others_needs_a_name(home: Path, weixi: Call) -> None:
    done = weixi("serve", "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 2
    assert "serve.name" in done.stderr
    assert not home.exists()


def test_a_port_that_is_taken_is_said(home: Path, weixi: Call) -> None:
    with serving(home) as address:
        port = address.rstrip("/").rsplit(":", 1)[1]
        done = weixi("serve", "--port", port)
    assert done.returncode == 2
    assert "serve.port" in done.stderr


def test_the_demonstrations_people_are_made_and_made_anew(operator: Path, weixi: Call) -> None:
    first = json.loads(weixi("desk", "people", "--json").stdout)
    assert [one["role"] for one in first["people"]] == [
        "AGENT",
        "TEAM_LEADER",
        "COUNTY_MANAGER",
        "MANAGER",
        "PLANNER",
        "PLANNER",
        "AUDITOR",
        "ADMINISTRATOR",
    ]
    assert first["people"][0]["node_code"] == "W"
    second = json.loads(weixi("desk", "people", "--json").stdout)
    assert second["people"] == first["people"]
    assert second["password"] != first["password"]
    with closing(sqlite3.connect(operator / "desk.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM org_post").fetchone() == (8,)
        (hashed,) = database.execute("SELECT password FROM org_user WHERE username = 'agent'").fetchone()
    assert hashed.startswith("argon2$argon2id$")


def test_the_demonstrations_plan_is_worked_until_now(demo_home: Path, home: Path, weixi: Call) -> None:
    shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("scratch"))
    first = json.loads(weixi("desk", "people", "--json").stdout)
    assert first["acts"] > 100
    with closing(sqlite3.connect(home / "desk.sqlite3")) as database:
        ask = database.execute
        owner = first["people"][0]["node_code"]
        states = dict(ask("SELECT state, count(*) FROM dispatch_task GROUP BY state"))
        assert {"ISSUED", "CLAIMED", "HANDLED", "HELD_OUT"} <= set(states)
        assert ask(
            "SELECT DISTINCT is_begun FROM dispatch_task WHERE owner_code = ?", [owner]
        ).fetchall() == [(0,)]
        assert ask("SELECT count(*) FROM dispatch_task WHERE is_holdout AND is_begun").fetchone() == (0,)
        events = ask("SELECT count(*) FROM dispatch_taskevent WHERE actor_id IS NOT NULL").fetchone()
        hashes = ask(
            "SELECT DISTINCT substr(password, 1, 1) FROM org_user WHERE username LIKE 'w%'"
        ).fetchall()
    assert hashes == [("!",)]  # Django's mark of nobody's password
    weixi("desk", "people", "--json")
    with closing(sqlite3.connect(home / "desk.sqlite3")) as database:
        again = database.execute("SELECT count(*) FROM dispatch_taskevent WHERE actor_id IS NOT NULL")
        assert again.fetchone() == events


def test_nobody_is_made_up_where_there_is_no_demonstration(operator: Path, weixi: Call) -> None:
    (operator / "demo.json").unlink()
    done = weixi("desk", "people")
    assert done.returncode == 2
    assert "desk.people" in done.stderr
    assert not (operator / "desk.sqlite3").exists()


def test_a_person_is_entered_with_a_post(operator: Path, weixi: Call) -> None:
    assert "5 个节点，新增 5" in weixi("desk", "tree").stdout
    assert "新增 0，变动 0，撤销 0" in weixi("desk", "tree").stdout
    done = weixi("desk", "person", "XF01", "--name", "周敏", "--role", "ADMINISTRATOR", "--at", "P")
    assert done.returncode == 0
    assert "XF01" in done.stdout
    again = weixi("desk", "person", "XF01", "--role", "ADMINISTRATOR", "--at", "P")
    assert (again.returncode, "org.person" in again.stderr) == (2, True)
    assert "org.role" in weixi("desk", "person", "XF02", "--role", "KING", "--at", "P").stderr
    assert "org.node" in weixi("desk", "person", "XF02", "--role", "AGENT", "--at", "X").stderr
    assert weixi("desk", "password", "XF01").returncode == 0
    assert "org.nobody" in weixi("desk", "password", "XF02").stderr


def test_a_book_without_a_tree_is_said(home: Path, weixi: Call) -> None:
    done = weixi("desk", "tree")
    assert done.returncode == 1
    assert "desk.tree" in done.stderr


def test_verify_proves_the_audit_and_names_what_was_changed(operator: Path, weixi: Call) -> None:
    assert "审计" not in weixi("verify").stdout
    weixi("desk", "tree")
    weixi("desk", "person", "XF01", "--role", "AUDITOR", "--at", "P")
    done = weixi("verify")
    assert done.returncode == 0
    assert "审计：3 条前后相连" in done.stdout
    with closing(sqlite3.connect(operator / "desk.sqlite3")) as database, database:
        database.execute("""UPDATE audit_auditentry SET subject = 'person:XF02' WHERE number = 2""")
    done = weixi("verify")
    assert done.returncode == 1
    assert "✗ 审计第 2 条" in done.stdout
    assert json.loads(weixi("verify", "--json").stdout)["audit"]["broken"]["number"] == 2


def test_the_demonstration_does_without_codes_and_says_so(operator: Path, weixi: Call) -> None:
    assert "演示" in weixi("desk", "people").stdout
    assert (operator / "desk.second_factor").read_text() == "optional\n"
    done = weixi("desk", "check")
    assert (done.returncode, "weixi.W001" in done.stdout) == (1, True)


def test_the_demonstration_shows_the_second_factor_on_request(operator: Path, weixi: Call) -> None:
    made = json.loads(weixi("desk", "people", "--second-factor", "--json").stdout)["people"]
    secrets = {one["role"]: one["secret"] for one in made}
    assert secrets["AGENT"] == secrets["TEAM_LEADER"] == ""
    assert len({secret for secret in secrets.values() if len(secret) == 32}) == 5
    assert (operator / "desk.second_factor").read_text() == "required\n"
    again = json.loads(weixi("desk", "people", "--json").stdout)["people"]
    assert {one["secret"] for one in again} == {""}
    with closing(sqlite3.connect(operator / "desk.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM org_secondfactor").fetchone() == (0,)


def test_a_desk_in_use_passes_its_check(home: Path, weixi: Call) -> None:
    done = weixi("desk", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "没有发现" in done.stdout
    assert not (home / "desk.second_factor").exists()


def test_another_word_for_the_second_factor_is_refused(home: Path, weixi: Call) -> None:
    home.mkdir()
    (home / "desk.second_factor").write_text("sometimes\n")
    done = weixi("desk", "check")
    assert (done.returncode, "desk.second_factor" in done.stderr) == (2, True)


def test_a_second_factor_is_taken_away_at_the_machine(operator: Path, weixi: Call) -> None:
    weixi("desk", "people", "--second-factor")
    assert weixi("desk", "factor", "auditor").returncode == 0
    again = weixi("desk", "factor", "auditor")
    assert (again.returncode, "org.no_factor" in again.stderr) == (2, True)
    assert "已解除 5 个验证器" in weixi("desk", "factor", "--everybody").stdout
    assert weixi("desk", "factor").returncode == 2


def test_a_first_password_of_the_command_is_changed_at_the_first_sign_in(operator: Path, weixi: Call) -> None:
    weixi("desk", "tree")
    weixi("desk", "person", "XF01", "--role", "AGENT", "--at", "P")
    with closing(sqlite3.connect(operator / "desk.sqlite3")) as database:
        changes = "SELECT must_change_password FROM org_user WHERE username = 'XF01'"
        assert database.execute(changes).fetchone() == (1,)
