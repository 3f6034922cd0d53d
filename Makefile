# What there is to do with gijit, one word each; `make` alone lists them. The work is in scripts/, which can be run by
# themselves too. This file knows only what needs what.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash
.SHELLFLAGS := -eu -c

python := .venv/bin/python
# For scripts/common.sh, when make is called as `make setup PYTHON=python3.13`.
export PYTHON

.PHONY: help demo test test-quick programs pythons cells valgrind soak bench conformance modern lint format build setup environment tools wheel fuzz clean distclean

help: ## Show this list
	@echo 'gijit: GObject libraries from Python, compiled.'
	@echo
	@echo 'make demo         Build, run an example on gijit, and compare its speed: the place to start'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18 | grep -v -e '^make demo' -e '^make help'
	@echo
	@echo 'Each does what it needs first: system packages through apt, .venv for gijit, .venv-peer for PyGObject.'
	@echo 'PYTHON=/path/to/python3 chooses the interpreter of both (/usr/bin/python3 by default).'

demo: setup ## Build, run an example on gijit, and compare its speed
	$(python) -m gijit examples/demo.py
	$(python) benches/run.py --table demo

test: setup ## Run all tests, those in tests/ under each tier (ARGS="-k text" goes to pytest)
	@scripts/test $(ARGS)

test-quick: setup ## Run what a change of the extension breaks first, in one tier: a minute (TIER=ffi)
	GIJIT_TIER=$${TIER:-thunk} $(python) -m pytest -q tests/calls tests/callbacks tests/objects tests/capi tests/records tests/values $(ARGS)

programs: build ## Drive 23 of Debian's programs on gijit and on PyGObject (ARGS="meld --times 5"; installs them)
	@scripts/programs $(ARGS)

pythons: setup ## Build for every other CPython that is here, and run the tests with each (PYTHONS="/path/to/python3.13 ...")
	@scripts/pythons $(ARGS)

cells: setup ## Only the table of cells of (family, container, direction, transfer, nullability)
	@meson-test/build.sh >/dev/null
	$(python) -m pytest tests/marshal --table $(ARGS)

valgrind: setup ## Run the suites of conversion under valgrind
	@scripts/valgrind $(ARGS)

soak: setup ## Call every conversion 100,000 times in both tiers and watch memory (LOOPS=10000 for a tenth)
	@scripts/soak $(ARGS)

bench: setup ## Measure everything, side by side with PyGObject and C; results go to benches/results/
	@scripts/bench $(ARGS)

conformance: setup ## Run PyGObject's own test-suite against gijit (FILES=test_gi.py GTK=4 TIER=ffi)
	@scripts/conformance $(ARGS)

modern: ## Build and test on Debian testing too, in a root folder of its own (scripts/modern help; needs root)
	@scripts/modern all

lint: environment ## Check the form of all sources: rustfmt, clippy, ruff
	@scripts/lint

format: environment ## Bring all sources into that form
	@scripts/format

build: environment ## Build gijit in release and install it into .venv
	@scripts/build

setup: build ## Install and build all that is needed, PyGObject in .venv-peer with it
	@scripts/peer

wheel: environment ## Make the wheel in dist/ and check what is in it
	@scripts/wheel

fuzz: environment ## Feed broken typelibs to the reader for a minute (SECONDS_EACH=3600 for an hour)
	@scripts/fuzz

clean: ## Remove what was built; the environments stay
	if [ -d target ]; then find target -mindepth 1 -maxdepth 1 -not -name modern -exec rm -rf {} +; fi
	rm -rf target/modern/tree build dist python/*.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## Remove the environments too
	rm -rf .venv .venv-peer target

environment: tools
	@scripts/environment

tools:
	@scripts/system
