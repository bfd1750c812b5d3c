# The commands of this project. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
# Tests on several cores: `make test JOBS=2`. Any other words for pytest: `make test ARGS="-k note"`.
JOBS ?= 0
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest -n $(JOBS) $(ARGS)

# What `make run` and `make nightly` take where the caller has not said otherwise: a Monday in the middle of the autumn visits.
DEMONSTRATION_DAY := 2009-11-16
PRETENDING := DEBUG=$${DEBUG:-on} PRETEND_IT_IS=$${PRETEND_IT_IS:-$(DEMONSTRATION_DAY)}

# The stamps carry the locks' checksums, so that a changed lock is installed and an unchanged one costs nothing.
sum = $(shell cat $(1) | cksum | tr ' ' '-')
PACKAGES := $(VENV)/.packages-$(call sum,requirements-dev.txt)
ASSETS := $(VENV)/.assets-$(call sum,package-lock.json sipmanager/dev/assets.py)

.PHONY: help
help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | sort | while IFS="$$(printf '\t')" read -r name what; do printf 'make %-9s %s\n' "$$name" "$$what"; done

.PHONY: run
run: machine-run install ## the service with its demonstration on 127.0.0.1:$PORT (8000), and its worker beside it
	@$(PRETENDING) PORT=$(PORT) exec $(PY) -m sipmanager.dev.run

.PHONY: setup
setup: install ## the environment in .venv, the assets and the database, without starting anything
	@$(PY) manage.py migrate --verbosity 0

.PHONY: test
test: machine-test install ## the whole suite, on SQLite and on PostgreSQL, with broker, worker and browser
	@status=0; \
	$(PYTEST) --database sqlite --cov || status=1; \
	$(PY) -m sipmanager.dev.coverage || status=1; \
	$(PYTEST) --database postgresql -m "not browser" || status=1; \
	exit $$status

.PHONY: check
check: install ## everything CI does besides tests; changes nothing
	@$(PY) -m sipmanager.dev.check

.PHONY: fix
fix: install ## mend what a machine can mend
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .
	@$(PY) -m djlint --reformat --quiet templates || true

.PHONY: bench
bench: install ## the table of speeds, on PostgreSQL with the whole register
	@$(PY) -m sipmanager.dev.bench

.PHONY: docs
docs: install ## write the generated pages anew
	@$(PY) manage.py docs

.PHONY: nightly
nightly: setup ## tonight's jobs, now
	@$(PRETENDING) sh -c 'exec $(PY) manage.py nightly --on "$${ON:-$$PRETEND_IT_IS}"'

.PHONY: lock
lock: install ## resolve the packages of pyproject.toml and package.json anew
	@$(PY) -m sipmanager.dev.lock
	@$(VENV)/bin/npm install --package-lock-only

# What docker-compose.yml starts in containers, started here by hand (settings from the environment, see .env.example).
.PHONY: web worker beat release
web: install ## the production web server
	@$(PY) manage.py collectstatic --no-input --verbosity 0
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" exec gunicorn sipmanager.wsgi --bind 0.0.0.0:8000 --workers 3 --timeout 60 --no-control-socket

worker: install ## the production worker
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" exec celery -A sipmanager worker --concurrency=2 --loglevel=INFO

beat: install ## what queues the scheduled tasks in production; one only
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" exec celery -A sipmanager beat --loglevel=INFO

release: install ## the database brought up to date before a new version starts
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" exec python manage.py migrate --no-input

.PHONY: install
install: $(PACKAGES) $(ASSETS)

.PHONY: machine-run machine-test
machine-run:
	@$(PYTHON) sipmanager/dev/machine.py run

machine-test:
	@$(PYTHON) sipmanager/dev/machine.py test

$(PACKAGES):
	@echo "Installing the packages of requirements-dev.txt into $(VENV) ..."
	@$(PYTHON) sipmanager/dev/machine.py python
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || echo "uv is not to be had: pip does it, slower."
	@if test -x $(VENV)/bin/uv && $(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements-dev.txt; then :; \
	else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; fi
	@$(PY) -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "sipmanager.pth").write_text(str(pathlib.Path.cwd()))'
	@rm -f $(VENV)/.packages-*
	@touch $@

$(ASSETS): | $(PACKAGES)
	@echo "Installing the front-end packages of package-lock.json ..."
	@$(VENV)/bin/npm ci --silent
	@$(PY) -m sipmanager.dev.assets
	@rm -f $(VENV)/.assets-*
	@touch $@
