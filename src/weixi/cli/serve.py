"""`weixi serve`: the desk, for browsers, and one worker for its background jobs."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.session import Session
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

EVERYWHERE = {"0.0.0.0", "::"}
LOCAL = "localhost,127.0.0.1,[::1]"
END_SECONDS = 4
"""How long the worker may take to end; a job that does not leave off by then is taken up again."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen at")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="端口，0 任选 / port, 0 any",
)
@click.option("--name", "names", multiple=True, help="工作台的域名 / a name that the desk is called by")
@click.option("--proxy", default="", help="反向代理的地址 / address of the reverse proxy that adds HTTPS")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="线程数 / threads")
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="同时启动一个后台进程 / start a worker for background jobs as well",
)
@click.pass_obj
def command(
    session: Session,
    host: str,
    port: int,
    names: tuple[str, ...],
    proxy: str,
    threads: int,
    with_worker: bool,
) -> None:
    """Bring the desk's tables up to date and serve it, with a worker, until it is stopped (Ctrl-C)."""
    if host in EVERYWHERE and not names and "WEIXI_HOSTS" not in os.environ:
        raise UsageError(
            "serve.name",
            Text("对外开放时要写明工作台的域名", "a desk open to others needs the name that it is called by"),
            Text(
                "加上 --name desk.example.com（可多次）", "add --name desk.example.com (several are possible)"
            ),
        )
    if proxy:
        os.environ.setdefault("WEIXI_HTTPS", "1")
    known = [*LOCAL.split(","), *names] + ([] if host in EVERYWHERE else [host])
    open_desk(session, hosts=",".join(dict.fromkeys(known)))
    from waitress.server import create_server

    from weixi.desk.wsgi import application

    behind = {
        "trusted_proxy": proxy,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }
    try:
        server = create_server(
            application, host=host, port=port, threads=threads, ident="", **(behind if proxy else {})
        )
    except OSError as fault:
        raise UsageError(
            "serve.port",
            Text(
                f"不能监听 {host}:{port}（{fault.strerror}）",
                f"cannot listen at {host}:{port}: {fault.strerror}",
            ),
            Text("用 --port 换一个端口", "choose another with --port"),
        ) from fault
    address = f"http://{host}:{server.effective_port}/"
    session.say(
        Text(
            f"工作台：{address}\n数据在 {session.home.resolve()}；按 Ctrl-C 停止。",
            f"the desk: {address}\nits data: {session.home.resolve()}; Ctrl-C stops it.",
        )
    )
    if not _people():
        session.say(
            Text(
                f"还没有人可以登录：weixi --home {session.home} desk people（演示），"
                f"或 weixi --home {session.home} desk person（正式）。",
                f"nobody can sign in yet: weixi --home {session.home} desk people (demonstration) or "
                f"weixi --home {session.home} desk person.",
            )
        )
    if not with_worker:
        server.run()
        return
    with _worker(session):
        server.run()


@contextmanager
def _worker(session: Session) -> Iterator[None]:
    """A worker in a process of its own, which ends with this one."""
    call = [sys.executable, "-m", "weixi", "--home", str(session.home), "--lang", session.language.value]
    signal.signal(signal.SIGTERM, _end)
    child = subprocess.Popen([*call, "work", "--child-of", str(os.getpid())])
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        session.say(Text("工作台和后台进程已停止。", "the desk and its worker have ended."))


def _end(*_: object) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def _people() -> bool:
    from weixi.desk.org.queries import anybody

    return anybody()
