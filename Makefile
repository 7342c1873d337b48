# Two targets do everything: `make demo` and `make test`. CONTRIBUTING.md describes the rest.
PYTHON ?= python3
BIN := .venv/bin
# Tests also wait, for servers and for browsers: three workers keep two cores busy.
PYTEST := $(BIN)/pytest -n 3

.PHONY: demo test check lint lint-types lint-sql unit proof stand-in endurance duckdb-1.5 engines dask benchmarks benchmarks-short audit dictionary hooks lock clean

demo: .venv/ready
	$(BIN)/chartlake demo

test: lint unit

# The fast loop: no server, no browser, nothing slow, and so nothing that a third worker could use.
check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) -n 2 -m "not service and not slow and not long and not endurance and not stand_in"

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(MAKE) --no-print-directory -j 2 lint-types lint-sql

# The longest parts, side by side: types take one core whatever there is.
lint-types: .venv/ready-dev
	$(BIN)/mypy

lint-sql: .venv/ready-dev
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 sql

unit: .venv/ready-dev
	$(PYTEST)

# A real Prefect server and worker, through failures; it takes some minutes.
proof: .venv/ready-dev
	$(BIN)/pytest -m long

# The template, created by CloudFormation, and queries in Athena, on a local stand-in for AWS. It needs
# another botocore than ours, and so an environment of its own.
stand-in: .venv/ready-dev
	test -x .venv-stand-in/bin/ministack || $(PYTHON) -m venv .venv-stand-in
	.venv-stand-in/bin/pip install --quiet --disable-pip-version-check "ministack==1.5.33" "duckdb>=1.5,<3"
	PATH="$(CURDIR)/.venv-stand-in/bin:$$PATH" $(BIN)/pytest -m stand_in

# Every command killed at every operation, 10^5 hostile inputs, ten years of faults, hundreds of
# random histories, a bulk table of five million rows: about an hour.
endurance: .venv/ready-dev
	$(BIN)/pytest -m endurance
	$(BIN)/pytest --hypothesis-profile thorough tests/etl/mirror

# The same tests on the other supported line of DuckDB, laid over the environment.
duckdb-1.5: .venv/ready-dev
	$(BIN)/pip install --quiet --upgrade --target .venv/duckdb-1.5 "duckdb>=1.5,<2"
	PYTHONPATH=$(CURDIR)/.venv/duckdb-1.5 $(PYTEST) --ignore tests/flows

# Every view and question on a real Spark session, which needs Java 17, and in Hive's CSV reader.
engines: .venv/ready-dev
	$(BIN)/pip install --quiet --constraint requirements.lock --editable ".[dev,spark]"
	$(BIN)/pytest -m engines

# A backfill on two Dask workers, killed and run again, against one process: the same bytes.
dask: .venv/ready-dev
	$(BIN)/pip install --quiet --constraint requirements.lock --editable ".[dev,dask]"
	$(BIN)/pytest -m dask

# Everything against the tutorial's way, Polars and simdjson; an hour, and 15 GB. See docs/performance.md.
benchmarks: .venv/ready-dev
	$(BIN)/pip install --quiet --constraint requirements.lock --editable ".[benchmark]"
	$(BIN)/python -m benchmarks

# Small sizes, in about two minutes; a bad ratio between programs or sizes is a failure.
benchmarks-short: .venv/ready-dev
	$(BIN)/python -m benchmarks --short

# Known vulnerabilities of the pinned dependencies, but for those in audit-exceptions.txt. It needs
# the network; with --strict, a package that cannot be looked up is a failure.
audit: .venv/ready-dev
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --strict --no-deps --disable-pip --requirement requirements.lock \
		$(addprefix --ignore-vuln ,$(shell sed 's/#.*//' audit-exceptions.txt))

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'chartlake needs Python 3.11 or newer; try make PYTHON=python3.12')"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[dev]"
	touch $@

dictionary: .venv/ready
	$(BIN)/python -m etl.mirror.dictionary > docs/dictionary.md

hooks: .venv/ready-dev
	$(BIN)/pre-commit install

# Pins what pyproject.toml allows, without naming any index.
lock: .venv/ready-dev
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --extra dev --extra spark --extra dask --extra benchmark --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--annotation-style line --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv demo-lake
