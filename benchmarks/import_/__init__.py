"""One large file into the book, accounted to the row, beside readers that account for nothing."""
