# Every target says what it does: `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench wheel extract verifier client sbom lock

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TESTS ?= 2
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
PO := $(wildcard portal/translations/*/LC_MESSAGES/*.po)
PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-khmeros fonts-noto-core \
	poppler-utils qpdf chromium openssl softhsm2 libjs-pdf

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

setup: .venv/.system .venv/.installed $(PO:.po=.mo) ## Install what is missing (quick when nothing is)

.venv/.system: Makefile
	@PYTHON=$(PYTHON) bash .ci/system $(PACKAGES)
	@mkdir -p .venv && touch $@

.venv/.installed: requirements.lock setup.cfg setup.py pyproject.toml | .venv/.system
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

%.mo: %.po | .venv/.installed
	$(BIN)/pybabel --quiet compile -i $< -o $@

run: setup ## Serve the demo, with its worker, on http://127.0.0.1:8000 (PORT=...)
	$(FLASK) db upgrade
	$(FLASK) demo --if-empty
	@echo "Serving on http://127.0.0.1:$(PORT) - sign in with one of these:"
	@$(FLASK) demo logins
	@# The worker ends with the shell that starts it, which becomes the server.
	@$(FLASK) worker --parent $$$$ & exec $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 2 wsgi:app

test: setup ## Run every test, on SQLite and PostgreSQL (TESTS=how many at once)
	$(BIN)/python -m pytest -n $(TESTS) --dist loadgroup

check: setup ## Lint and format of code, types, imports, lint of templates, known weaknesses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict portal
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml portal wsgi.py
	$(BIN)/python .ci/audit.py

fix: setup ## Mend what the tools can mend themselves
	$(BIN)/ruff check --fix . || true
	$(BIN)/ruff format .

bench: setup ## Run the benchmarks, one JSON object a line
	@$(BIN)/python -m tests.bench

wheel: setup sbom ## Build a wheel that holds templates, static files, migrations, packs and translations
	rm -rf build
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

extract: setup ## Build the extractor, for ISPs' own machines, as a wheel of its own
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist portal/extract
	rm -rf portal/extract/build portal/extract/*.egg-info

verifier: setup ## Pack the verifier into one file that needs Python 3.11 and nothing else
	$(BIN)/python .ci/verifier.py dist/verify-certificate.pyz

client: setup ## Build the client of the interface for programs, as a wheel of its own
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist portal/client
	rm -rf portal/client/build portal/client/*.egg-info

sbom: setup ## Write what the portal is made of (CycloneDX) beside the wheel
	@mkdir -p dist
	$(BIN)/python .ci/sbom.py > dist/sbom.cdx.json

lock: ## Pin every package anew, with hashes (needs pip-tools)
	pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--extra test --extra check --output-file requirements.lock setup.py
