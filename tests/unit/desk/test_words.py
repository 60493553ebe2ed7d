"""Every text that a page shows is said in both languages."""

import ast
import gettext
import re
from pathlib import Path

import pytest

DESK = Path(__file__).parents[3] / "src" / "weixi" / "desk"
APPS = sorted(path.parent.name for path in DESK.glob("*/apps.py"))
CHINESE = re.compile(r"[\u3400-\u9fff]")
WIDE = re.compile(r"[\u3001-\u303f\uff01-\uff5e]")
"""Chinese punctuation."""

TRANSLATE = re.compile(r"""{%\s*(?:translate|trans)\s+(?P<q>["'])(?P<text>.*?)(?P=q)[^%]*%}""")
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?(?P<head>[^%]*)%}(?P<text>.*?)"
    r"(?:{%\s*plural\s*%}(?P<plural>.*?))?{%\s*endblocktrans(?:late)?\s*%}",
    re.DOTALL,
)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
VARIABLE = re.compile(r"{{\s*([\w.]+)\s*}}")
CALLS = {"gettext", "gettext_lazy", "_", "ngettext", "pgettext"}


def catalogue(path: Path) -> dict[str, str]:
    """The words of a compiled catalogue; of a text with a plural, its singular."""
    with path.open("rb") as stream:
        found = vars(gettext.GNUTranslations(stream))["_catalog"]
    return {key if isinstance(key, str) else key[0]: said for key, said in found.items() if said and key} | {
        key[0]: said for key, said in found.items() if isinstance(key, tuple) and key[1] == 0
    }


def english() -> dict[str, str]:
    """The desk's English words of all apps, as Django merges them."""
    paths = [DESK / app / "locale" / "en" / "LC_MESSAGES" / "django.mo" for app in APPS]
    return {key: said for path in paths if path.exists() for key, said in catalogue(path).items()}


WORDS = english()
TEMPLATES = sorted(DESK.glob("*/templates/**/*.html"))
MODULES = sorted(path for path in DESK.rglob("*.py") if "migrations" not in path.parts)
SCRIPTS = sorted(path for path in DESK.glob("*/static/**/*.js") if ".min." not in path.name)


def said_in(source: str) -> list[str]:
    """The Chinese texts that a template hands to the catalogue."""
    found = [match["text"] for match in TRANSLATE.finditer(source)]
    for match in BLOCK.finditer(source):
        text = VARIABLE.sub(r"%(\1)s", match["text"])
        found.append(" ".join(text.split()) if "trimmed" in match["head"] else text)
    return [text for text in found if CHINESE.search(text)]


def name(path: Path) -> str:
    return path.relative_to(DESK).as_posix()


def test_the_catalogue_is_english() -> None:
    assert len(WORDS) > 50
    assert {
        key: said
        for key, said in WORDS.items()
        if not said or CHINESE.search(said.replace("中文", "")) or WIDE.search(said)
    } == {}


def test_no_text_holds_a_bare_percent_sign() -> None:
    """Django doubles it before it looks the text up: the catalogue would never be asked for it as it is written."""
    assert [key for key in WORDS if "%" in re.sub(r"%\(\w+\)s", "", key)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_says_nothing_in_one_language_alone(path: Path) -> None:
    source = COMMENT.sub("", path.read_text(encoding="utf-8"))
    assert [text for text in said_in(source) if text not in WORDS] == []
    bare = BLOCK.sub("", TRANSLATE.sub("", source)).replace(">中文<", "><")
    assert [line.strip() for line in bare.splitlines() if CHINESE.search(line) or WIDE.search(line)] == []


def test_a_text_is_said_in_one_way() -> None:
    """Django merges the catalogues of the apps: with two renderings, one page would say the other's."""
    said: dict[str, set[str]] = {}
    for app in APPS:
        path = DESK / app / "locale" / "en" / "LC_MESSAGES" / "django.mo"
        for key, english in (catalogue(path) if path.exists() else {}).items():
            said.setdefault(key, set()).add(english)
    assert {key: ways for key, ways in said.items() if len(ways) > 1} == {}


def test_scripts_have_no_words_of_their_own() -> None:
    lines = [(name(path), line) for path in SCRIPTS for line in path.read_text(encoding="utf-8").splitlines()]
    assert [found for found in lines if CHINESE.search(found[1])] == []


def said_by_modules() -> list[tuple[str, str]]:
    """Each Chinese text that a module hands to the catalogue, with the module's name."""
    calls = [
        (name(path), node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
    ]
    return [
        (where, one.value)
        for where, call in calls
        for one in call.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and CHINESE.search(one.value)
    ]


def test_the_modules_texts_are_in_the_catalogue() -> None:
    assert [found for found in said_by_modules() if found[1] not in WORDS] == []


def test_the_catalogue_holds_nothing_that_is_not_said() -> None:
    said = {text for path in TEMPLATES for text in said_in(path.read_text(encoding="utf-8"))}
    said |= {text for _, text in said_by_modules()}
    assert sorted(key for key in WORDS.keys() - said if CHINESE.search(key)) == []


ENTRY = re.compile(
    r'^msgid (?P<key>(?:".*"\n)+)(?:msgid_plural .*\n(?:".*"\n)*)?msgstr(?:\[0\])? (?P<said>(?:".*"\n?)+)',
    re.M,
)


def test_the_compiled_catalogues_are_those_of_the_sources() -> None:
    for app in APPS:
        source = DESK / app / "locale" / "en" / "LC_MESSAGES" / "django.po"
        if source.exists():
            text = source.read_text(encoding="utf-8")
            assert "#, fuzzy" not in text, app
            entries = ((joined(match["key"]), joined(match["said"])) for match in ENTRY.finditer(text))
            assert {key: said for key, said in entries if key} == catalogue(source.with_suffix(".mo")), app


def joined(lines: str) -> str:
    """A text of a catalogue, which may run over several quoted lines."""
    return "".join(ast.literal_eval(line) for line in lines.splitlines())
