import sys
from types import ModuleType

import click
import pytest
from click.testing import CliRunner, Result

from weixi.cli.app import COMMANDS, Entry, house
from weixi.cli.session import Session
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Language, Text

WHAT, REMEDY = Text("缺少账单", "no bill"), Text("先导入", "import first")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.delenv("WEIXI_LANG", raising=False)
    monkeypatch.delenv("WEIXI_HOME", raising=False)
    return CliRunner()


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> str:
    """A command that shows its session, or raises what it is asked to raise."""

    @click.command
    @click.option("--fault")
    @click.pass_obj
    def command(session: Session, fault: str | None) -> None:
        if fault == "data":
            raise DataError("book.missing", WHAT, REMEDY, where="book 2025-06")
        if fault == "usage":
            raise UsageError("month.form", WHAT, REMEDY)
        session.json({"home": session.home, "language": session.language})

    module = ModuleType("weixi_probe")
    vars(module)["command"] = command
    monkeypatch.setitem(sys.modules, "weixi_probe", module)
    monkeypatch.setitem(COMMANDS, "probe", Entry("weixi_probe", Text("探针", "probe")))
    return "probe"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_loads_and_explains_itself(name: str, run: CliRunner) -> None:
    done = run.invoke(house, [name, "--help"], prog_name="weixi")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"Usage: weixi {name}")


@pytest.mark.parametrize(
    ("arguments", "environment", "title", "word"),
    [
        ([], {}, "维系", "命令"),
        (["--lang", "en"], {}, "a retention work plan", "Commands"),
        ([], {"WEIXI_LANG": "en"}, "a retention work plan", "Commands"),
        (["--lang", "zh"], {"WEIXI_LANG": "en"}, "维系", "命令"),
    ],
)
def test_help_lists_every_command_in_the_callers_language(
    arguments: list[str], environment: dict[str, str], title: str, word: str, run: CliRunner
) -> None:
    done = run.invoke(house, [*arguments, "--help"], env=environment)
    assert done.exit_code == 0
    assert title in done.output
    assert f"\n{word}:\n" in done.output
    for name, entry in COMMANDS.items():
        language = Language.EN if word == "Commands" else Language.ZH
        assert name in done.output
        assert entry.text.say(language)[:20] in done.output


def test_the_session_holds_home_and_language(probe: str, run: CliRunner) -> None:
    assert '"home": "var"' in run.invoke(house, [probe]).output
    assert '"language": "zh"' in run.invoke(house, [probe]).output
    given = run.invoke(house, ["--home", "elsewhere", "--lang", "en", probe])
    assert '"home": "elsewhere"' in given.output
    assert '"language": "en"' in given.output
    told = run.invoke(house, [probe], env={"WEIXI_HOME": "there", "WEIXI_LANG": "en"})
    assert '"home": "there"' in told.output
    assert '"language": "en"' in told.output


@pytest.mark.parametrize(("fault", "code"), [("data", 1), ("usage", 2)])
def test_exit_codes_tell_whose_fault_it_is(fault: str, code: int, probe: str, run: CliRunner) -> None:
    done = run.invoke(house, [probe, "--fault", fault])
    assert done.exit_code == code
    assert done.stdout == ""
    assert "缺少账单" in done.stderr
    assert "处理办法：先导入" in done.stderr


def test_an_error_is_said_in_the_callers_language(probe: str, run: CliRunner) -> None:
    done = run.invoke(house, ["--lang", "en", probe, "--fault", "data"])
    assert done.stderr == "[book.missing] book 2025-06: no bill\n  What to do: import first\n"


@pytest.mark.parametrize("arguments", [["nothing"], ["--lang", "fr", "run"], ["--home"], ["--unknown"]])
def test_a_call_that_cannot_be_read_exits_with_2(arguments: list[str], run: CliRunner) -> None:
    done: Result = run.invoke(house, arguments)
    assert done.exit_code == 2


def test_a_module_without_a_command_is_a_bug_not_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, run: CliRunner
) -> None:
    monkeypatch.setitem(COMMANDS, "broken", Entry("weixi.kernel.terms", Text("坏", "broken")))
    done = run.invoke(house, ["broken"])
    assert isinstance(done.exception, AttributeError)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verfy"], "[usage.command] 没有命令“verfy”\n  处理办法：可用：verify\n"),
        (["--lang", "en", "run", "--nope"], "What to do: weixi run --help lists every option"),
        (["import"], "[usage] 用法有误：缺少 PATH"),
    ],
)
def test_a_call_that_cannot_be_read_is_answered_in_the_callers_language(
    arguments: list[str], said: str, run: CliRunner
) -> None:
    done = run.invoke(house, arguments, prog_name="weixi")
    assert done.exit_code == 2
    assert said in done.stderr
