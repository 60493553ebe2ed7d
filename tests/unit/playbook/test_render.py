"""`weixi playbook render`: one document in three formats and two languages."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document as open_word
from docx.oxml.ns import qn

from weixi.cli.app import house
from weixi.kernel.language import Language
from weixi.playbook import Vocabulary, load
from weixi.playbook.render.document import Clause, Document, Grid, Heading
from weixi.playbook.render.html import to_html
from weixi.playbook.render.markdown import to_markdown
from weixi.playbook.render.plan import document
from weixi.playbook.render.word import to_word
from weixi.playbook.render.writer import numeral


@pytest.fixture
def weixi():
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(house, list(arguments), prog_name="weixi")

    return run


@pytest.fixture(scope="module")
def made(vocabulary: Vocabulary) -> dict[Language, Document]:
    playbook = load(["today"], vocabulary)
    return {language: document(playbook, vocabulary, language) for language in Language}


def texts(document_: Document) -> list[str]:
    found = []
    for block in document_.blocks:
        if isinstance(block, Heading):
            found.append(block.text)
        elif isinstance(block, Clause):
            found += [block.lead, block.text]
        elif isinstance(block, Grid):
            found += [*block.headings, *(cell for row in block.rows for cell in row)]
    return found


def test_the_plan_names_its_figures_in_words(made):
    text = to_markdown(made[Language.ZH]).replace("\\", "")
    for words in (
        "预警任务完成率不得低于 35%",
        "动态保有率不得低于 97%（保底线），挑战目标 100%",
        "不得高于 7.5%，按季考核",
        "银：80–199 元 | 不低于 80 元、低于 200 元",
        "每名客户代表维系不超过 500 户",
        "不超过考核人群的 1.5%",
        "4 个工作小时内",
        "09:00–12:00、14:30–20:00",
        "90 天内不作营销联系",
        "权重高 4、中 2、低 1",
        "隔 3 天再联系；联系满 3 次仍未接通的同样处理",
        "隔 2 小时再联系，遇休息时段顺延",
        "24 小时后仍未处理的再升一级",
        "须经法务核对",
        "编制",
    ):
        assert words in text, words


@pytest.mark.req("C7")
def test_the_parity_table_shows_both_sides_of_every_offer(made, vocabulary):
    """Benefit and commission of every offer that new users may take, the old user's no smaller."""
    playbook = load(["today"], vocabulary)
    [grid] = [
        b
        for b in made[Language.ZH].blocks
        if isinstance(b, Grid) and b.headings[0].startswith("优惠（受理编码）")
    ]
    rows = {offer.code: row for offer, row in zip(playbook.offers, grid.rows, strict=True)}
    both = [offer for offer in playbook.offers if offer.new]
    assert len(both) > 10
    for offer in both:
        old, new = (int(n.replace(",", "")) for n in re.findall(r"([\d,]+) 元", rows[offer.code][2]))
        assert (old * 100, new * 100) == (offer.benefit_existing_fen, offer.benefit_new_fen)
        assert old >= new
    assert "仅限老用户" in rows["recontract_key"][1]


def test_no_sql_reaches_the_signer(made):
    """Before the appendices nothing but words; the expressions stand in appendix 2."""
    for language, document_ in made.items():
        body = "\n".join(texts(document_)).partition("附录一" if language is Language.ZH else "Appendix 1")[0]
        assert len(body) > 8000
        assert not re.search(r"\b(AND|OR|NOT|NULL|COALESCE)\b|[a-z]_fen|\$[a-z]|<=|>=|<>", body)
    assert "arpu_at_least($gold_arpu)" in "\n".join(texts(made[Language.ZH]))


def test_english_is_english(made):
    """But for the words of the sources, which are quoted as they stand."""
    sources = [block for block in made[Language.EN].blocks if isinstance(block, Grid)][-1]
    quoted = {cell for row in sources.rows for cell in row}
    assert [
        text for text in texts(made[Language.EN]) if re.search(r"[一-鿿]", text) and text not in quoted
    ] == []


def test_every_mark_points_to_a_source_with_its_line(made):
    grid = [block for block in made[Language.ZH].blocks if isinstance(block, Grid)][-1]
    numbers = [int(row[0]) for row in grid.rows]
    marks = {int(n) for text in texts(made[Language.ZH]) for n in re.findall(r"〔(\d+)〕", text)}
    assert numbers == list(range(1, len(numbers) + 1))
    assert marks == set(numbers)
    assert ("《通信行业客户维护工作计划》", "第 17 行", "三") in {row[1:4] for row in grid.rows}


def test_html_is_one_page_that_needs_nothing_else(made):
    page = to_html(made[Language.ZH])
    assert not re.search(r"(?:src|href)=[\"'](?!#)", page)
    assert "@import" not in page
    assert "url(" not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', page)} <= set(ids)
    assert page.count("<table") == sum(
        1 for block in made[Language.ZH].blocks if not isinstance(block, Heading | Clause)
    )


def test_a_plans_own_words_are_no_markup():
    hostile = "<script>x</script> **b** [l](javascript:1) | `c` ~~d~~ &amp; 1. # h"
    document_ = Document(
        hostile, "zh", (("n", hostile),), hostile,
        (Heading(1, hostile), Clause(hostile, hostile), Clause("1. not a list"), Clause("- not a list"),
         Clause("# no heading"), Grid((hostile, "b"), ((hostile, "a | `b`"),), (50, 50), is_code=True)),
    )  # fmt: skip
    page = to_html(document_)
    main = page.partition("<main>")[2]
    assert not re.search(r"<(script|a href=\"java|del|em|li>no)", main)
    said = "&lt;script&gt;x&lt;/script&gt; **b** [l](javascript:1) | `c` ~~d~~ &amp;amp; 1. # h"
    assert main.count(said) >= 5
    for words in ("1. not a list", "- not a list", "# no heading"):
        assert f"<p>{words}</p>" in main
    assert "a | `b`</code>" in main
    assert hostile in "".join(p.text for p in open_word(BytesIO(to_word(document_))).paragraphs)


def test_word_has_headings_tables_faces_and_page_numbers(made):
    paper = open_word(BytesIO(to_word(made[Language.ZH])))
    styles = [paragraph.style.name for paragraph in paper.paragraphs]
    headings = [block for block in made[Language.ZH].blocks if isinstance(block, Heading)]
    assert styles.count("Heading 1") == sum(h.level == 1 for h in headings)
    assert styles.count("Heading 2") == sum(h.level == 2 for h in headings)
    assert len(paper.tables) == sum(not isinstance(b, Heading | Clause) for b in made[Language.ZH].blocks)
    fonts = paper.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert paper.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    footer = paper.sections[0].footer.paragraphs[0]
    assert [f.text.strip() for f in footer._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert paper.sections[0].page_width.cm == pytest.approx(21.0, abs=0.01)


def test_the_command_writes_each_format_by_its_ending(weixi, tmp_path: Path):
    for ending, begins in (("md", b"# "), ("html", b"<!doctype html>"), ("docx", b"PK")):
        path = tmp_path / "plans" / f"plan.{ending}"
        done = weixi("playbook", "render", "work_plan", "--out", str(path))
        assert (done.exit_code, path.read_bytes()[: len(begins)]) == (0, begins)
        assert str(path) in done.stdout
    assert [p.name for p in (tmp_path / "plans").iterdir() if p.name.startswith(".")] == []
    shown = weixi("--lang", "en", "playbook", "render", "work_plan")
    assert shown.stdout.startswith("# Telecom customer retention work plan")


def test_the_reader_says_what_nothing_acts_on_yet(weixi):
    shown = weixi("playbook", "show", "today").stdout
    for words in (
        "高级预警的名额",
        "≤ 1.5 %",
        "月度运行",
        "工作台（尚未执行）",
        "营销活动（尚未执行）",
        "24 小时",
    ):
        assert words in shown
    seed = weixi("playbook", "show", "work_plan").stdout
    assert "4 工作小时" in seed
    assert "尚未执行" not in seed.split("服务与联系标准")[1]


def test_wrong_calls_are_said(weixi, tmp_path: Path):
    done = weixi("playbook", "render", "--format", "docx")
    assert (done.exit_code, "--out" in done.stderr) == (2, True)
    (tmp_path / "file").write_text("x")
    done = weixi("playbook", "render", "--out", str(tmp_path / "file" / "plan.md"))
    assert (done.exit_code, "写不进" in done.stderr) == (2, True)
    assert weixi("playbook", "render", "no_such_plan").exit_code == 2


def test_chapters_are_numbered_in_chinese():
    assert [numeral(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "九十九",
    ]  # fmt: skip
