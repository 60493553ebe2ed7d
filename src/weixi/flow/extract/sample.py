"""The real extracts that come with weixi; each is read by the shipped mapping of its name."""

from importlib.resources import files
from pathlib import Path

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

PREFIX = "sample:"
_FILES = {"ibm_telco": "wa_churn_modeldata.csv.gz"}


def sample_file(name: str) -> Path:
    """The file of the sample of that name. Raises UsageError where there is none."""
    if name not in _FILES:
        raise UsageError(
            "extract.sample",
            Text(f"没有样例“{name}”", f"there is no sample “{name}”"),
            Text(f"可选：{'、'.join(_FILES)}", f"one of: {', '.join(_FILES)}"),
        )
    return Path(str(files("weixi.flow.extract"))) / "samples" / name / _FILES[name]
