# One door: people, scripts and CI call the same targets.
# Needs git, make and Python 3.11 or newer; everything else is fetched into .venv.

PYTHON ?= python3
BIN    := .venv/bin
GUANAI := $(BIN)/guanai
READY  := .venv/.ready
# The demo's today: a Friday in the first term.
ON     := 2026-11-20
# A third of the tests' time is waiting for the disk, the browser and the office program: one worker more than processors.
PYTEST  = $(BIN)/pytest -q -n $$(($$(getconf _NPROCESSORS_ONLN) + 1))
TESTS  := --dist worksteal --doctest-modules guanai generators tests

# Material prints a notice about MkDocs 2 at every build; we are pinned and know.
export NO_MKDOCS_2_WARNING := 1
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup system run demo site test check lint format pages pictures bench torture lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv from the hashed lock, with this checkout installed in it

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh $(PYTHON) .venv
	@touch $@

system: ## Install the office program, fonts, browser and Node that `make test` drives
	@scripts/system.sh

run: demo site ## Invent a school, print all its papers, build the site, serve the school with a log-in for each role (RUN_ONCE=1: do not serve)
	@scripts/serve.sh build/site build/demo $(ON)

demo: $(READY) ## Invent a school in build/demo and print all its papers
	rm -rf build/demo build/demo.git build/demo.counseling.git
	$(GUANAI) demo build/demo --students 240 --seed 2026 --on $(ON)
	$(GUANAI) -C build/demo check --on $(ON)
	$(GUANAI) -C build/demo generate --all --on $(ON)

site: $(READY) ## Build the public site in build/site
	@mkdir -p build/tmp   # the Chinese word splitter keeps its cache in TMPDIR: give it one of its own
	TMPDIR=$(CURDIR)/build/tmp $(BIN)/mkdocs build --strict --quiet

test: system lint ## Run everything: linters, all tests (office, browser, slow ones too)
	$(PYTEST) $(TESTS)

check: lint ## Run linters and the fast tests; hold our own records against our own rules
	$(PYTEST) $(TESTS) -m "not office and not browser and not slow"

lint: $(READY) ## Run ruff, mypy, import-linter and `guanai check` alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(GUANAI) check --on $(ON)

format: $(READY) ## Let ruff and `guanai fmt` lay out code and records
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(GUANAI) fmt

pages: $(READY) ## Write the generated pages below site/ (glossary, policies, forms)
	$(BIN)/python -m guanai.pages site

pictures: $(READY) system ## Make the pictures of the README and of the guide again, from real documents and pages
	@scripts/apt.sh chromium-l10n   # the browser's own words, such as the order of a date, in Chinese
	@scripts/pictures.sh $(GUANAI) site/assets
	$(BIN)/python scripts/screens.py site/assets/screens

bench: $(READY) ## Measure ourselves against our peers; ratios decide, seconds are printed
	$(BIN)/python bench/run.py
	$(BIN)/python bench/history.py
	$(BIN)/python bench/saving.py

torture: $(READY) ## Kill savers before every step, and eight writers 300 times at random; all the hostile and slow there is
	GUANAI_EXHAUSTIVE=1 $(PYTEST) tests/store/test_recovery.py tests/store/test_merge_laws.py tests/web/test_crawl_canaries.py tests/web/hostile
	GUANAI_LATE=0.6 $(PYTEST) tests/web -m browser
	$(BIN)/python scripts/torture.py --rounds 300

lock: ## Resolve requirements.lock anew (needs uv, fetched into build/uv if missing)
	@scripts/lock.sh $(PYTHON)

clean: ## Remove all that was built, .venv too
	rm -rf build dist .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
