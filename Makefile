# Two commands matter: `make run` and `make test`. Each makes what it needs first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help run test check soak bench format clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/'

run: $(VENV)/.installed  ## materialize everything on embedded data, then serve the asset graph; Ctrl-C stops
	$(BIN)/spx up

test: $(VENV)/.installed  ## the test suite, a process per core, each file in one of them, in their order
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed  ## format, lint, types, import contracts, the Dagster code location
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/dg check defs

soak: $(VENV)/.installed  ## long tests: kills, fuzzing, thousands of examples
	$(BIN)/pytest -m slow --timeout 7200

bench: $(VENV)/.installed  ## the measured figures, as tables; `benchmarks/serving.py --peers` adds other serving stacks
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit 1; done

format: $(VENV)/.installed  ## apply the formatter and the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the virtual environment and the caches; state in .spx stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,dashboard,dask,onnx,otel,postgres]'
	touch $@
