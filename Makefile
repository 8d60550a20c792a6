# The commands of this checkout. `make` alone lists them; python3 (3.11 or newer), make and git are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Installed as locked, each file checked against its hash; then this checkout itself, from here.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# A run starts hundreds of processes: what one of them compiled, the others read.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run check test bench long lock openapi format clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

run: $(VENV)/installed ## the demo office on http://127.0.0.1:8000, its database under var/
	@$(BIN)/tongban migrate
	@$(BIN)/tongban demo
	@exec $(BIN)/tongban serve

check: $(VENV)/installed-dev ## the quick loop: format, lint, types, imports, tests on SQLite
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@sh scripts/beside-types.sh $(BIN)/pytest -n auto --maxschedchunk 1 -m "not postgresql and not slow and not campaign and not browser" tests

test: $(VENV)/installed-dev ## everything, on SQLite and on PostgreSQL
	@sh scripts/test.sh

bench: $(VENV)/installed-dev ## the benchmarks: ratios, measured in one run
	@set -e; for program in benchmarks/[!_]*.py; do \
		[ -e "$$program" ] || continue; echo "== $$program"; PYTHONPATH=. $(BIN)/python "$$program"; done

long: $(VENV)/installed-dev ## the campaigns and property tests at full size, with their seed
	$(BIN)/pytest -n auto --maxschedchunk 1 --long --hypothesis-profile=long tests/campaigns tests/properties
	PYTHONPATH=. $(BIN)/python benchmarks/growth.py 1000000

lock: $(VENV)/installed-dev ## resolve the dependencies anew into both lock files
	$(INSTALL) uv
	$(BIN)/uv pip compile $(LOCKED) --extra build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCKED) --all-extras -c requirements.lock -o requirements-dev.lock pyproject.toml

LOCKED := --quiet --universal --generate-hashes --python-version 3.11 --no-header --upgrade

openapi: $(VENV)/installed-dev ## renew docs/reference/openapi.json; what it takes away must stand in the changelog
	PYTHONPATH=. $(BIN)/python scripts/publish_openapi.py

format: $(VENV)/installed-dev ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## take away what was built or cached; .venv and var/ stay
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(VENV)/made: scripts/make-venv.sh
	@sh scripts/make-venv.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
