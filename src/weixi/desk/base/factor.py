"""Whether the desk asks for a second factor: the environment says so, else a file in the home, else it does."""

from pathlib import Path

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

FILE = "desk.second_factor"
"""The file in the home; a demonstration's says `optional`."""

REQUIRED, OPTIONAL = "required", "optional"


def is_required(told: str, home: Path) -> bool:
    """Whether posts that open a county or more need a second factor. Raises UsageError for another word."""
    file = home / FILE
    word = told or (file.read_text(encoding="ascii").strip() if file.exists() else REQUIRED)
    if word not in (REQUIRED, OPTIONAL):
        raise UsageError(
            "desk.second_factor",
            Text(f"WEIXI_SECOND_FACTOR 不认识“{word}”", f"WEIXI_SECOND_FACTOR cannot be “{word}”"),
            Text("写 required（必须）或 optional（可选）", "write required or optional"),
            where=word if told else str(file),
        )
    return word == REQUIRED
