import pytest

from weixi.playbook.positions import positions

TEXT = """\
# a comment
[header]
name = "x"
"quoted key" = 1
a.b.c = 2
inline = {zh = "甲", en = "a"}

[[item]]
code = "first"
[[item.part]]
when = "one"
[[item]]
code = "second"
many = [
  {x = 1},
  {x = 2, y = 3},
]
[item.under]
deep = true
[[item.part]]
when = \"\"\"
first
second\"\"\"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("header",), 2),
        (("header", "name"), 3),
        (("header", "quoted key"), 4),
        (("header", "a", "b", "c"), 5),
        (("header", "a"), 5),
        (("header", "inline", "en"), 6),
        (("item",), 8),
        (("item", 0, "code"), 9),
        (("item", 0, "part", 0, "when"), 11),
        (("item", 1), 12),
        (("item", 1, "code"), 13),
        (("item", 1, "many", 1, "y"), 16),
        (("item", 1, "under", "deep"), 19),
        (("item", 1, "part", 0), 20),
        (("item", 1, "part", 0, "when"), 21),
    ],
)
def test_every_key_has_its_line(path, line):
    assert positions(TEXT.encode()).line(path) == line


def test_a_key_that_is_not_written_has_the_line_of_its_table():
    found = positions(TEXT.encode())
    assert found.line(("item", 1, "under", "absent")) == 18
    assert found.line(("absent",)) == 1


def test_a_multi_line_text_begins_below_its_key():
    found = positions(TEXT.encode())
    assert found.text_line(("item", 1, "part", 0, "when")) == 22
    assert found.text_line(("header", "name")) == 3


def test_lines_are_the_same_with_windows_line_ends():
    assert positions(TEXT.replace("\n", "\r\n").encode()).lines == positions(TEXT.encode()).lines


def test_keys_and_tables_written_twice_are_found():
    found = positions(b"[a]\nx = 1\nx = 2\n[b]\n[a]\ny = 1\n")
    assert [(d.path, d.first, d.second) for d in found.duplicates] == [(("a", "x"), 2, 3), (("a",), 1, 5)]


def test_a_table_above_its_array_is_no_duplicate():
    assert positions(b"[a.b]\nx = 1\n[a]\ny = 2\n[[c]]\n[c.d]\n[[c]]\n[c.d]\n").duplicates == []


def test_text_that_cannot_be_read_gives_what_can():
    found = positions(b"[a]\nx = 1\n[[[\n= =\n[b]\ny = 2\n")
    assert found.line(("a", "x")) == 2
