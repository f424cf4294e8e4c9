# Thin fronts of `.venv/bin/danggol`. Variables given to make (COMPANY, ROLE, DATE, ...)
# reach it through the environment.

SHELL = /bin/sh
DANGGOL = .venv/bin/danggol
BIN = .venv/bin
WORKERS = --numprocesses 3 --dist loadfile --no-loadscope-reorder
CODE = danggol ingest mining expectations warehouse demo dags tests

# The first supported Python; `make install PYTHON=/path/to/python3.12` names another.
PYTHON ?= $(shell for each in python3.12 python3.11 python3; do \
	"$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	2>/dev/null && { echo "$$each"; exit; }; done; echo python3)

.PHONY: help install demo test test-system lint up down status night backfill report docs bench \
	chaos clean url lock environment installed
.SILENT:
.NOTPARALLEL:

help: ## this list
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	echo "Each takes COMPANY=code; without one it is the demo company complete_journey."

install: environment ## check this machine, install what requirements.lock lists into .venv
	echo "Installed: everything in requirements.lock is in .venv"

demo: environment ## start everything, run a company's year and its last nights, show it
	$(DANGGOL) demo

# What lint says comes after the tests, beside which it runs: mypy takes one core for long.
test: environment ## lint, and run every test
	$(MAKE) --no-print-directory lint >.venv/lint.log 2>&1 & lint=$$!; \
	$(BIN)/python -P -m pytest $(WORKERS); tests=$$?; \
	wait $$lint; linted=$$?; cat .venv/lint.log; exit $$((tests ? tests : linted))

test-system: environment ## what needs root: a full disk, PostgreSQL 15, MariaDB, Chromium
	sh tests/pipeline/system/install.sh
	$(BIN)/python -P -m pytest $(WORKERS) -m system tests/pipeline/system

lint: environment ## ruff, mypy, import-linter, sqlfluff
	$(BIN)/ruff check --quiet $(CODE)
	$(BIN)/ruff format --quiet --check $(CODE)
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	$(BIN)/sqlfluff lint --quiet --disable-progress-bar --processes 0 dbt_project
	echo "Lint: nothing found"

up: environment ## start PostgreSQL and Airflow
	$(DANGGOL) up

down: installed ## stop what `up` and `demo` started
	$(DANGGOL) down

status: installed ## services, last nights, freshness of each mart, failed gates
	$(DANGGOL) status

night: given-DATE environment ## run one night: DATE=2017-12-31 (or yesterday)
	$(DANGGOL) night "$$DATE"

backfill: given-FROM given-TO environment ## run nights again, in order: FROM=2017-12-27 TO=2017-12-31
	$(DANGGOL) backfill "$$FROM" "$$TO"

report: environment ## write report.html from what is published now; with DATE= of that night only
	$(DANGGOL) report $$DATE

docs: environment ## build pages of what the gates found, and of what every column means
	$(DANGGOL) docs

bench: environment ## measure speed against peers in turn; docs/benchmarks.md has figures
	$(BIN)/python -P -m tests.benchmarks

chaos: environment ## strike nights by faults: NIGHTS=200 ORDERS=20 QUERY_SECONDS=180 SEED=1
	$(BIN)/python -P -m tests.chaos

clean: installed ## stop a demo company and delete its data; never a company of yours
	$(DANGGOL) clean

url: installed ## print a connection URL: make -s url ROLE=bi_reader
	$(DANGGOL) url

lock: ## resolve pyproject.toml again into requirements.lock; UPGRADE=1 takes new versions
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(PYTHON) -m venv "$$folder" && "$$folder/bin/pip" install --quiet uv && \
	"$$folder/bin/uv" pip compile pyproject.toml --group dev --quiet \
		--universal --python-version 3.11 --generate-hashes --only-binary :all: \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
		--output-file requirements.lock

environment:
	$(PYTHON) -m danggol.installation

installed:
	test -x $(DANGGOL) || { echo "not installed yet: make install" >&2; exit 1; }

given-%:
	test -n "$$$*" || { echo "which day? $*= is missing; see make help" >&2; exit 2; }
