"""The book keeps what the feeds say."""

from weixi.flow import book
from weixi.flow.extract import FLOW_COLUMNS, LINE_COLUMNS, SUBSCRIBER
from weixi.flow.extract.feeds import SOURCE_COLUMNS


def test_every_column_of_a_line_enters_the_book_and_no_key_or_name_does() -> None:
    names = set(book.SUBSCRIBER_MONTH.types)
    assert {column.name for column in LINE_COLUMNS} <= names
    assert not {column.name for column in SOURCE_COLUMNS} & names
    assert {*FLOW_COLUMNS} <= names
    assert set(SUBSCRIBER.required) == {"subscriber_key", "line_type", "line_use", "service_status"}
