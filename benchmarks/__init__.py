"""The project's own benchmarks; they live in the source checkout and are no part of the package."""
