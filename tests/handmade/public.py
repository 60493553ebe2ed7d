"""Public data sets that may not ship with the project: where they are, or the reason why a test skips."""

import os
from pathlib import Path

import pytest

_FOLDER = Path(
    os.environ.get("WEIXI_PUBLIC_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data")
)


def public_files(*patterns: str) -> list[Path]:
    """The files of the sets, in order; skips the test where there are none."""
    found = [path for pattern in patterns for path in sorted(_FOLDER.glob(pattern))]
    if not found:
        pytest.skip(
            f"{', '.join(patterns)} has no licence to ship and is not in {_FOLDER}: "
            "set WEIXI_PUBLIC_DATA to the folder of the public sets"
        )
    return found
