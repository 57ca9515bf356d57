# SPDX-License-Identifier: MIT
#
# flashpost's build. `make help` lists what there is; mk/ holds the rules:
#   mk/sources.mk   lwIP and BearSSL: which files, from where
#   mk/firmware.mk  one image, for one board
#   mk/tests.mk     unit tests and fuzzers on the host
# A board says what it needs in port/<board>/board.mk.

VERSION := 0.1.0

BOARD  ?= host
CONFIG ?= config/flashpost_config.h
OUT    ?= build/$(BOARD)
JOBS   ?= 2

# For test-kill; the seed decides the instants and the tears.
KILLS     ?= 500
KILL_SEED ?= 1

# For campaign-sessions; the seed decides what the clients do.
SESSIONS       ?= 100000
BOARD_SESSIONS ?= 2000
SESSION_SEED   ?= 1

# What is done is told in a word; V=1 shows the commands.
Q := $(if $(V),,@)
tell = @$(if $(V),:,echo "  $(1)")

PYTHON := /usr/bin/python3
CLANG_FORMAT ?= clang-format

# Our own C, and nobody else's, must compile without a word under these.
WARNINGS := -Wall -Wextra -Werror -Wundef -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wimplicit-fallthrough

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

include mk/sources.mk
include mk/firmware.mk
include mk/tests.mk

C_FILES = $(filter-out config/options.h,$(shell find firmware port config tests -name '*.[ch]'))

.PHONY: all run test test-unit test-system test-flash campaign-flash test-mutants test-kill check size sources bootstrap help clean format \
        conformance compile_commands.json fuzz campaign-fuzz campaign-sessions bench bench-tls

## all: build flashpost for BOARD=host|emcraft-sf2 with CONFIG=header into OUT=directory
all: $(IMAGE)

## run: set up, build, and watch one alert go through the board in the emulator
run: bootstrap sources
	$(MAKE) -j$(JOBS) BOARD=emcraft-sf2 OUT=build/emcraft-sf2
	tools/run --config $(CONFIG)

## test: set up, build everything, and run every test (the gate for each commit)
test: bootstrap sources
	$(MAKE) check
	$(MAKE) -j$(JOBS) BOARD=host CC=gcc OUT=build/host
	$(MAKE) -j$(JOBS) BOARD=host CC=clang OUT=build/host-clang
	$(MAKE) -j$(JOBS) BOARD=template CC=gcc OUT=build/template
	$(MAKE) -j$(JOBS) BOARD=emcraft-sf2 OUT=build/emcraft-sf2
	$(MAKE) BOARD=emcraft-sf2 OUT=build/emcraft-sf2 size
	$(MAKE) -j$(JOBS) test-unit
	$(MAKE) -j$(JOBS) fuzz FUZZ_SECONDS=3
	$(MAKE) test-system
	$(MAKE) test-kill KILLS=25
	$(MAKE) campaign-sessions SESSIONS=400 BOARD_SESSIONS=100

## test-unit: the unit tests, under address and undefined-behaviour sanitizers
test-unit: $(UNIT_RESULTS)
	$(PYTHON) -m pytest -q -p no:cacheprovider tests/unit

## test-flash: power cut at every operation of every scenario, reads gone wrong, a failing part
test-flash: $(CAMPAIGN) $(SETTINGS_CAMPAIGN)
	@$(call campaign,--layer abct --effort 1 --second 12)
	@$(SETTINGS_CAMPAIGN) 1 $(CAMPAIGN_SEED)

## campaign-flash: the same with every way for second cuts and more chance, for hours
campaign-flash: $(CAMPAIGN) $(SETTINGS_CAMPAIGN)
	@$(call campaign,--layer abcth --effort 8 --second 1000)
	@$(SETTINGS_CAMPAIGN) 8 $(CAMPAIGN_SEED)

## test-mutants: whether the campaign sees a firmware with an operation left out or swapped (10 to 20 minutes)
test-mutants: | $(SOURCES_READY)
	@tests/flash/mutants.py --jobs $(JOBS) $(CAMPAIGN_SOURCES) -- $(CAMPAIGN_CC)

## test-system: the scenarios against real servers, on the host and on the board
test-system: sources
	tests/system/run

## test-kill: the host program is killed KILLS times (500) under load; nothing accepted is lost
test-kill: sources
	tests/kill/run --kills $(KILLS) --seed $(KILL_SEED)

## bench: rate, CPU and latency of the host program beside Postfix; numbers, no test
bench: sources
	tests/bench/run $(BENCH)

## bench-tls: instructions of TLS on the board, full and resumed, each kind of chain
bench-tls:
	$(PYTHON) -m pytest -q -p no:cacheprovider tests/system/test_numbers.py -k instructions_of_tls

## campaign-sessions: 100,000 sessions, most of them abusive, on the host; 2,000 on the board
campaign-sessions: sources
	tests/sessions/run --sessions $(SESSIONS) --seed $(SESSION_SEED)
	tests/sessions/run --board emcraft-sf2 --sessions $(BOARD_SESSIONS) --seed $(SESSION_SEED)

## check: include ladder, task rules, options and format, without building
check:
	tools/check_layers --self-test
	tools/check_layers
	tools/check_tasks --self-test
	tools/check_tasks
	tools/gen_options --check
	$(CLANG_FORMAT) --dry-run -Werror $(C_FILES)

## format: put all C files into the format that check wants
format:
	$(CLANG_FORMAT) -i $(C_FILES)

## size: flash, RAM and worst stack of BOARD's image, held against config/budgets
size: $(IMAGE)
	tools/size $(OUT) $(BOARD)

## conformance: build BOARD's port with the test of its contract, tests/port
conformance: $(CONFORMANCE)

## fuzz: each parser and dialogue for FUZZ_SECONDS (default 30) under libFuzzer
fuzz: $(FUZZ_RUNS)

## campaign-fuzz: the same for an hour each, or for FUZZ_SECONDS
campaign-fuzz: FUZZ_SECONDS = 3600
campaign-fuzz: $(FUZZ_RUNS)

## compile_commands.json: the compiler's calls for BOARD, for editors
compile_commands.json: | sources
	$(MAKE) -Bn all | tools/compile_commands > $@

## bootstrap: install the Debian packages of tools/packages that are missing
bootstrap:
	tools/bootstrap

## sources: fetch lwIP and BearSSL, unless they are there
sources: $(SOURCES_READY)

## clean: remove what was built; fetched sources stay
clean:
	rm -rf build compile_commands.json

## help: this list
help:
	@sed -n 's/^## \([^:]*\): /\1\t/p' Makefile | expand -t 24
