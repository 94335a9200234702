# Everything a person does with this project. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
# One more than there are cores: browser tests often wait.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 2) + 1)')
SOURCES := engine forms webapp tests

# Compiled modules are kept: the tests start dozens of processes that read the same ones.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install assets run test test-all check lint-diagrams bench load clean \
	check-types check-diagrams check-format check-lint check-imports check-processes check-tests

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Luzhi needs Python 3.11 or newer; name one with: make PYTHON=python3.x …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
	@touch $@

install: .venv/.installed assets ## everything into .venv, browser assets built

assets: .venv/.installed
	@$(BIN)/python -m webapp.assets

run: install ## the whole system with its demo on http://127.0.0.1:8000
	$(BIN)/luzhi run

test: install ## every test (installs PostgreSQL and Chromium where it may)
	.ci/provide
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

test-all: install ## every test, the slow families at full size
	.ci/provide
	LUZHI_FULL=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal

check: install ## format, lint, types, import rules, diagrams, beside each other
	@$(MAKE) --no-print-directory -j 2 check-types check-diagrams check-format check-lint check-imports check-processes \
		check-tests

check-types:
	$(BIN)/mypy

check-diagrams:
	@$(BIN)/python -m webapp.assets --lint-diagrams

check-format:
	$(BIN)/ruff format --check $(SOURCES)

check-lint:
	$(BIN)/ruff check $(SOURCES)

check-imports:
	$(BIN)/lint-imports

check-processes:
	$(BIN)/luzhi lint processes forms/definitions

check-tests: # a name that a test module imports and that is gone is told here, not at the end of a run
	@said=$$($(BIN)/pytest --collect-only 2>&1) || { echo "$$said" | tail -n 60; exit 1; }

lint-diagrams: install check-diagrams

bench: install ## the figures of the docs, measured on this machine
	.ci/provide
	$(BIN)/luzhi bench --json

.venv/.load: .venv/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[load]' --constraint constraints.txt
	@touch $@

load: install .venv/.load ## officers at work against 2 web and 2 worker processes, 31 provinces, a read replica
	.ci/provide
	$(BIN)/python -m tests.load
	$(BIN)/python -m tests.load.kinds
	$(BIN)/python -m tests.load.provinces
	$(BIN)/python -m tests.load.replica

clean: ## remove what was built (not the data in var/)
	rm -rf .venv webapp/static/build webapp/frontend/node_modules
