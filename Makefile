# Everything starts from Python 3.11+ and make; `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
UV := .tools/bin/uv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never

# A PYTHON that is named replaces another one in $(VENV); unnamed, the one that is there stays.
VERSION := import sys; print("%d.%d.%d" % sys.version_info[:3])
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) -c '$(VERSION)'),$(shell $(BIN)/python -c '$(VERSION)' 2>/dev/null))
REPLACED := yes
.PHONY: $(READY)
endif
endif
SUITS := import sys; v = sys.version_info[:2]; v >= (3, 11) or sys.exit("Medley needs Python 3.11 or later and $(PYTHON) \
is %d.%d: make ... PYTHON=python3.13 names another." % v)

.PHONY: help install demo up reset test fast lint bench fuzz docs lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: $(READY) ## Set up everything the other targets need (PYTHON=python3.13 for another Python, VENV=folder beside)

$(UV):
	@$(PYTHON) -c '$(SUITS)'
	@echo "Setting up uv ..."
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: uv==0.13.8

$(READY): $(UV) requirements.lock pyproject.toml
	@test -z "$(REPLACED)" -a -x $(BIN)/python || $(PYTHON) -c '$(SUITS)'
	@echo "Installing the locked packages (once) ..."
	@test -z "$(REPLACED)" -a -x $(BIN)/python || $(UV) venv --quiet $(if $(wildcard $(VENV)/pyvenv.cfg),--clear) --python $(PYTHON) $(VENV)
	@VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes --only-binary :all: requirements.lock
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --editable .
	@touch $@

demo: $(READY) ## The main job, end to end: 12 videos into demo-output/ (CLIPS=folder COUNT=20 for your own)
	@$(BIN)/medley demo $(if $(CLIPS),--clips "$(CLIPS)") $(if $(COUNT),--count $(COUNT))

up: $(READY) ## The embedded cloud on http://localhost:8000, kept running; Ctrl-C stops it
	@$(BIN)/medley up

reset: $(READY) ## Forget everything `make up` stored
	@$(BIN)/medley reset

lint: $(READY) ## Types, style, import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fast: lint ## Lint and the tests that start no cloud (under a minute)
	@$(BIN)/pytest -n 2 tests/architecture tests/domain tests/apps

test: lint ## Everything CI runs
	@$(BIN)/pytest -n 2 tests

bench: $(READY) ## Compare with FFmpeg, MoviePy and MLT, and measure the engine and the cloud's overhead (half an hour)
	@$(BIN)/python bench/mix.py
	@$(BIN)/python bench/steps.py
	@$(BIN)/python bench/plan.py
	@$(BIN)/python bench/count.py
	@$(BIN)/python bench/long_output.py
	@$(BIN)/python bench/distinctness.py
	@$(BIN)/python bench/overhead.py
	@$(BIN)/python bench/volume.py

fuzz: $(READY) ## Damage 20,000 media files and see each answered (an hour; COUNT=500 SEED=2 for others)
	@$(BIN)/python -m tests.safety.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

docs: $(READY) ## Write docs/REFERENCE.md and the tables of the policy for failure from the code
	@$(BIN)/python docs/generate_reference.py
	@$(BIN)/python docs/generate_retries.py

lock: $(UV) ## Resolve the newest allowed versions into requirements.lock, and name their wheels in requirements.wheels
	@$(UV) pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --quiet --upgrade --output-file requirements.lock
	@$(UV) pip compile requirements.lock --no-deps --universal --python-version 3.11 --format pylock.toml \
	  --no-header --quiet --output-file .tools/pylock.toml
	@.tools/bin/python -m infra.wheels .tools/pylock.toml requirements.lock > requirements.wheels

clean: ## Remove what was installed
	@rm -rf .tools .venv
