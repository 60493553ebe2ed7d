"""Every column of every feed has a name in both languages."""

import re

from weixi.flow.extract import COLUMN_NAMES, FEEDS, SUBSCRIBER, column_name


def test_every_column_of_every_feed_is_named_and_nothing_else() -> None:
    columns = {column.name for feed in FEEDS.values() for column in feed.columns}
    assert set(COLUMN_NAMES) == columns
    for code, name in COLUMN_NAMES.items():
        assert re.search(r"[\u4e00-\u9fff]", name.zh), code
        assert not re.search(r"[\u4e00-\u9fff_]", name.en), code
    assert column_name("corporate_kind").zh == "集团单位性质"
    assert len({column_name(column.name).zh for column in SUBSCRIBER.columns}) == len(SUBSCRIBER.columns)
