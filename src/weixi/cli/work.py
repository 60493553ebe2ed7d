"""`weixi work`: a worker of the desk's background jobs."""

import os
import signal
import threading
from datetime import datetime

import click

from weixi.cli.desk_setup import open_desk
from weixi.cli.session import Session
from weixi.kernel.language import Text

GRACE_SECONDS = 10
"""How long running jobs may take to leave off when the worker is to end."""


@click.command()
@click.option("--once", is_flag=True, help="做完排队的就结束 / do what waits, then end")
@click.option(
    "--threads",
    default=1,
    show_default=True,
    type=click.IntRange(1, 16),
    help="同时做几个任务 / how many jobs at once",
)
@click.option(
    "--lost",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="多少秒没有心跳即视为中断，由别的进程接手 / a job without heartbeat for so long is taken up again",
)
@click.option("--child-of", type=int, hidden=True)
@click.pass_obj
def command(session: Session, once: bool, threads: int, lost: float, child_of: int | None) -> None:
    """Do the desk's background jobs and its schedule until stopped (Ctrl-C); start as many as you like.

    A job whose worker is killed is taken up by another one. Jobs and their progress are on the desk's page of jobs.
    """
    open_desk(session, migrate=child_of is None)
    from weixi.desk.worker.process import Worker
    from weixi.desk.worker.rules import SHANGHAI

    def say(text: Text) -> None:
        at = f"{datetime.now(SHANGHAI):%H:%M:%S}"
        session.say(Text(f"{at} {text.zh}", f"{at} {text.en}"))

    worker = Worker(say=say, lost_after=lost)
    if once:
        count = worker.run_waiting()
        session.say(Text(f"做完 {count} 个后台任务", f"{count} jobs done"))
        return

    def end(*_: object) -> None:
        worker.stop()
        timer = threading.Timer(GRACE_SECONDS, os._exit, (1,))
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if child_of is not None:
        threading.Thread(target=_follow, args=(child_of, end), daemon=True).start()
    session.say(
        Text(
            f"后台进程 {worker.name}，{threads} 个线程；按 Ctrl-C 停止。",
            f"worker {worker.name}, {threads} threads; Ctrl-C stops it.",
        )
    )
    worker.run(threads)


def _follow(parent: int, end: object) -> None:
    """End with the process that started this one, however that one ends."""
    waiting = threading.Event()
    while os.getppid() == parent:
        waiting.wait(1)
    if callable(end):
        end()
