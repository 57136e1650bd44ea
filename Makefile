PYTHON ?= python3
BIN := .venv/bin
EXEC = $(BIN)/pendo-emulator exec --json run/report.json --sent run/sent.json $(if $(STAY),--stay)
SEND = $(BIN)/pendo-destination send --region all --cname content.customer.example --api-key demo \
  --validation browser --ledger run/sent.json

.PHONY: run test install lock check clean

run: install  ## one day of Segment events to every region and a CNAME, with a verdict; BROKEN=1 and STAY=1
	@mkdir -p run && rm -f run/*.json
ifdef BROKEN
	@$(EXEC) -- sh -c '$(SEND) fixtures/segment/day.ndjson fixtures/segment/broken.ndjson; $(BIN)/pendo-destination replay fixtures/broken/requests.ndjson'
else
	@$(EXEC) -- $(SEND) fixtures/segment/day.ndjson
endif

test: install  ## everything the tests need, then lint, types and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadgroup

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

lock:  ## pin every dependency anew, with hashes and without addresses
	$(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv
	build/uv/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate --quiet --upgrade -o requirements.lock

clean:
	rm -rf .venv build run *.egg-info
