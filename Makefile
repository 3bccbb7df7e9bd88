# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make test` do all their own set-up in .venv; see CONTRIBUTING.md.

BIN := .venv/bin
JOBS ?= 2
QUIETLY := .ci/quietly

.PHONY: help demo test lint bench stress coverage clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: .venv/ready-run ## the whole story in a temporary directory
	@$(BIN)/gatekeeper demo

test: lint ## lint, types, every test, coverage
	@rm -f .coverage .coverage.*
	@$(QUIETLY) pytest $(BIN)/coverage run -m pytest -n $(JOBS) -m "not stress" tests
	@$(BIN)/coverage combine -q && $(QUIETLY) coverage $(BIN)/coverage report
	@printf 'coverage %s %%\n' "$$($(BIN)/coverage report --format=total)"

lint: .venv/ready-dev ## ruff and mypy
	@$(QUIETLY) ruff $(BIN)/ruff check .
	@$(QUIETLY) format $(BIN)/ruff format --check .
	@$(QUIETLY) mypy $(BIN)/mypy

bench: .venv/ready-dev ## benchmarks beside git and other tools; writes docs/performance.md
	@$(BIN)/python -m tests.bench

stress: .venv/ready-dev ## the slow tests: many writers, long histories, kill -9
	@$(BIN)/pytest -n $(JOBS) -m stress tests

coverage: test ## what the tests do not reach, line by line
	@$(BIN)/coverage report --show-missing

clean: ## remove .venv and what tools left
	rm -rf .venv .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info

.venv/ready-run: pyproject.toml .ci/setup
	@.ci/setup run
	@touch $@

.venv/ready-dev: pyproject.toml .ci/setup
	@.ci/setup dev
	@touch $@ .venv/ready-run
