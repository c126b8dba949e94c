PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test chaos mutate lint messages bench clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	echo '$(CURDIR)/src' > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nsor.pth"
	printf '#!%s\nimport sys\nfrom nsor.cli import main\nsys.exit(main())\n' '$(CURDIR)/$(BIN)/python' > $(BIN)/nsor
	chmod +x $(BIN)/nsor
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

install: $(VENV)/.runtime ## Make .venv from the pinned requirements

install-dev: $(VENV)/.dev ## The same, with what tests and lint need

run: install ## Everything on one machine: register, gateway, message centre, handset
	$(BIN)/nsor demo

test: install-dev ## Run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

LONG := tests/functional/test_chaos.py tests/functional/test_changes.py \
	tests/secrecy/test_rotation_killed.py tests/backup/test_backup_killed.py \
	tests/register/test_killed.py \
	tests/register/test_both_times.py tests/register/test_life_cycle.py

chaos: install-dev ## The long runs: kills of everything, a thousand histories, many orders of events
	NSOR_CHAOS=full $(BIN)/python -m pytest $(LONG) -s

mutate: install-dev ## Mutate what decides an answer: no fault may go unfound but those in docs/mutation.md
	PYTHONHASHSEED=0 $(BIN)/python -m tests.mutation

lint: install-dev ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

messages: install-dev ## Merge and compile the translations of the pages; names what has none
	$(BIN)/python -m tools.messages

bench: install-dev ## Measure speed against baselines; prints a table, writes JSON
	$(BIN)/python -m bench

clean: ## Remove what was built; keeps var/
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache bench/build mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
