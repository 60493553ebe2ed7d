# Bare `make` lists the targets. Needs Python 3.11 or later, pip and make; everything else comes by pip into .venv.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JOBS ?= 2
DESK ?= var/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo serve css words pictures test check bench docs spark lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed ## .venv with the locked dependencies and weixi itself

demo: setup ## simulate an operator and walk the whole way, in minutes
	$(BIN)/weixi demo

serve: setup ## the desk on the demonstration's data; the first time makes its people and shows their password
	test -e $(DESK)/desk.sqlite3 || $(BIN)/weixi --home $(DESK) desk people
	$(BIN)/weixi --home $(DESK) serve

css: setup ## write the desk's style sheet from its templates
	$(BIN)/tailwindcss -i src/weixi/desk/base/style/desk.css -o src/weixi/desk/base/static/base/desk.css

words: ## compile the desk's English catalogues; msgfmt is in Debian's gettext
	for text in src/weixi/desk/*/locale/en/LC_MESSAGES/django.po; do msgfmt --check-format -o $${text%.po}.mo $$text || exit 1; done

test: setup ## every test that this machine can run; says what was skipped
	$(BIN)/pytest -n $(JOBS)

check: setup ## format, lint, types, import law, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/glossary.py --check
	$(BIN)/python tools/traceability.py --check
	$(BIN)/python tools/openapi.py --check

docs: setup ## write the generated pages: docs/glossary.md, docs/openapi.json and the tests of docs/requirements.md
	$(BIN)/python tools/glossary.py
	$(BIN)/python tools/traceability.py
	$(BIN)/python tools/openapi.py

spark: .venv/.installed-spark ## the tests that run on Apache Spark; Java 17 is Debian's openjdk-17-jre-headless
	WEIXI_REQUIRE=spark $(BIN)/pytest -m spark

pictures: setup ## the pictures of the desk in docs/screenshots, made by the browser tests
	WEIXI_SCREENSHOTS=1 $(BIN)/pytest tests/browser

bench: setup ## every step beside the best SQL by hand and the usual scripts (SUBSCRIBERS=100000)
	$(BIN)/weixi bench flow --subscribers $(or $(SUBSCRIBERS),100000)

lock: setup ## rewrite requirements/*.txt from pyproject.toml
	tools/lock

clean: ## remove .venv and caches; the data under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A stamp is older than its lock only when the lock has changed, and nothing is installed otherwise.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "weixi needs Python 3.11 or later; name one with: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@# Debian keeps ensurepip in python3-venv; pip itself can fill the environment where that is missing.
	$(PYTHON) -m venv .venv || { $(PYTHON) -m venv --clear --without-pip .venv && \
		$(PYTHON) -m pip --python $(BIN)/python install pip; }
	@touch $@

.venv/.locked: .venv/.made requirements/dev.txt
	$(BIN)/python -m pip install --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-spark: .venv/.installed requirements/spark.txt
	$(BIN)/python -m pip install --require-hashes --no-build-isolation -r requirements/spark.txt
	@touch $@
