PYTHON ?= python3
BIN := .venv/bin
export PENDO_EMULATOR_CA_DIR ?= $(CURDIR)/run/ca
MODULES := tests/node/node_modules
COMPILE := build/uv/bin/uv pip compile --universal --generate-hashes --python-version 3.11 \
  --no-header --no-annotate --quiet --upgrade
CLIENT_VERSIONS := pendo==0.0.5 pendo-server-sdk==0.21.0 tap-pendo==1.2.0
CLIENTS := $(patsubst tests/clients/%.txt,build/clients/%/.installed,$(wildcard tests/clients/*.txt))
AUDIENCES := build/clients/pendo-audiences/.installed
AIRBYTE := build/clients/airbyte-source-pendo/.installed
# tap-pendo pins versions that Python 3.11 does not import, or that have no wheel; airbyte-source-pendo an old CDK.
CLIENT_OVERRIDES := pyhumps>=3 ijson>=3.2 simplejson>=3.19 airbyte-cdk==7.39.1
INSTALL_CLIENT = $(BIN)/pip --python $(@D) install --quiet --disable-pip-version-check --no-deps --no-compile \
  --require-hashes
SEED ?= $(shell date +%j)
COUNT ?= 10000
EXEC = $(BIN)/pendo-emulator exec --json run/report.json --sent run/sent.json $(if $(STAY),--stay)
SEND = $(BIN)/pendo-destination send --region all --cname content.customer.example --api-key demo \
  --validation browser --ledger run/sent.json

TOOLS := chromium:chromium certutil:libnss3-tools curl:curl openssl:openssl
BENCH_TOOLS := wrk:wrk taskset:util-linux
# A test that fails while other tests load the machine runs once more, alone. Both results are printed.
RERUN_FAILED = echo "Running the failed tests once more, alone:" && \
  $(BIN)/pytest --last-failed --last-failed-no-failures none --maxfail 1
POSTGRES := $(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,initdb:postgresql)

.PHONY: run help test lint test-all install bytecode tools node clients all-clients conformance parity crash soak fuzz contract-diff profiles capsules \
  scenarios bench bench-check bench-destination bench-engine bench-engage bench-pairs bench-pytest bench-console bench-growth bench-profiles bench-pipelines bench-inspect bench-send bench-size bench-startup screenshots lock clean

run: install  ## send a day of Segment events to all regions and a CNAME, and print a report; BROKEN=1 adds invalid events, STAY=1 keeps the emulator running
	@mkdir -p run && rm -f run/*.json
ifdef BROKEN
	@$(EXEC) -- sh -c '$(SEND) fixtures/segment/day.ndjson fixtures/segment/broken.ndjson; $(BIN)/pendo-destination replay fixtures/broken/requests.ndjson'
else
	@$(EXEC) -- $(SEND) fixtures/segment/day.ndjson
endif

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

test: tools  ## lint, check types and run the tests
	@$(MAKE) --no-print-directory --jobs 4 --output-sync install bytecode node clients lint
	$(BIN)/pytest -n auto || { [ $$? = 1 ] && $(RERUN_FAILED); }

lint: install  ## lint and check types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test-all: TOOLS += java:default-jdk-headless
test-all: export HYPOTHESIS_PROFILE ?= search
test-all: test  ## run the tests and, for about an hour, conformance, parity, crash, soak, fuzz, contract-diff, scenarios, profiles, capsules, bench-engage and all-clients
	@$(MAKE) --no-print-directory conformance
	@$(MAKE) --no-print-directory parity
	@for variant in server full workers worker shared $$(ls -d /usr/lib/postgresql >/dev/null 2>&1 && echo replicas); do \
	  $(MAKE) --no-print-directory crash VARIANT=$$variant ROUNDS=$(or $(ROUNDS),20) || exit 1; done
	@$(MAKE) --no-print-directory soak FOR=$(or $(FOR),120)
	@$(MAKE) --no-print-directory fuzz REQUESTS=$(or $(REQUESTS),100000)
	@$(MAKE) --no-print-directory contract-diff
	@$(MAKE) --no-print-directory scenarios
	@$(MAKE) --no-print-directory profiles
	@$(MAKE) --no-print-directory capsules
	@$(MAKE) --no-print-directory bench-engage
	@$(MAKE) --no-print-directory all-clients

install: .venv/installed  ## install the project and its pinned dependencies into .venv

.venv/installed: requirements.lock pyproject.toml
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	  apt-get install -qq python3-venv >/dev/null && $(PYTHON) -m venv --clear .venv; } || \
	  { echo "$(PYTHON) cannot create a virtual environment; install its venv module: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

bytecode: install  ## compile our modules once, so that the commands of the tests start faster
	@$(BIN)/python -m compileall -q -x node_modules contracts destination emulator tests

conformance: install node  ## compare with all published answers, then with Segment's own code on random cases; SEED=, COUNT=
	@for suite in mapping trigger actions classic; do \
	  printf '%-8s ' $$suite && $(BIN)/pendo-destination conformance --suite $$suite fixtures/segment/$$suite.json || exit 1; done
	@printf '%-8s ' agent && $(BIN)/pendo-destination conformance --suite agent fixtures/agent/cases.json
	@for suite in mapping trigger; do \
	  $(BIN)/python -m tests.fidelity.oracle $$suite $(MODULES) --seed $(SEED) --count $(COUNT) || exit 1; done

parity: install tools node  ## compare our agent with the real one in Chromium; SUBJECT=stand-in, RANDOM_SEQUENCES=, SEED=
	@$(BIN)/python -m tests.fidelity.parity --agent $(MODULES)/@pendo/agent --subject $(or $(SUBJECT),agent) \
	  --random $(or $(RANDOM_SEQUENCES),500) --seed $(SEED)

crash: install tools  ## kill servers under load and look for lost events; VARIANT=server|full|workers|worker|shared|replicas, ROUNDS=, SEED=
	@$(BIN)/python -m tests.stress.crash --variant $(or $(VARIANT),server) --rounds $(or $(ROUNDS),100) --seed $(SEED)

soak: install  ## run a server at half its maximum rate with faults, hostile clients and kills; FOR= seconds, SEED=
	@$(BIN)/python -m tests.stress.soak --seconds $(or $(FOR),600) --seed $(SEED)

fuzz: install  ## record generated requests, send generated bytes to a server, check generated recordings, compile generated expressions and run generated pipelines; REQUESTS=, SEED=
	@$(BIN)/python -m tests.stress.fuzz --count $(or $(REQUESTS),1000000) --seed $(SEED)
	@$(BIN)/python -m tests.stress.fuzz.live_server --count 10000 --seed $(SEED)
	@$(BIN)/python -m tests.stress.recordings --count 20000 --seed $(SEED)
	@$(BIN)/python -m tests.stress.fuzz.expressions --count 100000 --seed $(SEED)
	@$(BIN)/python -m tests.stress.fuzz.pipelines --count 100000 --seed $(SEED)

contract-diff: install  ## tighten and loosen each constraint of the schemas, and require that contracts diff shows at least 99 %
	@$(BIN)/python -m tests.stress.contract_diff

capsules: install  ## make capsules of random recordings, and search personal data in them; CAPSULES=, SEED=
	@$(BIN)/python -m tests.stress.capsules --count $(or $(CAPSULES),1000) --seed $(SEED)

scenarios: install tools node  ## run every scenario with the Python agent, and in Chromium with the real one, in about 4 minutes
	@$(BIN)/pendo-destination scenario run --all
	@$(BIN)/pendo-destination scenario run --all --agent $(MODULES)/@pendo/agent

profiles: install  ## derive visitors and accounts from random histories in steps and at once, and compare; HISTORIES=, STORES=, SEED=
	@$(BIN)/python -m tests.stress.profiles --histories $(or $(HISTORIES),10000) --stores $(or $(STORES),300) --seed $(SEED)

bench: bench-destination bench-engine bench-check bench-pytest bench-console  ## measure speed in comparison with other programs

bench-destination: install node  ## compare the destination's speed with that of Segment's own code; EVENTS= file
	@$(BIN)/python -m tests.bench.destination $(MODULES) $(if $(EVENTS),--events $(EVENTS))

bench-check: TOOLS := $(BENCH_TOOLS)
bench-check: install tools  ## measure the speed of check in comparison with a bare loop, on two cores, and its memory; PAIRS=
	@$(BIN)/python -m tests.bench.check $(if $(PAIRS),--pairs $(PAIRS))

bench-pytest: TOOLS := $(BENCH_TOOLS)
bench-pytest: install tools  ## measure pytest sessions with the plugin installed and unused, and without it; PAIRS=, RUN_BY= another Python
	@$(BIN)/python -m tests.bench.pytest_plugin $(if $(PAIRS),--pairs $(PAIRS)) $(if $(RUN_BY),--python $(RUN_BY))

bench-console: TOOLS := $(TOOLS) taskset:util-linux
bench-console: install tools  ## measure the console in Chromium with 100,000 exchanges, 500 events a second, ten consoles; ONLY=large|stream|ingest, PAIRS=
	@$(BIN)/python -m tests.bench.console $(if $(ONLY),--only $(ONLY)) $(if $(PAIRS),--pairs $(PAIRS))

screenshots: install tools  ## take the screenshots of the README
	@$(BIN)/python -m tests.screenshots

bench-engine: TOOLS := $(BENCH_TOOLS) $(if $(wildcard /usr/include/ev.h),,ev.h:libev-dev)
bench-engine: install tools  ## compare the emulator's speed with that of the fastest other servers, which it installs, in about 4 minutes; ONLY= part of a name or all, PAIRS=, LONG= seconds
	@$(BIN)/python -m tests.bench.engine $(if $(ONLY),--only '$(ONLY)') $(if $(PAIRS),--pairs $(PAIRS)) \
	  $(if $(LONG),--long $(LONG))

bench-growth: install  ## measure how the cost of check and send grows, and draw docs/images/growth-*.svg; RUNS=, ONLY=requests|keys|visitors|subscriptions
	@$(BIN)/python -m tests.bench.growth $(if $(RUNS),--runs $(RUNS)) $(foreach name,$(ONLY),--only $(name))

bench-inspect: install  ## measure inspect with large recordings of three kinds; MEGABYTES=
	@$(BIN)/python -m tests.bench.inspect --megabytes $(or $(MEGABYTES),200)

bench-send: install  ## measure send to all regions on two cores in comparison with one; PAIRS=
	@$(BIN)/python -m tests.bench.destination.two_cores $(if $(PAIRS),--pairs $(PAIRS))

bench-size: install  ## print the size of an installation without extras, by package, and compare it with a limit
	@$(BIN)/python -m tests.bench.size

bench-startup: install  ## measure the start of every command, of a server and of the plugin, and compare it with limits; RUNS=, ONLY= part of a name
	@$(BIN)/python -m tests.bench.startup $(if $(RUNS),--runs $(RUNS)) $(if $(ONLY),--only '$(ONLY)')

bench-profiles: install  ## measure deriving a million exchanges, its memory, and a visitor by id; EXCHANGES=, STORE= address
	@$(BIN)/python -m tests.bench.profiles --exchanges $(or $(EXCHANGES),1000000) $(if $(STORE),--store $(STORE))

bench-pipelines: install  ## measure aggregation pipelines over a million rows in comparison with a bare loop, and their memory
	@$(BIN)/python -m tests.bench.pipelines

bench-engage: install  ## measure the Engage API with a million exchanges: derivation, answers, memory, in about 7 minutes; EXCHANGES=
	@$(BIN)/python -m tests.bench.engage --exchanges $(or $(EXCHANGES),1000000)

bench-pairs: TOOLS := $(BENCH_TOOLS)
bench-pairs: install tools  ## compare the speed with that of another commit, in about 3 minutes; BASE= commit, NEW= commit, PAIRS=, ONLY=ingest|check|send|start
	@$(if $(BASE),,echo "name the commit to compare with: make bench-pairs BASE=<commit>"; exit 2)
	@$(BIN)/python -m tests.bench.revisions --base $(BASE) $(if $(NEW),--new $(NEW)) $(if $(PAIRS),--pairs $(PAIRS)) \
	  $(foreach name,$(ONLY),--only $(name))

tools:  ## install the programs that the tests run, if they are missing and this is Debian and root
	@missing=""; \
	for pair in $(TOOLS) $(POSTGRES); do \
	  command -v $${pair%%:*} >/dev/null || missing="$$missing $${pair##*:}"; done; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing$$missing (once)"; apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing >/dev/null; \
	else echo "not installed:$$missing; tests that need them are skipped"; fi

node:  ## install the npm packages that the tests and benchmarks run, if npm is installed
	@if command -v npm >/dev/null; then $(MAKE) --silent $(MODULES)/.package-lock.json; \
	else echo "npm is not installed; tests that need Node.js are skipped"; fi

$(MODULES)/.package-lock.json: tests/node/package-lock.json
	@npm ci --silent --no-audit --no-fund --prefix tests/node && touch $@

clients: $(CLIENTS)  ## install the clients of Pendo that the tests run, each into an environment of its own
	@if command -v npm >/dev/null; then $(MAKE) --silent $(AUDIENCES); fi

build/clients/%/.installed: tests/clients/%.txt | install
	@$(BIN)/python -m venv --clear --without-pip $(@D)
	@$(INSTALL_CLIENT) -r $<
	@touch $@

# tap-pendo and a package that it needs have no wheels.
build/clients/tap-pendo/.installed: tests/clients/tap-pendo.txt tests/clients/build-tools/setuptools.txt | install
	@$(BIN)/python -m venv --clear --without-pip $(@D)
	@$(INSTALL_CLIENT) -r tests/clients/build-tools/setuptools.txt
	@$(INSTALL_CLIENT) --no-build-isolation -r $<
	@touch $@

$(AIRBYTE): tests/clients/heavy/airbyte-source-pendo.txt tests/clients/build-tools/setuptools.txt | install
	@$(BIN)/python -m venv --clear --without-pip $(@D)
	@$(INSTALL_CLIENT) -r tests/clients/build-tools/setuptools.txt
	@$(INSTALL_CLIENT) --no-build-isolation -r $<
	@touch $@

# The package's own dependencies include SDKs of many services; this destination needs only actions-core.
$(AUDIENCES): tests/clients/build-tools/pendo-audiences.sha512
	@mkdir -p $(@D)/node_modules/@segment/action-destinations
	@cd $(@D) && npm pack --silent @segment/action-destinations@3.497.0 >/dev/null && \
	  sha512sum --check --quiet $(CURDIR)/$< && \
	  tar xzf segment-action-destinations-*.tgz -C node_modules/@segment/action-destinations --strip-components 1 \
	    package/package.json package/dist/destinations/pendo-audiences && rm segment-action-destinations-*.tgz
	@touch $@

all-clients: install node clients $(AIRBYTE)  ## run all clients of the Engage API with all their streams, in about 10 minutes
	@ALL_CLIENTS=1 $(BIN)/pytest -q tests/clients tests/browser/test_engage_rows.py

lock:  ## pin the newest version of each dependency, with hashes
	$(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet --require-hashes -r requirements-lock.txt
	$(COMPILE) pyproject.toml --all-extras -o requirements.lock
	printf '%s\n' $(foreach override,$(CLIENT_OVERRIDES),'$(override)') > build/uv/overrides.txt
	for client in $(CLIENT_VERSIONS); do echo $$client | \
	  $(COMPILE) - --override build/uv/overrides.txt -o tests/clients/$${client%%==*}.txt || exit 1; done
	echo airbyte-source-pendo==0.1.16 | \
	  $(COMPILE) - --override build/uv/overrides.txt -o tests/clients/heavy/airbyte-source-pendo.txt
	echo setuptools | $(COMPILE) - -o tests/clients/build-tools/setuptools.txt

clean:  ## remove .venv, build and run
	rm -rf .venv build run *.egg-info
