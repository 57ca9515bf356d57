# SPDX-License-Identifier: MIT
#
# Unit tests and fuzzers, on the host. Each tests/unit/test_*.c and tests/flash/test_*.c is a
# program; it names the product's files that it links in a comment:
#
#     /* sources: firmware/mail/address.c firmware/base/cursor.c */
#
# tests/fuzz/fuzz_*.c do the same. lwIP and BearSSL are there for the units that call them. What a
# fuzzer has found stays in build/fuzz/corpus, so that each run begins where the last one ended.

TEST_CC  ?= gcc
TEST_OUT ?= build/tests
FUZZ_OUT ?= build/fuzz
FUZZ_SECONDS ?= 30

TEST_CONFIG := $(wildcard tests/unit/test_config.h)
TEST_CPPFLAGS = -I. -Ifirmware -Iconfig -Itests -I$(TEST_OUT)/generated $(LIBRARY_INCLUDES) -D_GNU_SOURCE \
                $(if $(TEST_CONFIG),-DCONFIG_FILE='"$(abspath $(TEST_CONFIG))"')
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TEST_CFLAGS = -std=c11 -g -O1 $(SANITIZE)
FUZZ_CFLAGS = -std=c11 -g -O1 -fsanitize=fuzzer-no-link,address,undefined \
              -fno-sanitize-recover=all

UNIT_TESTS   := $(wildcard tests/unit/test_*.c tests/flash/test_*.c)
FUZZERS      := $(wildcard tests/fuzz/fuzz_*.c)
UNIT_RESULTS := $(patsubst tests/%.c,$(TEST_OUT)/%.passed,$(UNIT_TESTS))
FUZZ_RUNS    := $(patsubst tests/fuzz/%.c,run-%,$(FUZZERS))

# The TLS server that is the peer of tests.
TEST_BEARSSL_FILES := $(BEARSSL_FILES) \
  $(addprefix ec/,ec_keygen ec_pubkey ecdsa_i31_sign_asn1 ecdsa_i31_sign_raw ecdsa_rta) \
  $(addprefix ssl/,ssl_hs_server ssl_lru ssl_scert_single_ec ssl_server) \
  $(addprefix int/,i31_moddiv i31_mulacc i31_reduce)

# $(call sources_of,file): what its comment names
sources_of = $(shell sed -n '/^\/\* sources:/{:a;/\*\//!{N;ba};s/^\/\* sources://;s/\*\/.*//;s/\n \* */ /g;p;q}' $(1))

TEST_WORDS := $(TEST_OUT)/generated/packed_words.h
$(TEST_WORDS): config/words.in tools/pack_words $(wildcard firmware/*/*.def config/*.h) $(TEST_CONFIG)
	@mkdir -p $(@D)
	@$(TEST_CC) $(TEST_CPPFLAGS) -E -P -x c $< -o $@.texts
	@tools/pack_words < $@.texts > $@
	@rm $@.texts

# $(call compile,output directory,compiler and flags): our files and the libraries'
define compile
$(1)/obj/lwip/%.o: $(LWIP_DIR)/src/%.c | $(SOURCES_READY)
	@mkdir -p $$(@D)
	$$(call tell,CC $$<)
	$$(Q)$(2) $$(TEST_CPPFLAGS) -w -MD -MP -c $$< -o $$@

$(1)/obj/bearssl/%.o: $(BEARSSL_DIR)/src/%.c | $(SOURCES_READY)
	@mkdir -p $$(@D)
	$$(call tell,CC $$<)
	$$(Q)$(2) $$(BEARSSL_FLAGS) $$(TEST_CPPFLAGS) -w -MD -MP -c $$< -o $$@

$(1)/obj/%.o: %.c mk/tests.mk | $(SOURCES_READY) $(TEST_WORDS)
	@mkdir -p $$(@D)
	$$(call tell,CC $$<)
	$$(Q)$(2) $$(TEST_CPPFLAGS) $$(WARNINGS) -MD -MP -c $$< -o $$@

$(1)/libraries.a: $(addprefix $(1)/obj/lwip/,$(addsuffix .o,$(LWIP_FILES))) \
                  $(addprefix $(1)/obj/bearssl/,$(addsuffix .o,$(TEST_BEARSSL_FILES))) \
                  mk/sources.mk mk/tests.mk
	@rm -f $$@
	$$(Q)$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(eval $(call compile,$(TEST_OUT),$(TEST_CC) $(TEST_CFLAGS)))
$(eval $(call compile,$(FUZZ_OUT),clang $(FUZZ_CFLAGS)))

# One program: its own object and those its comment names.
define test_program
$(TEST_OUT)/$(1): $(TEST_OUT)/obj/tests/$(1).o \
    $(patsubst %.c,$(TEST_OUT)/obj/%.o,$(call sources_of,tests/$(1).c)) $(TEST_OUT)/libraries.a
	@mkdir -p $$(@D)
	$$(call tell,LINK $$@)
	$$(Q)$(TEST_CC) $(TEST_CFLAGS) $$^ -lcmocka -o $$@
endef
$(foreach test,$(patsubst tests/%.c,%,$(UNIT_TESTS)),$(eval $(call test_program,$(test))))

# UBSan's findings end the program, too; a passed test runs again only when it changes.
$(TEST_OUT)/%.passed: $(TEST_OUT)/%
	@echo "== $<"
	@UBSAN_OPTIONS=print_stacktrace=1 $<
	@touch $@

# The simulator and the oracle are not what is explored.
$(FUZZ_OUT)/obj/tests/flash/%.o: TEST_CPPFLAGS += -fno-sanitize=fuzzer-no-link

# Nor is BearSSL's arithmetic, of fixed sizes: a handshake takes a third of the time.
$(addprefix $(FUZZ_OUT)/obj/bearssl/,ec/%.o hash/%.o symcipher/%.o): \
    TEST_CPPFLAGS += -O2 -fno-sanitize=fuzzer-no-link,address,undefined
$(FUZZ_OUT)/obj/bearssl/int/%.o: TEST_CPPFLAGS += -O2 -fno-sanitize=fuzzer-no-link,undefined

# A story of the spool is long from the start; the others are made of words.
$(foreach fuzzer,$(patsubst tests/fuzz/%.c,%,$(FUZZERS)),$(eval $(fuzzer)_options := -dict=tests/fuzz/words.dict))
fuzz_spool_options := -len_control=0 -max_len=1024

# What a fuzzer begins with, where that is long and must fit together: written by each run. A long
# input is right from its beginning, so that no short ones are tried first.
fuzz_certificate_seeds   := tests/fuzz/make_certificates
fuzz_handshake_seeds     := $(FUZZ_OUT)/fuzz_handshake --record
fuzz_certificate_options := -len_control=0
fuzz_handshake_options   := -len_control=0

define fuzz_program
$(FUZZ_OUT)/$(1): $(FUZZ_OUT)/obj/tests/fuzz/$(1).o \
    $(patsubst %.c,$(FUZZ_OUT)/obj/%.o,$(call sources_of,tests/fuzz/$(1).c)) $(FUZZ_OUT)/libraries.a
	@mkdir -p $$(@D)
	$$(call tell,LINK $$@)
	$$(Q)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer $$^ -lcmocka -o $$@

.PHONY: run-$(1)
run-$(1): $(FUZZ_OUT)/$(1)
	@mkdir -p $(FUZZ_OUT)/corpus/$(1)
	@echo "== $$<, $$(FUZZ_SECONDS) s"
	$(if $($(1)_seeds),@mkdir -p $(FUZZ_OUT)/seeds/$(1) && $($(1)_seeds) $(FUZZ_OUT)/seeds/$(1) 2> $(FUZZ_OUT)/$(1).log)
	@$$< -max_total_time=$$(FUZZ_SECONDS) -max_len=8192 -artifact_prefix=$(FUZZ_OUT)/ \
	    -print_final_stats=1 $($(1)_options) $(FUZZ_OUT)/corpus/$(1) $(if $($(1)_seeds),$(FUZZ_OUT)/seeds/$(1)) \
	    > $(FUZZ_OUT)/$(1).log 2>&1 || \
	    { tail -40 $(FUZZ_OUT)/$(1).log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */   inputs: /p' $(FUZZ_OUT)/$(1).log
endef
$(foreach fuzzer,$(patsubst tests/fuzz/%.c,%,$(FUZZERS)),$(eval $(call fuzz_program,$(fuzzer))))

# The power-cut campaign: the same program as tests/flash/test_campaign, without sanitizers and
# with a small configuration. CAMPAIGN_SEED repeats a run; a finding prints its own command.
CAMPAIGN_OUT    ?= build/campaign
CAMPAIGN_SEED   ?= 1
CAMPAIGN        := $(CAMPAIGN_OUT)/campaign
CAMPAIGN_SOURCES := tests/flash/test_campaign.c $(call sources_of,tests/flash/test_campaign.c)
CAMPAIGN_CC      = $(TEST_CC) -std=c11 -O2 -g $(TEST_CPPFLAGS) \
                   -UCONFIG_FILE -DCONFIG_FILE='"$(abspath tests/flash/campaign_config.h)"'

$(CAMPAIGN): $(CAMPAIGN_SOURCES) $(wildcard tests/flash/*.h firmware/*/*.h config/*.h) mk/tests.mk
	@mkdir -p $(@D)
	$(call tell,LINK $@)
	$(Q)$(CAMPAIGN_CC) $(WARNINGS) $(CAMPAIGN_SOURCES) -o $@

# The same for the settings, which have a campaign of their own.
SETTINGS_CAMPAIGN := $(CAMPAIGN_OUT)/settings
SETTINGS_SOURCES  := tests/flash/test_settings.c $(call sources_of,tests/flash/test_settings.c)

$(SETTINGS_CAMPAIGN): $(SETTINGS_SOURCES) $(wildcard tests/flash/*.h firmware/*/*.h config/*.h) mk/tests.mk
	@mkdir -p $(@D)
	$(call tell,LINK $@)
	$(Q)$(CAMPAIGN_CC) $(WARNINGS) $(SETTINGS_SOURCES) -o $@

# $(call campaign,arguments): its two halves at once, each on a core; what they say, one after
# the other
campaign = $(CAMPAIGN) --seed $(CAMPAIGN_SEED) $(1) --part 0/2 > $(CAMPAIGN_OUT)/first & \
           $(CAMPAIGN) --seed $(CAMPAIGN_SEED) $(1) --part 1/2 > $(CAMPAIGN_OUT)/second; \
           second=$$?; wait $$!; first=$$?; cat $(CAMPAIGN_OUT)/first $(CAMPAIGN_OUT)/second; \
           test $$first -eq 0 -a $$second -eq 0

.SECONDARY:
-include $(shell find $(TEST_OUT)/obj $(FUZZ_OUT)/obj -name '*.d' 2>/dev/null)
