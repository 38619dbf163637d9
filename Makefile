# Lifang 里坊. `make demo` shows it, `make test` proves it, `make check` is the quick one, `make bench` measures,
# `make compare` measures beside other tools.
# Everything a fresh Debian 12 with Rust, Node 20, gcc and make lacks is installed by the targets that need it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PORT ?= 8080
TREE = $$(git ls-files -co --exclude-standard -z | LC_ALL=C sort -z | xargs -0 sha256sum 2>/dev/null | sha256sum | cut -c1-32)

.PHONY: help demo build test fuzz check bench compare web fmt build-tools test-tools e2e clean

help:
	@sed -n '1,3s/^# //p' Makefile

# $(call need,test,packages): installs Debian packages unless the test succeeds. A machine whose package lists are missing
# or old gets them first.
APT := DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends
define need
	@$(1) >/dev/null 2>&1 || { echo "installing $(2)"; \
	  $(APT) $(2) >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && $(APT) $(2) >/dev/null; }; }
endef

# PROJ is built from its bundled sources: cmake and a C++ compiler for the library, sqlite3 for its database.
build-tools:
	$(call need,command -v cmake,cmake)
	$(call need,command -v g++,g++)
	$(call need,command -v sqlite3,sqlite3)
	$(call need,command -v git,git)

# GDAL and shapely judge the exported files, Chromium the map; the fonts draw its Chinese labels.
test-tools: build-tools
	$(call need,command -v ogrinfo,gdal-bin)
	$(call need,command -v chromium,chromium)
	$(call need,[ -n "$$(fc-list :lang=zh)" ],fontconfig fonts-noto-cjk)
	$(call need,/usr/bin/python3 -c "import shapely",python3 python3-shapely)

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

WEB_SOURCES := $(shell find web/src web/public web/index.html web/*.ts web/*.json -type f 2>/dev/null)
web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

web: web/dist/index.html

build: build-tools web
	cargo build --release --locked

demo: build
	$(TARGET)/release/lifang demo --out demo --port $(PORT)

fmt:
	cargo fmt --all

# Quick: formatting, lints, unit and property tests of the crates.
check: build-tools web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --lib --bins --locked

# Property tests draw their cases from this seed, so that a run that fails can be repeated and one that passed passes again;
# `make fuzz` draws others.
test: export PROPTEST_RNG_SEED ?= 20261123

# Everything. A tree that already passed as it stands is not tested again; FORCE=1 does it all the same.
test: test-tools web
	@tree=$(TREE); stamp="$(TARGET)/tested"; \
	if [ -z "$(FORCE)" ] && [ -f "$$stamp" ] && [ "$$(cat $$stamp)" = "$$tree" ]; then \
	  echo "nothing has changed since every test passed (make test FORCE=1 runs them again)"; \
	else $(MAKE) --no-print-directory test-all && mkdir -p $(TARGET) && echo "$$tree" > "$$stamp"; fi

.PHONY: test-all
test-all:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd web && npm run --silent check && npm run --silent test
	cargo test --workspace --locked
	$(MAKE) --no-print-directory e2e

# The property tests from a seed of its own, which it prints. ROUNDS=10 repeats them with ten seeds.
fuzz: build-tools web
	cargo test --workspace --lib --locked --no-run
	@for round in $$(seq $(or $(ROUNDS),1)); do seed=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' '); echo "PROPTEST_RNG_SEED=$$seed"; \
	  PROPTEST_RNG_SEED=$$seed cargo test --workspace --lib --locked -q; done

# The browser journeys, against the real server over the demo community. The program is the one the tests built: another
# `cargo build` would choose other features and compile half the dependencies again.
e2e: test-tools web
	cargo test --workspace --locked --no-run
	@rm -rf $(TARGET)/e2e && mkdir -p $(TARGET)/e2e
	$(TARGET)/debug/lifang --quiet demo --out $(TARGET)/e2e --no-serve
	@$(TARGET)/debug/lifang --json serve $(TARGET)/e2e/taipingjie.gpkg --port 0 > $(TARGET)/e2e/address & server=$$!; \
	trap "kill $$server 2>/dev/null || true" EXIT; \
	for i in $$(seq 100); do [ -s $(TARGET)/e2e/address ] && break; sleep 0.2; done; \
	url=$$(sed -n 's/.*"serving":"\([^"]*\)".*/\1/p' $(TARGET)/e2e/address); \
	echo "browser journeys against $$url"; \
	cd web && LIFANG_URL=$$url npm run --silent e2e

bench: build-tools web
	cargo bench --locked

# Lifang beside its peers on the same cases, scored by one script. The peers come from PyPI into target/peers; PEERS_PYTHON
# names a Python that has them already.
PEERS := $(TARGET)/peers
$(PEERS)/installed: benches/peers/requirements.txt
	$(call need,python3 -c "import ensurepip",python3-venv)
	python3 -m venv $(PEERS)/venv
	$(PEERS)/venv/bin/python -m pip install --quiet -r $<
	$(PEERS)/venv/bin/python -m pip download --quiet --no-deps --only-binary :all: --python-version 312 \
	  --platform manylinux_2_28_x86_64 -d $(PEERS)/valhalla pyvalhalla==3.9.1
	cd $(PEERS)/valhalla && python3 -m zipfile -e pyvalhalla-*.whl . && chmod +x valhalla/bin/*
	@touch $@

# Valhalla's own programs, out of its wheel.
export VALHALLA_BIN ?= $(abspath $(PEERS)/valhalla/valhalla/bin)

compare: build $(if $(PEERS_PYTHON),,$(PEERS)/installed)
	PYTHONDONTWRITEBYTECODE=1 $(or $(PEERS_PYTHON),$(PEERS)/venv/bin/python) benches/peers/compare.py \
	  --lifang $(TARGET)/release/lifang --work $(PEERS)/cases

clean:
	rm -rf $(TARGET) demo web/node_modules web/dist
