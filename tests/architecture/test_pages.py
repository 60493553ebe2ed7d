"""The written pages: the generated ones are up to date, the hand-written ones say nothing untrue."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SOURCE, DOCS = ROOT / "src" / "weixi", ROOT / "docs"


def tool(name: str) -> ModuleType:
    """One script of tools/, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("script", ["glossary.py", "traceability.py"])
def test_generated_pages_are_up_to_date(script: str) -> None:
    command = [sys.executable, ROOT / "tools" / script, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_glossary_holds_every_word() -> None:
    glossary = tool("glossary")
    page = glossary.page()
    assert len(glossary.vocabularies()) >= 15
    for kind in glossary.vocabularies():
        for term in kind:
            assert f"| `{term.value}` | {term.text.zh} | {term.text.en} |" in page


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (path.parent / target).exists(), target


PAGES = [
    "README.md",
    "README.zh.md",
    "CONTRIBUTING.md",
    *sorted(str(p.relative_to(ROOT)) for p in DOCS.rglob("*.md")),
]


@pytest.mark.parametrize("name", PAGES)
def test_paths_named_on_a_page_exist(name: str) -> None:
    """`folder/file` from the root, from src/weixi or from tests; a bare `file.py` anywhere in src/weixi too."""
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`([\w.*-]+(?:/[\w.*-]*)*)`", text)
    tops = {path.name for folder in (ROOT, SOURCE) for path in folder.iterdir() if path.is_dir()}
    paths = [
        path
        for path in named
        if ("/" in path and path.split("/")[0] in tops)
        or path.endswith((".py", ".toml", ".md"))
        or path in {"Makefile", ".importlinter"}
    ]
    missing = [
        path
        for path in paths
        if not any(list(root.glob(path)) for root in (ROOT, SOURCE, ROOT / "tests"))
        and ("/" in path or not list(SOURCE.rglob(path)))
    ]
    assert not missing


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if path.name != "README.md"]
    assert not [page for page in pages if f"]({page})" not in index]


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("*.md")), ids=lambda path: path.name)
def test_a_decision_has_the_headings_of_every_decision(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {path.name[:4]} ")
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert headings == ["Context", "Decision", "Not chosen", "Consequences"]


class TestTraceability:
    """The checker of docs/requirements.md on pages and tests made here."""

    traceability = tool("traceability")

    def page(self, **states: str) -> str:
        lines = [self.traceability.HEAD, "| --- | --- | --- | --- | --- |"]
        for value in self.traceability.IDS:
            state = states.get(value, "later")
            lines.append(f"| {value} | 名 | {state} | {'–' if state == 'later' else '`kernel`'} | – |")
        return "\n".join(lines) + "\n"

    def test_an_untouched_plan_is_true(self) -> None:
        assert self.traceability.faults(ROOT, self.page(), {}) == []
        assert len(self.traceability.IDS) == 135

    def test_a_row_cannot_be_missing_twice_or_unknown(self) -> None:
        page = self.page()
        assert self.traceability.faults(ROOT, page.replace("| K2 |", "| K1 |", 1), {}) == [
            "K2: not on the page",
            "K1: 2 times on the page",
        ]
        assert "Q1: on the page, but no such row exists" in self.traceability.faults(
            ROOT, page + "| Q1 | 名 | later | – | – |\n", {}
        )

    def test_built_rows_need_a_test_and_a_place(self) -> None:
        page = self.page(K2="done", K3="engine only")
        carried = {"K2": ["unit/test_a.py::test_a"], "K3": ["unit/test_a.py::test_b"]}
        assert self.traceability.faults(ROOT, page, carried) == []
        assert self.traceability.faults(ROOT, page, {"K2": carried["K2"]}) == [
            "K3: said to be engine only, but no test carries it"
        ]
        assert self.traceability.faults(ROOT, page.replace("`kernel`", "`cellar`", 1), carried) == [
            "K2: cellar does not exist"
        ]
        assert self.traceability.faults(ROOT, page.replace("`kernel`", "–", 1), carried) == [
            "K2: said to be done, but not where"
        ]

    def test_a_state_is_one_of_three_and_later_means_untested(self) -> None:
        assert "K2: “soon” is not one of done, engine only, later" in self.traceability.faults(
            ROOT, self.page(K2="soon"), {"K2": ["t.py::t"]}
        )
        assert self.traceability.faults(ROOT, self.page(), {"K2": ["t.py::t"]}) == [
            "K2: said to come later, but t.py::t carries it"
        ]
        assert self.traceability.faults(ROOT, self.page(), {"K99": ["t.py::t"]}) == [
            "K99: marked by t.py::t, but no such row exists"
        ]

    def test_marks_of_functions_classes_and_files_are_read(self, tmp_path: Path) -> None:
        (tmp_path / "unit").mkdir()
        (tmp_path / "unit" / "test_a.py").write_text(
            "import pytest\n"
            "pytestmark = [pytest.mark.slow, pytest.mark.req('P3')]\n"
            "@pytest.mark.req('K2', 'K3')\n"
            "def test_one(): ...\n"
            "@pytest.mark.req('C1')\n"
            "class TestTwo:\n"
            "    @pytest.mark.req('K2')\n"
            "    def test_two(self): ...\n"
            "    def helper(self): ...\n"
        )
        assert self.traceability.marks(tmp_path) == {
            "P3": ["unit/test_a.py::test_one", "unit/test_a.py::test_two"],
            "K2": ["unit/test_a.py::test_one", "unit/test_a.py::test_two"],
            "K3": ["unit/test_a.py::test_one"],
            "C1": ["unit/test_a.py::test_two"],
        }

    def test_the_last_column_is_written_from_the_marks(self) -> None:
        fresh = self.traceability.written(
            self.page(K2="done"), {"K2": ["unit/a.py::test_a", "unit/a.py::test_b", "unit/b.py::test_c"]}
        )
        assert "| K2 | 名 | done | `kernel` | `unit/a.py` ×2, `unit/b.py` |" in fresh
        assert "| K3 | 名 | later | – | – |" in fresh
