# Everything here works on a fresh machine that has git, make, Python 3 and the package registries.
.DEFAULT_GOAL := help
export RASA_TELEMETRY_ENABLED := false
# uv is taken from the machine, or brought into the project's own folder.
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)

.PHONY: help run test check lint sync clean

help: ## Show what can be made.
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

run: sync ## Start the assistant, the chat page and the staff desk.
	@$(UV) run --no-sync leeward up

test: sync ## Install what the tests need, and run every check and test.
	@./tests/run

lint: sync ## Style, types and import rules only.
	@$(UV) run --no-sync ruff check . && $(UV) run --no-sync ruff format --check . && $(UV) run --no-sync mypy && $(UV) run --no-sync lint-imports

sync: $(if $(filter .uv/bin/uv,$(UV)),.uv/bin/uv)
	@echo "Preparing the environment (the first time this downloads about 700 MB) …"
	@$(UV) sync --locked --quiet --compile-bytecode || { echo "The packages could not be installed; is the package registry reachable?" >&2; exit 1; }

.uv/bin/uv:
	@echo "Bringing uv into .uv/ …"
	@python3 tools/get_uv.py .uv

clean: ## Remove what was trained and installed (not var/, which holds the records).
	rm -rf .venv .uv models .mypy_cache .ruff_cache .pytest_cache
