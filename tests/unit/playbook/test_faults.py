"""Every mistake a planner can make is said with its file, its line, what is wrong and what to do."""

import tomllib
from pathlib import Path

import pytest

from weixi.kernel.language import Language
from weixi.playbook import Gap, parity_table

MISTAKES = tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text())
LEASE = 'when = "days_to_contract_end <= $notice"'


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_with_its_line(name, small, faults):
    mistake = MISTAKES[name]
    text = small.replace(mistake["old"], mistake["new"], 1)
    assert text != small
    if also := mistake.get("also"):
        assert also[0] in text
        text = text.replace(also[0], also[1], 1)
    line = text.split("\n").index(mistake["line"]) + 1
    [(code, where, fault)] = faults(text)
    assert (code, where) == (mistake["code"], f"a.toml:{line}")
    assert mistake["zh"] in fault.what.zh
    assert mistake["en"] in fault.what.en
    assert mistake["remedy"] in fault.remedy.en
    assert fault.remedy.zh
    assert f"a.toml:{line}" in fault.say(Language.ZH)
    assert "处理办法" in fault.say(Language.ZH)


def test_there_are_more_than_sixty_kinds_of_mistake():
    assert len(MISTAKES) > 60


@pytest.mark.parametrize("name", MISTAKES)
def test_what_to_do_is_said_in_both_languages_and_not_the_same_for_all(name, small, faults):
    mistake = MISTAKES[name]
    text = small.replace(mistake["old"], mistake["new"], 1)
    [(_, _, fault)] = faults(text.replace(*mistake["also"], 1) if "also" in mistake else text)
    for words in (fault.what, fault.remedy):
        assert words.zh.strip()
        assert words.en.strip()
    assert any("\u4e00" <= sign <= "\u9fff" for sign in fault.what.zh)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in fault.remedy.zh)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-16-le"])
def test_any_other_encoding_is_refused(encoding, small, faults):
    [(code, _, fault), *_] = faults(small.encode(encoding))
    assert code in ("playbook.encoding", "playbook.toml")
    assert fault.remedy.zh


@pytest.mark.req("C2")
def test_a_richer_offer_for_a_lower_band_needs_a_signature(small, opened, faults):
    poor = small.replace('when = "handset_month_count >= 18"', 'when = "arpu_below($high)"')
    [(code, _, _)] = faults(poor)
    assert code == "playbook.ceiling"
    signed = poor + EXEMPTION.replace("RULE", "CEILING")
    assert opened(signed).exemption("handset", "CEILING").signed_by == "王"


@pytest.mark.req("C5")
def test_a_gap_of_parity_needs_a_signature(small, opened, faults):
    less = small.replace("{existing = 80, new = 80}", "{existing = 70, new = 80}")
    [(code, _, _)] = faults(less)
    assert code == "playbook.parity"
    [row, _] = parity_table(opened(less + EXEMPTION.replace("RULE", "PARITY")))
    assert row.gaps == (Gap.BENEFIT,)
    assert not row.is_open


EXEMPTION = """
[[exemption]]
code = "handset_old"
offer = "handset"
rule = "RULE"
text = {zh = "试点", en = "a trial"}
signed_by = "王"
signed_on = 2025-01-31
source = {document = "default", quote = "x"}
"""


def test_every_fault_of_one_reading_is_said_in_the_order_of_the_lines(small, faults):
    text = small
    for name in (
        "unknown_key",
        "unknown_column",
        "bands_apart",
        "unknown_pool",
        "endless_lock_in",
        "no_period",
    ):
        text = text.replace(MISTAKES[name]["old"], MISTAKES[name]["new"], 1)
    found = faults(text)
    # The warning with the unknown key is left out, so its own expression is not read; nothing else blames it.
    assert [code for code, _, _ in found] == [
        "playbook.band_edge",
        "playbook.unknown_key",
        "playbook.unknown_pool",
        "playbook.lock_in",
        "playbook.no_period",
    ]
    lines = [int(where.split(":")[1]) for _, where, _ in found]
    assert lines == sorted(lines)


def test_two_duplicates_are_both_said(small, faults):
    text = small.replace("share = 0.5", "share = 0.5\nshare = 0.6").replace(
        "rate = 0.075", "rate = 0.075\nrate = 0.08"
    )
    assert [code for code, _, _ in faults(text)] == ["playbook.duplicate_key"] * 2


def test_a_wrong_parameter_is_blamed_once_not_where_it_is_used(small, faults):
    [(code, where, _)] = faults(small.replace("value = 80", 'value = "80"'))
    assert (code, where) == ("playbook.wrong_unit", "a.toml:7")


def test_a_parameter_that_is_not_right_itself_is_blamed_once(small, faults):
    [(code, where, _)] = faults(small.replace('unit = "yuan"', 'unit = "euro"'))
    assert (code, where) == ("playbook.wrong_value", "a.toml:8")


@pytest.mark.parametrize(
    "section", ["grade", "band", "stage", "cluster", "category", "key_revenue", "attachment", "kpi"]
)
def test_a_missing_section_is_said(section, small, faults):
    blocks = small.split("\n\n")
    left = [block for block in blocks if not block.startswith((f"[[{section}]]", f"[{section}]"))]
    assert len(left) == len(blocks) - 1
    [(code, where, fault)] = faults("\n\n".join(left))
    assert (code, where) == ("playbook.missing_section", "a.toml:1")
    assert f"[{section}]" in fault.what.zh


def test_a_missing_header_is_said(small, faults):
    [(code, where, fault)] = faults(small[small.index("[parameter.high]") :])
    assert (code, where) == ("playbook.missing_key", "a.toml:1")
    assert "[playbook]" in fault.what.zh


def test_text_that_is_not_utf8_is_said_with_its_line(small, faults):
    [(code, where, _)] = faults(small.encode("gbk"))
    assert (code, where) == ("playbook.encoding", "a.toml:4")


def test_an_end_inside_a_text_is_said(faults):
    [(code, where, _)] = faults('[playbook]\nname = """small\n')
    assert code == "playbook.toml"
    assert where in ("a.toml:2", "a.toml:3")


def test_a_missing_cohort_is_said(small, faults):
    [(code, _, fault)] = faults(small.replace('code = "network"', 'code = "whole"'))
    assert code == "playbook.missing_cohort"
    assert "network" in fault.what.zh


def test_two_assessed_cohorts_are_said(small, faults):
    text = small.replace(
        'when = "is_counted AND is_in_service"',
        'when = "is_counted"\narpu = "arpu_above(1)"\nassessed = true',
    )
    [(code, where, _)] = faults(text)
    assert code == "playbook.assessed_cohort"
    assert "assessed = true" in text.split("\n")[int(where.split(":")[1]) - 1]


@pytest.mark.req("C18")
def test_a_mass_market_offer_with_a_positive_first_cash_flow_is_taken(small, opened):
    flow = "binds = true\nmass_market = true\nfirst_cash_flow = {cash_in = 60, cash_out = 50}"
    playbook = opened(small.replace("binds = true", flow, 1))
    assert playbook.offer("handset").first_cash_flow_fen == 1_000


def test_a_service_offer_may_answer_a_port_out_query(small, opened):
    text = small.replace(LEASE, 'when = "port_out_query_count > 0"').replace('kinds = ["lease"]\n', "")
    text = text.replace('channels = ["PHONE"]\n', 'channels = ["PHONE"]\nkinds = ["lease"]\n')
    assert opened(text).offer("care").kinds == ("lease",)
