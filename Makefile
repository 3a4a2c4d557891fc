# Everything starts from Python 3.11+ and make; `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
READY := .venv/.ready
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never

.PHONY: help install demo up reset test fast lint bench fuzz docs lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: $(READY) ## Set up everything the other targets need

$(UV):
	@echo "Setting up uv ..."
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.8

$(READY): $(UV) requirements.lock pyproject.toml
	@echo "Installing the locked packages (once) ..."
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes requirements.lock
	@$(UV) pip install --quiet --no-deps --editable .
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

fuzz: $(READY) ## Damage 20,000 media files and see each answered (an hour; COUNT=500 SEED=2 for others)
	@$(BIN)/python -m tests.safety.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

docs: $(READY) ## Write docs/REFERENCE.md from the code
	@$(BIN)/python docs/generate_reference.py

lock: $(UV) ## Resolve the newest allowed versions into requirements.lock
	@$(UV) pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --quiet --upgrade --output-file requirements.lock

clean: ## Remove what was installed
	@rm -rf .tools .venv
