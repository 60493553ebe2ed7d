"""The law of the house: what may import what, how long a file may be, what no file may hold."""

import ast
import configparser
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "weixi"
COMFORT, WALL = 300, 500


def files(*suffixes: str) -> Iterator[Path]:
    """The project's own files: no environment, no cache, no data."""
    for entry in sorted(ROOT.iterdir()):
        if entry.is_file():
            if not suffixes or entry.suffix in suffixes:
                yield entry
        elif entry.name in {"src", "tests", "tools", "docs", "requirements", "benchmarks", ".ci"}:
            for path in sorted(entry.rglob("*")):
                if (
                    path.is_file()
                    and "__pycache__" not in path.parts
                    and (not suffixes or path.suffix in suffixes)
                ):
                    yield path


def test_imports_keep_the_law() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_law_has_no_exception() -> None:
    law = configparser.ConfigParser()
    law.read(ROOT / ".importlinter", encoding="utf-8")
    assert law.sections()
    for section in law.sections():
        assert not {key for key in law[section] if key.startswith("ignore")}, section


def test_every_step_of_the_way_is_entered_by_its_face() -> None:
    law = configparser.ConfigParser()
    law.read(ROOT / ".importlinter", encoding="utf-8")
    guarded = {section.rsplit("face-")[-1] for section in law.sections() if "face-" in section}
    assert guarded == {path.parent.name for path in (SOURCE / "flow").glob("*/__init__.py")}


def test_no_file_passes_the_wall() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(".py")
    }
    long = {name: lines for name, lines in lengths.items() if lines > COMFORT}
    listing = "".join(f"{lines} lines: {name}\n" for name, lines in sorted(long.items(), key=lambda e: -e[1]))
    sys.stdout.write(listing)
    assert not {name for name, lines in long.items() if lines > WALL}


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "misc"}
    assert not [path for path in files(".py") if {path.stem, *path.relative_to(ROOT).parts} & drawers]


def test_only_the_command_imports_inside_a_function() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files(".py")
        if SOURCE in path.parents and (SOURCE / "cli") not in path.parents
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not found


def test_no_checker_is_silenced() -> None:
    marks = ("no" + "qa", "type: " + "ignore", "pragma: " + "no cover", "fmt: " + "off")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files(".py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(f"# {mark}" in line for mark in marks)
    ]
    assert not found


def test_nothing_is_left_to_do_and_nothing_is_mocked() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X ", "unittest" + ".mock", "Magic" + "Mock")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files(".py", ".toml", ".md")
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert not found


def test_no_file_names_a_registry_or_a_machine() -> None:
    names = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "--index" + "-url")
    folders = ("/tm" + "p/", "/wo" + "rk/ma" + "in", "/wo" + "rk/sh" + "ared", "/op" + "t/", "/ro" + "ot/")
    folders += ("file:" + "//",)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {word}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        for word in names + folders
        if word in line
    ]
    assert not found


@pytest.mark.parametrize("lock", ["runtime.txt", "dev.txt", "spark.txt"])
def test_every_line_of_a_lock_is_an_exact_version_with_its_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line.split() for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(entries) > 10
    for name, *hashes in entries:
        assert name.count("==") == 1, name
        assert hashes, name
        assert all(part.startswith("--hash=sha256:") and len(part) == 78 for part in hashes), name


def test_the_locks_agree() -> None:
    versions: dict[str, set[str]] = {}
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        for line in lock.read_text(encoding="utf-8").splitlines():
            if "==" in line and not line.startswith((" ", "#")):
                name, version = line.split()[0].split("==")
                versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh Python has after the statement."""
    code = f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_month_runs_without_django_and_without_spark() -> None:
    loaded = loaded_by("import weixi.flow.run")
    assert "weixi" in loaded
    # LightGBM, which the scores need, loads pandas where that is installed.
    assert not loaded & {"django", "pyspark", "py4j", "click", "rich"}


def test_help_is_said_without_loading_an_engine() -> None:
    loaded = loaded_by("from weixi.cli.app import house; house(['--help'], standalone_mode=False)")
    assert "click" in loaded
    assert not loaded & {"duckdb", "pyspark", "pyarrow", "sqlglot", "numpy"}
