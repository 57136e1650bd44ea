PYTHON ?= python3
BIN := .venv/bin
export PENDO_EMULATOR_CA_DIR ?= $(CURDIR)/run/ca
MODULES := tests/node/node_modules
SEED ?= $(shell date +%j)
COUNT ?= 10000
EXEC = $(BIN)/pendo-emulator exec --json run/report.json --sent run/sent.json $(if $(STAY),--stay)
SEND = $(BIN)/pendo-destination send --region all --cname content.customer.example --api-key demo \
  --validation browser --ledger run/sent.json

TOOLS := chromium:chromium certutil:libnss3-tools curl:curl openssl:openssl
POSTGRES := $(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,initdb:postgresql)

.PHONY: run test install tools node conformance parity crash soak fuzz bench bench-destination bench-engine lock clean

run: install  ## one day of Segment events to every region and a CNAME, with a verdict; BROKEN=1 and STAY=1
	@mkdir -p run && rm -f run/*.json
ifdef BROKEN
	@$(EXEC) -- sh -c '$(SEND) fixtures/segment/day.ndjson fixtures/segment/broken.ndjson; $(BIN)/pendo-destination replay fixtures/broken/requests.ndjson'
else
	@$(EXEC) -- $(SEND) fixtures/segment/day.ndjson
endif

test: install tools node  ## everything the tests need, then lint, types and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadgroup

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	  apt-get install -qq python3-venv >/dev/null && $(PYTHON) -m venv --clear .venv; } || \
	  { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

conformance: install node  ## every published answer, then fresh random cases put to Segment's own code
	@for suite in mapping trigger actions classic; do \
	  printf '%-8s ' $$suite && $(BIN)/pendo-destination conformance --suite $$suite fixtures/segment/$$suite.json || exit 1; done
	@printf '%-8s ' agent && $(BIN)/pendo-destination conformance --suite agent fixtures/agent/cases.json
	@for suite in mapping trigger; do \
	  $(BIN)/python tests/fidelity/oracle/live.py $$suite $(MODULES) --seed $(SEED) --count $(COUNT) || exit 1; done

parity: install tools node  ## the same calls put to the real agent in Chromium and to ours
	@$(BIN)/python tests/fidelity/parity/parity.py --agent $(MODULES)/@pendo/agent --random $(or $(RANDOM_SEQUENCES),500) --seed $(SEED)

crash: install tools  ## kill -9 at random moments under load: VARIANT= (server, full, workers, worker, shared, replicas), ROUNDS=
	@$(BIN)/python -m tests.stress.crash.crash --variant $(or $(VARIANT),server) --rounds $(or $(ROUNDS),100) --seed $(SEED)

soak: install  ## half the load it can bear, with faults, garbage, slow clients and kills: FOR= seconds
	@$(BIN)/python -m tests.stress.soak.soak --seconds $(or $(FOR),600) --seed $(SEED)

fuzz: install  ## generated requests, decoded, judged and recorded: REQUESTS=
	@$(BIN)/python -m tests.stress.fuzz.fuzz --count $(or $(REQUESTS),1000000) --seed $(SEED)
	@$(BIN)/python -m tests.stress.fuzz.wire --count 10000 --seed $(SEED)

bench: bench-destination bench-engine  ## figures, as ratios against something else in the same run

bench-destination: install node
	@$(BIN)/python tests/bench/destination_bench.py $(MODULES) $(if $(EVENTS),--events $(EVENTS))

bench-engine: TOOLS := wrk:wrk taskset:util-linux $(if $(wildcard /usr/include/ev.h),,ev.h:libev-dev)
bench-engine: install tools  ## the emulator beside other servers, which it installs; ONLY=, PAIRS= and LONG= seconds
	@$(BIN)/python tests/bench/engine_bench.py $(if $(ONLY),--only '$(ONLY)') $(if $(PAIRS),--pairs $(PAIRS)) \
	  $(if $(LONG),--long $(LONG))

tools:  ## the programs the tests drive, from Debian where they are missing and we may install
	@missing=""; \
	for pair in $(TOOLS) $(POSTGRES); do \
	  command -v $${pair%%:*} >/dev/null || missing="$$missing $${pair##*:}"; done; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing$$missing (once)"; apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing >/dev/null; \
	else echo "not installed:$$missing; tests that need them are skipped"; fi

node:  ## the npm packages the tests and benchmarks run, where there is Node
	@if command -v npm >/dev/null; then $(MAKE) --silent $(MODULES)/.package-lock.json; \
	else echo "no npm; tests that need Node are skipped"; fi

$(MODULES)/.package-lock.json: tests/node/package-lock.json
	@npm ci --silent --no-audit --no-fund --prefix tests/node && touch $@

lock:  ## pin every dependency anew, with hashes and without addresses
	$(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv
	build/uv/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate --quiet --upgrade -o requirements.lock

clean:
	rm -rf .venv build run *.egg-info
