"""An operator's files made by hand: a county's mapping, and folders of CSV."""

from pathlib import Path


def county_mapping(*, lines: str, events: str, org: str, mapping: str = "") -> str:
    """A mapping of `user_*` and `event_*` files whose key is AREA and USER_ID; each part is TOML as it stands."""
    return f"""
[mapping]
name = "county"
currency = "CNY"
{mapping}

[subscriber]
files = "user_*"
key = ["AREA", "USER_ID"]
month = {{column = "ACCT_MONTH"}}

[subscriber.columns]
{lines}

[event]
files = "event_*"
key = ["AREA", "USER_ID"]

[event.columns]
{events}

[org]
{org}
"""


def folder(path: Path, **files: str) -> Path:
    """A folder with those files: `user_1="…"` is user_1.csv."""
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path
