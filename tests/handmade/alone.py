"""Something costly, made once for all test processes of a run."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def once(shared: Path, name: str, make: Callable[[Path], None], patience: float = 300) -> Path:
    """The folder `name` below the one that the processes share; whoever comes first fills it, the others wait.

    Raises TimeoutError where whoever came first did not finish.
    """
    folder, lock, done = shared / name, shared / f"{name}.lock", shared / f"{name}.done"
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        until = time.monotonic() + patience
        while not done.exists():
            if time.monotonic() > until:
                raise TimeoutError(f"nobody finished {folder}") from None
            time.sleep(0.1)
        return folder
    folder.mkdir()
    make(folder)
    done.touch()
    return folder
