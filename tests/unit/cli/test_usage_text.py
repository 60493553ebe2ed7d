"""A call that cannot be taken, and a file that cannot be written, are answered in the caller's language."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from weixi.cli.app import house
from weixi.cli.out_path import OUT_FILE, OUT_FOLDER, file_fault, write_file
from weixi.cli.usage_text import usage_text
from weixi.kernel.errors import UsageError


@click.command()
@click.argument("place", type=click.Path(exists=True, dir_okay=False))
@click.argument("colour", type=click.Choice(["red", "blue"]), metavar="COLOUR", default="red")
@click.option("--count", type=click.IntRange(1, 9))
@click.option("--whole", type=int)
@click.option("--share", type=click.FloatRange(0, 1))
@click.option("--pair", nargs=2)
@click.option("--one", type=click.Choice(["only"]))
@click.option("--folder", type=click.Path(exists=True, file_okay=False))
@click.option("--yes", is_flag=True)
@click.option("--must", required=True)
def command(**_: object) -> None:
    """Every kind of parameter that weixi's commands have."""


@click.group()
def group() -> None:
    """A group with one command."""


group.add_command(command, "go")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "缺少 PLACE"),
        (["FILE"], "缺少 --must"),
        (["nowhere"], "PLACE 的值不对：没有文件“nowhere”"),
        (["."], "PLACE 的值不对：“.”是目录，不是文件"),
        (["FILE", "green"], "COLOUR 的值不对：“green”不在可选值之内：red、blue"),
        (["FILE", "--one", "two"], "--one 的值不对：“two”不在可选值之内：only"),
        (["FILE", "--count", "10"], "--count 的值不对：10 不在范围 1<=x<=9 内"),
        (["FILE", "--count", "many"], "--count 的值不对：“many”不是整数"),
        (["FILE", "--whole", "1.5"], "--whole 的值不对：“1.5”不是整数"),
        (["FILE", "--share", "half"], "--share 的值不对：“half”不是数字"),
        (["FILE", "--pair", "a"], "选项 --pair 后面要写 2 个值"),
        (["FILE", "--count"], "选项 --count 后面要写值"),
        (["FILE", "--yes=1"], "选项 --yes 后面不写值"),
        (["FILE", "--folder", "FILE"], "--folder 的值不对：“FILE”是文件，不是目录"),
        (["FILE", "--folder", "nowhere"], "--folder 的值不对：没有目录“nowhere”"),
        (["FILE", "--shaer", "3"], "没有选项 --shaer；是不是 --help、--pair、--share"),
        (["FILE", "--zzz"], "没有选项 --zzz"),
        (["FILE", "red", "more", "--must", "x"], "多写了：more"),
        (["FILE", "red", "more", "most", "--must", "x"], "多写了：more most"),
    ],
)
def test_each_kind_of_usage_fault_is_said_in_chinese(arguments: list[str], said: str, tmp_path: Path) -> None:
    place = tmp_path / "有.csv"
    place.touch()
    given = [str(place) if each == "FILE" else each for each in arguments]
    with pytest.raises(click.UsageError) as raised:
        command.main(given, standalone_mode=False)
    text = usage_text(raised.value)
    assert text.zh == said.replace("“FILE”", f"“{place}”")
    assert text.en == raised.value.format_message().strip()
    assert not re.search("[\u4e00-\u9fff]", text.en.replace(str(place), ""))


def test_a_sub_command_that_is_not_there() -> None:
    with pytest.raises(click.UsageError) as raised:
        group.main(["gone"], standalone_mode=False)
    assert usage_text(raised.value).zh == "没有命令 gone；是不是 go"


def test_a_group_without_a_sub_command_lists_them_without_blame() -> None:
    done = CliRunner().invoke(house, ["lab"], prog_name="weixi")
    assert done.exit_code == 2
    assert "churn" in done.stderr
    assert "[usage]" not in done.stderr


def test_a_path_below_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    wall = tmp_path / "wall"
    wall.touch()
    for kind in (OUT_FILE, OUT_FOLDER):
        with pytest.raises(UsageError) as raised:
            kind.convert(str(wall / "deep" / "out"), None, None)
        assert raised.value.code == "file.folder"
        assert str(wall) in raised.value.what.zh
    assert OUT_FILE.convert(str(tmp_path / "new" / "out.csv"), None, None) == tmp_path / "new" / "out.csv"
    assert not (tmp_path / "new").exists()


def test_a_file_is_written_whole_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.csv"
    write_file(path, b"a")
    write_file(path, b"bc")
    assert [each.name for each in path.parent.iterdir()] == ["out.csv"]
    assert path.read_bytes() == b"bc"


def test_what_the_system_refuses_is_said_with_its_place(tmp_path: Path) -> None:
    wall = tmp_path / "wall"
    wall.touch()
    with pytest.raises(OSError, match="Not a directory") as raised:
        (wall / "x").write_bytes(b"")
    fault = file_fault(raised.value)
    assert (fault.where, fault.what.zh) == (str(wall / "x"), "路径中有一段是文件，不是目录")
    done = CliRunner().invoke(house, ["--home", str(wall / "home"), "verify"], prog_name="weixi")
    assert done.exit_code in (1, 2)
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
