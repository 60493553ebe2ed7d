"""`weixi playbook render`: the plan as the document that a manager signs."""

from pathlib import Path
from typing import Literal

import click

from weixi.cli.options import named_or_in_force
from weixi.cli.session import Session
from weixi.flow.run import DEFAULT_PLAYBOOKS, VOCABULARY, open_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.playbook.render.html import to_html
from weixi.playbook.render.markdown import to_markdown
from weixi.playbook.render.plan import document
from weixi.playbook.render.word import to_word

FORMATS = ("md", "html", "docx")


@click.command("render")
@click.argument("names", nargs=-1)
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    help="格式，不写则按 --out 的扩展名 / the format; else by the ending of --out [md]",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写入文件，不写则输出到屏幕 / the file; without it the text goes to stdout",
)
@click.pass_obj
def command(
    session: Session, names: tuple[str, ...], kind: Literal["md", "html", "docx"] | None, out: Path | None
) -> None:
    """Print the playbooks NAMES as the plan to sign: Markdown, an HTML page or a Word file."""
    ending = "" if out is None else out.suffix.removeprefix(".").lower()
    chosen = kind or (ending if ending in FORMATS else "md")
    if chosen == "docx" and out is None:
        raise UsageError(
            "render.no_file",
            Text("Word 文件不能输出到屏幕", "a Word file does not go to the screen"),
            Text("用 --out 方案.docx 指定文件", "name a file with --out plan.docx"),
        )
    plan = open_playbook(named_or_in_force(session, names, DEFAULT_PLAYBOOKS))
    made = document(plan, VOCABULARY, session.language)
    texts = {"md": to_markdown, "html": to_html}
    content = texts[chosen](made).encode() if chosen in texts else to_word(made)
    if out is None:
        click.echo(content, nl=False)
        return
    _write(out, content)
    session.say(
        Text(
            f"已写入 {out}：{made.title}，{len(content):,} 字节",
            f"written to {out}: {made.title}, {len(content):,} bytes",
        )
    )


def _write(out: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    draft = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(out)
    except OSError as wrong:
        raise UsageError(
            "render.cannot_write",
            Text(f"写不进 {out}：{wrong.strerror}", f"{out} cannot be written: {wrong.strerror}"),
            Text("换一个可写的位置", "name a place that can be written"),
        ) from wrong
