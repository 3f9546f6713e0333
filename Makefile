# Everything runs from a virtual environment that these targets make themselves.

PYTHON ?= python3
WORKERS ?= 4
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Microsoft's schemas and renderer; without npm the few tests that need them say so and are skipped.
JUDGES := tests/node/node_modules/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench soak cards lock

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(STAMP)  ## Make .venv with everything the product and its tests need

# The same pinned versions, by uv where it is installed and by pip where it is not.
$(STAMP): pyproject.toml requirements.lock
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python -r requirements.lock && \
		uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $(STAMP)

$(JUDGES): tests/node/package-lock.json
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --prefix tests/node; else mkdir -p $(@D); fi
	@touch $@

demo: setup  ## Watch an employee get a phone number in a simulated tenant
	$(BIN)/switchboard demo

# Many tests wait for disks, leases and other processes: more workers than two cores.
# Where bytecode is not kept, every worker and every process a test starts compiles all it imports again.
test: export PYTHONDONTWRITEBYTECODE =
test: setup $(JUDGES)  ## Run every test, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

lint: setup  ## Style, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup  ## What a turn costs, against the stock SDK's echo bot, and what planning costs
	$(BIN)/python bench/turn.py
	$(BIN)/python bench/planning.py

soak: setup  ## The long random tests of crashes, races and properties; not part of `make test`
	$(BIN)/python -m pytest tests/crash tests/race --soak
	$(BIN)/python -m pytest tests/unit --soak -n $(WORKERS)

cards: setup  ## Render every card with the official renderer, light and dark, to build/cards (needs npm and chromium)
	npm install --silent --prefix tests/browser
	$(BIN)/python tests/browser/dump_cards.py build/cards en fr zh-CN
	node tests/browser/render_cards.mjs build/cards

lock: setup  ## Pin what is installed from pyproject.toml's ranges
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --extra dev --universal --python-version 3.11 --no-emit-index-url --no-annotate -o requirements.lock pyproject.toml
