.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The theme warns of a release of MkDocs that is not installed here (adr/0009).
export NO_MKDOCS_2_WARNING := 1

.PHONY: help
help:  ## list the targets
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

.PHONY: serve
serve: bootstrap  ## build the site, serve it at 127.0.0.1:8000 and follow edits
	@echo 'Ctrl-C stops the server.'
	@mkdocs serve --dev-addr 127.0.0.1:8000

.PHONY: build
build: bootstrap  ## build the site into site/
	mkdocs build --strict

.PHONY: bundle
bundle: bootstrap  ## build build/iris-runbook.zip, which is read from disk and needs no server
	scripts/bundle.sh build/iris-runbook.zip

# The tests of a file share what they set up, so they stay together. Many tests wait, so there are
# more workers than cores.
SUITE := --numprocesses 6 --dist loadfile --no-loadscope-reorder tests
.PHONY: test
test: bootstrap-all lint  ## everything that CI checks
	pytest $(SUITE)

.PHONY: check
check: lint  ## an answer in half a minute: style, types, and every test that starts no service
	pytest --quick --numprocesses 2 --dist loadfile --durations 0 --durations-min 5 tests

.PHONY: lint
lint: bootstrap  ## check style, types, spelling, scripts and import contracts
	ruff check
	ruff format --check
	mypy
	python -m scripts.build_triage
	codespell
	codespell --dictionary docs/style.txt README.md CONTRIBUTING.md docs adr
	shellcheck scripts/*.sh examples/lab/guard.sh .ci/run
	lint-imports --no-logo examples/checks/import-contracts.toml
	lint-imports --no-logo examples/interpreters/layers.toml
	lint-imports --no-logo examples/triage/import-contracts.toml

.PHONY: format
format: bootstrap  ## format the code and fix what the linter can
	ruff check --fix
	ruff format

.PHONY: incidents
incidents: bootstrap-all  ## reproduce every incident and print what was seen as a table
	python -m tests.support.incidents_table

.PHONY: confusion
confusion: bootstrap-all  ## run triage 20 times on every target, each time on a new one, and rewrite the table
	python -m tests.triage.confusion --output examples/triage/outputs/confusion.md

.PHONY: captures
captures: bootstrap-all triage  ## save what triage reads from every incident and healthy service into tests/triage/captures/
	python -m tests.triage.captures $(NAME)

.PHONY: field
field: bootstrap triage  ## run triage on faults of the kinds that other people have, and rewrite the table; NAME=... picks some
	scripts/environment.sh tests/field/requirements.txt build/field
	python -m tests.field.score --python build/field/bin/python $(if $(NAME),,--output examples/triage/outputs/field.md) $(OPTIONS) $(NAME)

.PHONY: field-captures
field-captures: bootstrap triage  ## the same, and keep small captures of what triage was right about in tests/field/captures/
	scripts/environment.sh tests/field/requirements.txt build/field
	python -m tests.field.score --python build/field/bin/python $(OPTIONS) $(NAME) --captures

.PHONY: programs
programs: bootstrap triage  ## run triage on ten programs from PyPI, idle and under load; OPTIONS=--all runs all
	scripts/environment.sh tests/field/programs/requirements.txt build/programs
	python -m tests.field.programs.run --python build/programs/bin/python $(OPTIONS)

.PHONY: outputs
outputs: bootstrap-all  ## run every captured command again, rewrite its output and report what changed
	@python -m tests.support.changes $(SUITE)

.PHONY: next
next:  ## run the tests of facts on CPython 3.15, and print which facts changed; gates nothing
	@scripts/bootstrap.sh --next redis postgresql chromium
	@.venv-next/bin/python -m tests.support.next_minor

.PHONY: bench
bench: bench-interpreters bench-triage  ## measure everything that the site shows, and rewrite the results (quiet machine)

RESULTS := examples/interpreters/results
# Measure a function that is not ours; its verdict, a status under 3, is no error.
own = python -m examples.interpreters.bench --output $(RESULTS)/strangers/$(1).json --function $(2) --slices examples.interpreters.strangers:$(3); test $$? -lt 3

.PHONY: bench-interpreters
bench-interpreters: bootstrap-all  ## measure all executors, two runs in a row, and rewrite the results
	python -m examples.interpreters.bench --output $(RESULTS)/bench.json
	python -m examples.interpreters.bench --output $(RESULTS)/bench-again.json
	python -m examples.interpreters.report.page $(RESULTS)/bench.json $(RESULTS)/bench-again.json $(RESULTS)
	$(MAKE) bench-tools

TOOLS := waits more_workers requests
.PHONY: bench-tools
bench-tools: bootstrap-all  ## the part of it that takes minutes: the four tools, scale-out, functions that are not ours
	python -m examples.interpreters.bench $(addprefix --only ,$(TOOLS)) --output $(RESULTS)/tools.json
	python -m examples.interpreters.report.tools $(RESULTS)/tools.json $(RESULTS)
	python -m examples.interpreters.scale_out.sizes --output $(RESULTS)/scale_out.json
	$(call own,stdev,statistics:stdev,closes)
	$(call own,markdown,markdown:markdown,pages)
	$(call own,detect,charset_normalizer:detect,letters)
	$(call own,guess_type,mimetypes:guess_type,files)

.PHONY: triage
triage: bootstrap  ## join the modules of triage into build/triage.py, one file to copy or pipe
	python -m scripts.build_triage --output build/triage.py

.PHONY: bench-triage
bench-triage: bootstrap-all triage  ## compare triage with asyncio ps, and rewrite the result
	python -m examples.triage.bench --output examples/triage/outputs/bench.json

.PHONY: endurance
endurance: bootstrap triage  ## run triage 1,000 times on each of four targets, and rewrite the counts
	scripts/environment.sh tests/field/programs/requirements.txt build/programs
	python -m examples.triage.bench.endurance --python build/programs/bin/python --output examples/triage/outputs/endurance.json

.PHONY: probe
probe: bootstrap-all  ## use every package in a subinterpreter again and rewrite the compatibility map
	python -m examples.interpreters.compatibility.probe --output $(RESULTS)/compatibility.json

.PHONY: drill
drill: bootstrap  ## practise an incident; SEED=7 repeats one, OPTIONS=--list lists the alerts
	@python examples/drills/drill.py $(if $(SEED),--seed $(SEED)) $(OPTIONS)

.PHONY: lock
lock: bootstrap  ## move every pin in requirements.lock to its newest release
	scripts/lock.sh --upgrade

.PHONY: waits
waits: bootstrap  ## look up every function that triage knows by name, in libraries beside the lock as well
	scripts/waits.sh

.PHONY: bootstrap
bootstrap:  ## make .venv: CPython 3.14 and the pinned packages
	@scripts/bootstrap.sh

.PHONY: bootstrap-all
bootstrap-all:  ## the same, and find or install redis-server, PostgreSQL and Chromium
	@scripts/bootstrap.sh redis postgresql chromium
