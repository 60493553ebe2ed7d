"""The best DuckDB SQL that we could write by hand for each step, with any feature, for the shipped playbook alone."""
