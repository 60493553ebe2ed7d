"""The plans rendered for signature say every sentence of substance of both seeds; the list is `seed_sentences.toml`."""

import tomllib
from pathlib import Path

import pytest

from weixi.kernel.language import Language
from weixi.playbook import Playbook, Vocabulary, load
from weixi.playbook.render.markdown import to_markdown
from weixi.playbook.render.plan import document

SENTENCES = tomllib.loads((Path(__file__).parent / "seed_sentences.toml").read_text("utf-8"))["sentence"]
SEEDS = Path(__file__).resolve().parents[3].parent / "shared" / "spec" / "seeds"
NOT_OF_SUBSTANCE = {
    "work_plan": {1, 2, 3, 4, 5, 21, 30, *range(31, 41)},  # the page's own titles, greetings and links
    "care_scheme": {1, 2, *range(86, 91)},
}
REPEATED = {*range(23, 29)}  # the second plan's copy of the first one's lines 6 to 20


def body(playbook: Playbook, vocabulary: Vocabulary) -> str:
    """The rendered plan up to its list of sources, which quotes the seeds and would prove nothing."""
    text = to_markdown(document(playbook, vocabulary, Language.ZH)).replace("\\", "")
    head, _, _ = text.partition("附录三")
    return head


@pytest.fixture(scope="module")
def rendered(vocabulary: Vocabulary) -> dict[str, str]:
    return {
        name: body(load([name], vocabulary), vocabulary) for name in ("work_plan", "care_scheme", "today")
    }


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: f"{s['seed']}:{s['line']}:{s['words'][:12]}")
def test_every_sentence_is_said(rendered, sentence):
    missing = [words for words in sentence["must"] if words not in rendered[sentence["seed"]]]
    assert not missing


def test_the_scheme_says_all_of_the_work_plan_but_its_own_grades(rendered):
    """It stands on the work plan: its classes replace the plan's, every other sentence is still there."""
    own = [sentence for sentence in SENTENCES if sentence["seed"] == "work_plan"]
    missing = [words for s in own for words in s["must"] if words not in rendered["care_scheme"]]
    assert missing == []


def test_each_list_is_needed(rendered):
    """The scheme's sentences are not in the work plan: what is asked for cannot be met by the headings alone."""
    own = [sentence for sentence in SENTENCES if sentence["seed"] == "care_scheme"]
    alone = [s["line"] for s in own if all(words in rendered["work_plan"] for words in s["must"])]
    assert alone == [16]  # the names of the four grades


def plain(text: str) -> str:
    table = str.maketrans({",": "，", ":": "：", ";": "；", "(": "（", ")": "）"})
    return "".join(text.split()).translate(table)


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the two plans as documents are not in {SEEDS}")
def test_the_list_holds_the_whole_second_seed():
    """What is left of the document without the listed sentences are its headings."""
    [path] = SEEDS.glob("003_*.txt")
    lines = path.read_text("utf-8").split("\n")
    text = plain("".join(lines[3:85]))
    for sentence in SENTENCES:
        if sentence["seed"] == "care_scheme":
            assert plain(sentence["words"]) in text, sentence["line"]
            text = text.replace(plain(sentence["words"]), "|")
    left = {piece for piece in text.split("|") if piece}
    assert left == {
        "客户分级和分类客户维系策略客户维系工具和方法客户维系团队的建设客户分级和分类",
        "客户分级", "客户分类", "客户维系策略", "重要客户维系策略", "普通客户维系策略", "潜在客户维系策略",
        "失效客户挽回策略", "客户维系工具和方法", "客户维系团队的建设", "结论",
    }  # fmt: skip


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the two plans as documents are not in {SEEDS}")
def test_the_list_reaches_every_line_of_the_first_seed():
    """Its characters are damaged, so lines and figures are compared: no line without a sentence, no figure lost."""
    [path] = SEEDS.glob("000_*.txt")
    lines = path.read_text("utf-8").split("\n")
    listed: dict[int, str] = {}
    for sentence in SENTENCES:
        if sentence["seed"] == "work_plan":
            listed[sentence["line"]] = listed.get(sentence["line"], "") + sentence["words"]
    given = {number for number, line in enumerate(lines, start=1) if line.strip()}
    assert given - NOT_OF_SUBSTANCE["work_plan"] - REPEATED == set(listed)
    for number, words in listed.items():
        figures = [f for f in ("80", "200", "1500", "3000", "35%", "100%", "7.5%", "W629", "W579", "A5156", "ARPU")
                   if f in lines[number - 1]]  # fmt: skip
        assert [f for f in figures if f not in words] == []
