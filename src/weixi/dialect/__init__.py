"""The restricted SQL of the project: one text, linted, run on DuckDB and on Spark."""
