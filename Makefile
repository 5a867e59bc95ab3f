# The commands of the product. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
TESTS := IOM_ENV=test DATA_DIR=.data-test
PDF_LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation
TEST_PACKAGES := chromium poppler-utils iproute2
PYTEST_WORKERS ?= 2
# Looked at and let pass: the grants table holds one row a named reader; a longer varchar rewrites nothing; who waits to be
# scored again is a table of minutes.
LINT_IGNORES := --ignore-name 0002_openings 0002_kinds_break_glass_and_review 0003_touched_without_a_file
ARGS ?=

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 24

run: setup ## run everything and print where to sign in (PORT=8000 DATA_DIR=.data); Ctrl-C stops it
	@exec $(BIN)/python -m iom.embedded run

stop: ## stop what runs from this data folder
	@$(BIN)/python -m iom.embedded stop

status: ## say what runs from this data folder
	@$(BIN)/python -m iom.embedded status || true

sign-ins: ## list everybody who can sign in to the demo
	@$(BIN)/python manage.py demo_sign_ins

setup: .venv/.runtime system-libraries assets ## install everything; again it does nothing

test: setup-dev browser ## check, then every test on real servers, then the stories in a browser
	@trap '$(TESTS) $(BIN)/python -m iom.embedded stop' EXIT; \
	$(MAKE) check; \
	$(TESTS) $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadfile $(ARGS)

test-security: setup-dev browser ## the whole of the proofs of access, whose figures go into docs/security.md
	@trap '$(TESTS) $(BIN)/python -m iom.embedded stop' EXIT; \
	rm -rf .data-test/figures; \
	$(TESTS) IOM_SECURITY=whole IOM_SECURITY_FIGURES=$(CURDIR)/.data-test/figures \
	  $(BIN)/pytest tests/security tests/architecture -n $(PYTEST_WORKERS) --dist loadfile $(ARGS); \
	$(TESTS) $(BIN)/python -m tests.security.report .data-test/figures

check: setup-dev ## lint, types, import contracts, templates, migrations: all of them, even when one fails
	@$(MAKE) --keep-going lint templates containers contracts types migrations

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

templates:
	git ls-files -z '*.html' | xargs -0 --no-run-if-empty $(BIN)/djade --target-version 5.2 --check

containers:
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml

contracts:
	$(BIN)/lint-imports --no-logo

types:
	$(TESTS) $(BIN)/mypy .

migrations:
	$(TESTS) $(BIN)/python manage.py makemigrations --check --dry-run
	$(TESTS) $(BIN)/python manage.py lintmigrations --sql-analyser postgresql --project-root-path . $(LINT_IGNORES)

bench: setup-dev ## measure import, recompute and pages; the figures stand in docs/performance.md
	@IOM_ENV=demo DATA_DIR=.data-bench $(BIN)/python -m benchmarks $(ARGS)

docs-screenshots: setup-dev browser ## take the pictures of the documentation anew
	$(BIN)/python -m tests.journeys.screenshots $(ARGS)

requirements: setup-dev ## pin requirements/*.in again, with hashes
	@command -v uv >/dev/null || { echo "uv is missing: pip install uv"; exit 1; }
	@for name in runtime matching dev; do \
	  uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --universal \
	    requirements/$$name.in -o requirements/$$name.txt; \
	done

clean: ## remove test data, caches and fetched assets; .data and .venv stay
	@if [ -x $(BIN)/python ]; then $(TESTS) $(BIN)/python -m iom.embedded discard-test-data; fi
	@rm -rf node_modules static/vendor staticfiles .venv/.static \
	  .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: help run stop status sign-ins setup test test-security check bench docs-screenshots requirements clean
.PHONY: lint templates containers contracts types migrations setup-dev assets system-libraries browser

# What the commands above stand on.

.venv/bin/python:
	@python=$$(command -v python3.11 || command -v python3 || true); \
	if ! "$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then \
	  echo "Python 3.11 is needed (on Debian: apt-get install python3.11 python3.11-venv)."; exit 1; \
	fi; \
	echo "Creating .venv ..."; \
	"$$python" -m venv .venv || { rm -rf .venv; echo "On Debian: apt-get install python3.11-venv"; exit 1; }

.venv/.runtime: requirements/runtime.txt | .venv/bin/python
	@echo "Installing requirements ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.dev: requirements/dev.txt | .venv/bin/python
	@echo "Installing requirements for development ..."
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $<
	@touch .venv/.runtime $@

setup-dev: .venv/.dev system-libraries assets

# The design systems' files come from their packages; the web server serves the collected copy.
assets: static/vendor/.made-from
	@newest=$$(find static -type f -newer .venv/.static -print -quit 2>/dev/null || echo first); \
	if [ ! -f .venv/.static ] || [ ! -d staticfiles ] || [ -n "$$newest" ]; then \
	  $(BIN)/python manage.py collectstatic --no-input --clear --verbosity 0 && touch .venv/.static; \
	fi

static/vendor/.made-from: package-lock.json iom/assets.py | .venv/.runtime
	@$(BIN)/python -m iom.assets && touch $@

# As root on Debian missing packages are installed; otherwise the run itself names them.
system-libraries:
	@$(call install_packages,$(PDF_LIBRARIES))

browser:
	@if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	    || ! command -v pdftotext >/dev/null || ! command -v ip >/dev/null; then $(call install_packages,$(TEST_PACKAGES)); fi
	@if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then \
	  echo "Chromium is missing: the browser journeys are skipped (apt-get install $(TEST_PACKAGES))."; \
	  if [ "$${CI:-}" = true ]; then exit 1; fi; \
	fi

define install_packages
if command -v dpkg >/dev/null && ! dpkg --status $(1) >/dev/null 2>&1; then \
  if [ "$$(id -u)" = 0 ]; then \
    echo "Installing $(1) ..."; \
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(1); } \
      >/dev/null || echo "That did not work; install by hand: apt-get install $(1)"; \
  else \
    echo "Missing or incomplete: install with apt-get install $(1)"; \
  fi; \
fi
endef
