.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help
help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

.PHONY: serve
serve: bootstrap  ## build the site, serve it at 127.0.0.1:8000 and follow edits
	mkdocs serve --dev-addr 127.0.0.1:8000

.PHONY: build
build: bootstrap  ## build the site into site/
	mkdocs build --strict

.PHONY: test
test: bootstrap-all lint  ## everything that CI checks
	pytest

.PHONY: lint
lint: bootstrap
	ruff check
	ruff format --check
	mypy

.PHONY: format
format: bootstrap  ## format the code and mend what the linter can
	ruff check --fix
	ruff format

.PHONY: outputs
outputs: bootstrap-all  ## run every captured command again and rewrite its output
	pytest --update-outputs

.PHONY: lock
lock: bootstrap  ## refresh every pin in requirements.lock
	scripts/lock.sh

.PHONY: bootstrap
bootstrap:
	@scripts/bootstrap.sh

.PHONY: bootstrap-all
bootstrap-all:
	@scripts/bootstrap.sh redis chromium
