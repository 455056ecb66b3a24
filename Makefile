# make serve and make test set everything up by themselves; Python 3.11 or later is all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: serve test bench peers soak torture lint docs lock browser dist sbom audit clean

serve: browser
	$(BIN)/styrgraf serve

test: browser
	$(BIN)/python -m pytest -q

bench: $(VENV)/ready
	$(BIN)/python tests/bench/run.py

peers: $(VENV)/ready
	$(BIN)/python tests/bench/peers.py

soak: $(VENV)/ready
	$(BIN)/python tests/soak/soak.py $(MINUTES)

torture: $(VENV)/ready
	$(BIN)/python tests/torture/torture.py $(KILLS)

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python service/browser/build.py --check

docs: $(VENV)/ready
	$(BIN)/python -m service.reference docs
	PYTHONPATH=tests/support $(BIN)/python tests/support/checks.py

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Styrgraf needs Python 3.11 or later: make PYTHON=python3.11 serve") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# The scripts of the pages, where their sources changed; without them all but the drawings and the query editor works.
browser: $(VENV)/ready
	-$(BIN)/python service/browser/build.py

# What others install: the wheel, the versions and hashes of what it needs, and the list of parts.
dist: browser sbom
	rm -f dist/*.whl
	$(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist .

sbom: $(VENV)/ready
	mkdir -p dist
	PYTHONPATH=tests/support $(BIN)/python tests/support/shipped.py > dist/requirements.txt
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --short-PURLs --output-file dist/sbom.cdx.json dist/requirements.txt

# Asks public advisories (pypi or osv) about what is shipped: needs a network, and fails where nobody there knows a package.
ADVISORIES ?= pypi
audit: sbom
	$(BIN)/pip-audit --strict --vulnerability-service $(ADVISORIES) --require-hashes --disable-pip --requirement dist/requirements.txt

# Made with the lowest Python that we support, so that what only it needs is in the lock.
lock: $(VENV)/ready
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --all-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV)
