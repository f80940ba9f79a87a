# Fengni: `make run` serves the demonstration, `make test` proves the checkout. Nothing else is needed to begin.
PYTHON ?= python3
PORT ?=
WORKERS ?= 2
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup run demo tour test screens lint docs lock bench torture fuzz fresh

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 18

.venv/.server: requirements.lock pyproject.toml
	@$(PYTHON) scripts/check_python.py
	@test -x $(BIN)/python || { rm -rf .venv; $(PYTHON) -m venv .venv; }
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.server
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.bench: requirements-bench.lock .venv/.dev
	@$(INSTALL) --require-hashes -r requirements-bench.lock
	@touch $@

setup: .venv/.server ## prepare environment, database and translations; then the command is .venv/bin/fengni
	@$(BIN)/fengni setup

run: .venv/.server ## set up and serve the demonstration until Ctrl-C (PORT=… for another port)
	@$(BIN)/fengni run --demo $(if $(PORT),--port $(PORT))

demo: .venv/.server ## empty the demonstration, so that the next run makes it anew
	@$(BIN)/fengni demo reset --yes

test: .venv/.dev lint ## lint, types, layers and the whole suite
	@command -v chromium >/dev/null || { echo "缺少 Chromium,请先运行 apt-get install chromium fonts-noto-cjk libatomic1。"; \
	  echo "Chromium is missing. Run apt-get install chromium fonts-noto-cjk libatomic1 first."; exit 1; } >&2
	@command -v softhsm2-util >/dev/null || { echo "缺少测试用的令牌 SoftHSM2,请先运行 apt-get install softhsm2。"; \
	  echo "SoftHSM2, whose tokens the tests use, is missing. Run apt-get install softhsm2 first."; exit 1; } >&2
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

tour: .venv/.dev ## walk one matter in a browser in both languages and make the README's pictures
	@$(BIN)/fengni demo tour --pictures docs/img

screens: .venv/.dev ## walk every screen at both widths and in both languages; the suite goes one way
	@FENGNI_SCREENS=whole $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup tests/web

lint: .venv/.dev ## ruff, mypy and the layer contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet src tests benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

docs: .venv/.dev ## write the generated pages anew
	@$(BIN)/python docs/generate.py

lock: .venv/.dev ## renew the lock files: versions and hashes, no addresses
	@$(BIN)/uv pip compile pyproject.toml --extra server --extra build --universal --generate-hashes \
	  --no-header --no-annotate --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra server --extra build --extra dev --universal --generate-hashes \
	  --no-header --no-annotate --quiet --output-file requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml --extra server --extra build --extra dev --extra bench --universal \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements-bench.lock

bench: .venv/.bench ## run every benchmark and write docs/benchmarks.md
	@$(BIN)/python -m benchmarks.report

torture: .venv/.dev ## kill processes of a real installation at 200 random points
	@FENGNI_KILLS=200 $(BIN)/python -m pytest tests/faults

fuzz: .venv/.dev ## change files of every kind until a reader fails (RUNS=… for how many)
	@$(BIN)/python -m tests.core.pii.fuzzing $(or $(RUNS),1000000)

fresh: ## prove both commands on a bare Debian in a chroot (as root; FULL=1 runs the suite there too)
	@bash scripts/fresh.sh
