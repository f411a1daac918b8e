# The ways to build, run and prove Millrace. `make` alone explains itself.
.DEFAULT_GOAL := help
.PHONY: help build demo test torture setup-build setup-test unit asan tsan web-test fuzz bench format clean
.NOTPARALLEL:

BUILD := build
JOBS ?= $(shell nproc)
LISTEN ?= 127.0.0.1:8080
FUZZ_SECONDS ?= 60
TSAN_FOLDERS ?= engine log
space := $(subst ,, )
# Real files to test with, where they are; see test/README.md.
export MILLRACE_VISITS_DATA ?=
export MILLRACE_REAL_DATA ?=
export MILLRACE_RETAIL_DATA ?=
export MILLRACE_JOURNEY_DATA ?=

help: ## What there is to make
	@echo "Millrace: what happens in a shop, counted right."
	@echo
	@echo "  make demo   build everything and show a simulated shop at http://127.0.0.1:8080/"
	@echo "  make test   build everything and pass all tests"
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup-build:
	@tools/setup.sh build

setup-test:
	@tools/setup.sh test

build: setup-build ## The program, at build/millrace
	@test -f $(BUILD)/build.ninja || cmake --preset release --log-level=WARNING
	@ninja -C $(BUILD) -j $(JOBS) millrace

demo: build ## Sixty days of a simulated shop, loaded and served
	$(BUILD)/millrace demo --data-dir millrace-demo --listen $(LISTEN)

test: setup-test unit web-test ## Everything in the release build: unit, whole-system and browser tests

unit:
	@test -f $(BUILD)/build.ninja || cmake --preset release --log-level=WARNING
	@ninja -C $(BUILD) -j $(JOBS)
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

web-test: build
	@cd web && npm test --silent
	@MILLRACE="$(CURDIR)/$(BUILD)/millrace" tools/browser_test.sh

torture: setup-test build ## 200 kills and 60 power cuts under load, and all other faults more often
	@test "$$(id -u)" = 0 || echo "not root: the tests of disks will say NOT TESTED" >&2
	@for test in acknowledged_survives_kill acknowledged_survives_power_cut failed_sync_is_never_acknowledged \
	  full_disk_refuses_and_recovers read_only_disk_refuses_and_serves damaged_files out_of_file_descriptors \
	  second_process_refuses graceful_stop; do \
	  MILLRACE="$(CURDIR)/$(BUILD)/millrace" MILLRACE_KILLS=200 MILLRACE_CUTS=60 MILLRACE_STOPS=50 \
	  MILLRACE_SYNC_FAILURES=40 MILLRACE_DAMAGES=60 python3 "test/$${test}_test.py" || [ $$? = 77 ] || exit 1; \
	done

asan: setup-test ## Unit and whole-system tests under AddressSanitizer and UBSan
	@test -f $(BUILD)/asan/build.ninja || cmake --preset asan --log-level=WARNING
	@ninja -C $(BUILD)/asan -j $(JOBS)
	MILLRACE_KILLS=$(or $(MILLRACE_KILLS),6) MILLRACE_WORLDS=$(or $(MILLRACE_WORLDS),2) \
	MILLRACE_ROUNDS=$(or $(MILLRACE_ROUNDS),3) MILLRACE_CUTS=$(or $(MILLRACE_CUTS),2) \
	MILLRACE_STOPS=$(or $(MILLRACE_STOPS),3) MILLRACE_DAMAGES=$(or $(MILLRACE_DAMAGES),2) \
	MILLRACE_SYNC_FAILURES=$(or $(MILLRACE_SYNC_FAILURES),2) ctest --test-dir $(BUILD)/asan --output-on-failure -j $(JOBS)

tsan: setup-test ## Engine and log tests under ThreadSanitizer; TSAN_FOLDERS="warehouse" for others
	@test -f $(BUILD)/tsan/build.ninja || cmake --preset tsan --log-level=WARNING
	@ninja -C $(BUILD)/tsan -j $(JOBS) $(addsuffix _test,$(TSAN_FOLDERS))
	ctest --test-dir $(BUILD)/tsan --output-on-failure -j $(JOBS) -R '^($(subst $(space),|,$(strip $(TSAN_FOLDERS))))/'

fuzz: setup-test ## Each fuzzer for FUZZ_SECONDS (60)
	@test -f $(BUILD)/fuzz/build.ninja || cmake --preset fuzz --log-level=WARNING
	@ninja -C $(BUILD)/fuzz -j $(JOBS) fuzz_targets
	BUILD=$(BUILD)/fuzz fuzz/run $(FUZZ_SECONDS)

bench: build ## The load of three shapes against DuckDB's own, 500 MB each
	@ninja -C $(BUILD) -j $(JOBS) duckdb_sql
	bench/load
	bench/load --shape transactions
	bench/load --shape ecom_events

format: ## clang-format over the sources
	git ls-files '*.cc' '*.h' | xargs clang-format-19 -i

clean: ## Remove what was built
	rm -rf $(BUILD) web/dist
