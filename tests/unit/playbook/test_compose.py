import pytest

from weixi.kernel.errors import FaultList

HEADER = """\
[playbook]
name = "more"
version = "2"
title = {zh = "补充", en = "addition"}
"""
SOURCE = 'source = {document = "default", quote = "x"}'


def lever(code):
    return f'[[lever]]\ncode = "{code}"\ntext = {{zh = "杠杆", en = "lever"}}\n{SOURCE}\n'


GRADE = f"""\
[[grade]]
value = "LAPSED"
when = "is_stopped"
text = {{zh = "失效", en = "lapsed"}}
{SOURCE}
[[grade]]
value = "KEY"
when = "TRUE"
text = {{zh = "重要", en = "key"}}
{SOURCE}
"""


def test_entries_of_two_playbooks_unite_in_order(small, opened):
    playbook = opened(small, HEADER + lever("cleanup"))
    assert [item.code for item in playbook.levers] == ["win_over", "cleanup"]
    assert playbook.name == "small+more"
    assert playbook.version == "1+2"
    assert playbook.title.zh == "小方案 + 补充"


def test_an_entry_of_the_later_playbook_may_use_what_the_earlier_one_has(small, opened):
    text = HEADER + lever("renew").replace("source", 'warnings = ["lease"]\nsource')
    assert opened(small, text).levers[1].warnings == ("lease",)


def test_the_same_code_in_both_names_both_lines(small, faults, tmp_path):
    text = HEADER + lever("win_over")
    [(code, where, fault)] = faults(small, text)
    first = small.split("\n").index('code = "win_over"')
    assert (code, where) == ("playbook.duplicate_code", "b.toml:6")
    assert f"{tmp_path}/a.toml:{first}" in fault.what.zh
    assert 'replaces = ["lever"]' in fault.remedy.en


def test_the_same_parameter_in_both_names_both_lines(small, faults):
    text = (
        HEADER + f'[parameter.high]\nvalue = 90\nunit = "yuan"\ntext = {{zh = "线", en = "line"}}\n{SOURCE}\n'
    )
    [(code, where, fault)] = faults(small, text)
    assert (code, where) == ("playbook.duplicate_code", "b.toml:5")
    assert "a.toml:6" in fault.what.en


def test_a_first_match_list_in_both_names_both_lines(small, faults):
    [(code, where, fault)] = faults(small, HEADER + GRADE)
    assert (code, where) == ("playbook.duplicate_section", "b.toml:5")
    assert "a.toml:26" in fault.what.en


def test_a_section_is_replaced_as_a_whole_where_the_header_says_so(small, opened):
    playbook = opened(small, HEADER + 'replaces = ["grade"]\n' + GRADE)
    assert [rule.value for rule in playbook.grades] == ["LAPSED", "KEY"]


def test_a_replaced_section_drops_its_entries(small, opened):
    playbook = opened(small, HEADER + 'replaces = ["lever"]\n' + lever("cleanup"))
    assert [item.code for item in playbook.levers] == ["cleanup"]


def test_replacing_an_unknown_section_is_said(small, faults):
    [(code, where, fault)] = faults(small, HEADER + 'replaces = ["grades"]\n')
    assert (code, where) == ("playbook.unknown_section", "b.toml:5")
    assert "grade" in fault.remedy.en


def test_replacing_without_writing_is_said(small, faults):
    [(code, where, _)] = faults(small, HEADER + 'replaces = ["lever"]\n')
    assert (code, where) == ("playbook.replaces_nothing", "b.toml:5")


def test_faults_of_both_files_are_said_together(small, faults):
    found = faults(small.replace("window_days = 30", "window_days = 0"), HEADER + lever("Cleanup"))
    assert [where.split(":")[0] for _, where, _ in found] == ["a.toml", "b.toml"]


def test_a_file_that_cannot_be_read_is_blamed_alone(small, faults):
    text = HEADER + lever("renew").replace("source", 'warnings = ["lease"]\nsource')
    [(code, where, _)] = faults(small.replace("[key_revenue]", "[key_revenue"), text)
    assert (code, where) == ("playbook.toml", "a.toml:18")


def test_offers_that_answer_named_warnings_come_before_those_that_answer_all(small, opened):
    start = small.index("[[offer]]")
    end = small.index("[[offer]]", start + 1)
    handset = small[start:end]
    playbook = opened(small.replace(handset, ""), HEADER + handset)
    assert [offer.code for offer in playbook.offers] == ["handset", "care"]


def test_a_playbook_brings_what_it_builds_on(vocabulary, tmp_path):
    from weixi.playbook import load

    path = tmp_path / "own.toml"
    path.write_text(HEADER + 'builds_on = ["work_plan"]\n' + lever("own_lever"))
    playbook = load([path], vocabulary)
    assert playbook.name == "work_plan+more"
    assert playbook.levers[-1].code == "own_lever"
    assert load(["work_plan", path], vocabulary).fingerprint == playbook.fingerprint


def test_what_it_builds_on_must_exist(small, faults, vocabulary, tmp_path):
    from weixi.kernel.errors import PlaybookError
    from weixi.playbook import load

    path = tmp_path / "own.toml"
    path.write_text(HEADER + 'builds_on = ["work_plna"]\n')
    with pytest.raises(PlaybookError) as caught:
        load([path], vocabulary)
    assert caught.value.code == "playbook.not_found"
    assert caught.value.where == f"{path}:5"
    assert "work_plan" in caught.value.remedy.zh


def test_an_addition_alone_is_not_complete(opened):
    with pytest.raises(FaultList) as caught:
        opened(HEADER + lever("cleanup"))
    assert {fault.code for fault in caught.value.faults} == {"playbook.missing_section"}
