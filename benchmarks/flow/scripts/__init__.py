"""The same figures as people usually write them: windows over history in DuckDB and Polars, vectorised pandas."""
