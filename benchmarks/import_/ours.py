"""`weixi import` in this process: `python -m benchmarks.import_.ours HOME FILE MAPPING MONTH`."""

import io
import json
import sys
from contextlib import redirect_stdout

from benchmarks.flow.gauge import answer
from weixi.cli.app import main


def take(home: str, file: str, mapping: str, month: str) -> None:
    """Run the command as people call it, and answer with what it said."""
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            main(["--home", home, "import", file, "--mapping", mapping, "--month", month, "--json"])
    except SystemExit as end:
        if end.code:
            raise
    answer(json.loads(said.getvalue()))


if __name__ == "__main__":
    take(*sys.argv[1:5])
