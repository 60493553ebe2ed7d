"""Measuring: what a process of its own spends, and what parts of one process spend."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
"""The source checkout."""

GB = 1e9
ANSWER = "BENCH_ANSWER="


class ChildFault(RuntimeError):
    """A measured process ended with an error: `code` as the system tells it; the message is what it said."""

    def __init__(self, said: str, code: int) -> None:
        super().__init__(said)
        self.code = code


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process spent: CPU seconds (user and system, all threads), wall seconds, peak resident GB.

    `said` is the JSON object that the process answered with.
    """

    cpu: float
    wall: float
    peak_gb: float
    said: dict[str, Any]


def measure(arguments: Sequence[str], *, cwd: Path = ROOT) -> Spent:
    """Run a command and wait for it. Raises ChildFault with its stderr where it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(arguments, cwd=cwd, stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read().decode()
        if child.returncode:
            raise ChildFault(
                f"{' '.join(map(str, arguments))}\n{text[-2000:]}\n{err.read().decode()[-4000:]}",
                child.returncode,
            )
    said = {}
    for line in text.splitlines():
        if line.startswith(ANSWER):
            said = json.loads(line.removeprefix(ANSWER))
    peak = said.get("peak_gb", used.ru_maxrss * 1024 / GB)
    return Spent(used.ru_utime + used.ru_stime, wall, peak, said)


def module(name: str, *arguments: object) -> list[str]:
    """The command line of one of the benchmark's own modules."""
    return [sys.executable, "-m", f"benchmarks.flow.{name}", *map(str, arguments)]


def answer(said: dict[str, Any]) -> None:
    """Tell the measuring process; adds the peak of this process's own memory."""
    sys.stdout.write(ANSWER + json.dumps({**said, "peak_gb": peak_gb()}) + "\n")


def peak_gb() -> float:
    """The most memory this process held so far, GB. Unlike ru_maxrss it does not begin with the parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / GB
    return 0.0


class Meter:
    """CPU seconds of this process by phase, all threads together."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add what is spent inside to the phase."""
        began = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.process_time() - began

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its CPU time added to the phase."""

        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.phase(name):
                return function(*arguments, **named)

        return timed
