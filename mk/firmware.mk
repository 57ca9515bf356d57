# SPDX-License-Identifier: MIT
#
# One image: firmware/, one port, the libraries. The board's board.mk sets BOARD_CC,
# BOARD_CPPFLAGS, BOARD_CFLAGS, BOARD_LDFLAGS, BOARD_LIBS, IMAGE_NAME and, where the image must
# meet conditions after linking, BOARD_POSTLINK.

PORT := port/$(subst -,_,$(BOARD))

ifeq ($(wildcard $(PORT)/board.mk),)
$(error BOARD=$(BOARD) is not known: there are $(subst _,-,$(patsubst port/%/board.mk,%,$(wildcard port/*/board.mk))))
endif

ifeq ($(wildcard $(CONFIG)),)
$(error CONFIG=$(CONFIG) does not exist)
endif

IMAGE_NAME := flashpost
include $(PORT)/board.mk

IMAGE       := $(OUT)/$(IMAGE_NAME)
CONFORMANCE := $(OUT)/$(subst flashpost,conformance,$(IMAGE_NAME))

FIRMWARE_SOURCES    := $(wildcard firmware/*.c firmware/*/*.c)
PORT_SOURCES        := $(filter-out $(BOARD_LEAVES_OUT),$(wildcard $(PORT)/*.c $(PORT)/*.S))
CONFORMANCE_SOURCES := tests/port/conformance.c tests/port/end_$(notdir $(PORT)).c

# BearSSL knows no configuration: images of one board and compiler may share what is made of it.
BEARSSL_OUT ?= $(OUT)/obj/bearssl

object = $(addprefix $(OUT)/obj/,$(addsuffix .o,$(basename $(1))))
LIBRARY_OBJECTS := $(addprefix $(OUT)/obj/lwip/,$(addsuffix .o,$(LWIP_FILES))) \
                   $(addprefix $(BEARSSL_OUT)/,$(addsuffix .o,$(BEARSSL_FILES)))
IMAGE_OBJECTS       := $(call object,$(FIRMWARE_SOURCES) $(PORT_SOURCES)) $(LIBRARY_OBJECTS)
CONFORMANCE_OBJECTS := $(call object,$(CONFORMANCE_SOURCES) $(PORT_SOURCES))

CONFIG_HEADERS := -DCONFIG_FILE='"$(abspath $(CONFIG))"' \
                  $(if $(wildcard $(PORT)/board_config.h),-DCONFIG_BOARD_FILE='"$(PORT)/board_config.h"')
CPPFLAGS_ALL = -I. -Ifirmware -Iconfig -I$(OUT)/generated $(LIBRARY_INCLUDES) $(CONFIG_HEADERS) \
               $(BOARD_CPPFLAGS) $(CPPFLAGS)
CFLAGS_ALL   = -std=c11 -g $(BOARD_CFLAGS) $(CFLAGS)
DEPENDENCIES = -MD -MP

BEARSSL_COMMAND = $(BOARD_CC) $(BEARSSL_FLAGS) $(BOARD_CPPFLAGS) $(CPPFLAGS) $(CFLAGS_ALL) -w $(DEPENDENCIES)

# Everything is compiled again when a flag changes: these files are touched only then.
FLAGS         := $(OUT)/flags
BEARSSL_BUILT := $(BEARSSL_OUT)/flags
FLAGS_TEXT = $(BOARD_CC) $(DEPENDENCIES) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(WARNINGS) $(BOARD_LDFLAGS) $(LDFLAGS)
BUILD_ID := $(OUT)/generated/build_id.h

.PHONY: FORCE
$(FLAGS) $(BEARSSL_BUILT): FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS_TEXT" | cmp -s - $@ || printf '%s\n' "$$FLAGS_TEXT" > $@
$(FLAGS): export FLAGS_TEXT := $(FLAGS_TEXT)
$(BEARSSL_BUILT): export FLAGS_TEXT := $(BEARSSL_COMMAND)

# For `status`: BUILD_VERSION, BUILD_BOARD, and BUILD_CONFIG_HASH over the value of every option.
$(BUILD_ID): $(FLAGS) $(CONFIG) Makefile $(wildcard config/*.h) | $(SOURCES_READY)
	@mkdir -p $(@D)
	@$(BOARD_CC) $(CPPFLAGS_ALL) -E -dM -include config/config.h -x c /dev/null > $@.options
	@tools/gen_options --names $@.options
	@hash=$$(grep 'define CONFIG_' $@.options | grep -v 'CONFIG_[A-Z_]*FILE\|_H$$' | \
	    sort | sha256sum | cut -c1-8); \
	printf '#define %s "%s"\n' BUILD_VERSION "$(VERSION)" BUILD_BOARD "$(BOARD)" \
	    BUILD_CONFIG_HASH "$$hash" > $@
	@rm $@.options

# The texts of config/words.in, for firmware/base/words.c.
PACKED_WORDS := $(OUT)/generated/packed_words.h
$(PACKED_WORDS): config/words.in tools/pack_words $(wildcard firmware/*/*.def config/*.h) $(CONFIG) $(FLAGS)
	@mkdir -p $(@D)
	@$(BOARD_CC) $(CPPFLAGS_ALL) -E -P -x c $< -o $@.texts
	@tools/pack_words < $@.texts > $@
	@rm $@.texts

$(addprefix $(OUT)/obj/lwip/,$(addsuffix .o,$(LWIP_TRUSTING))): LWIP_FLAGS := -DLWIP_TRUSTS_CALLERS

$(OUT)/obj/lwip/%.o: $(LWIP_DIR)/src/%.c $(FLAGS) | $(SOURCES_READY)
	@mkdir -p $(@D)
	$(call tell,CC $<)
	$(Q)$(BOARD_CC) $(LWIP_FLAGS) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -w $(DEPENDENCIES) -c $< -o $@

$(BEARSSL_OUT)/%.o: $(BEARSSL_DIR)/src/%.c $(BEARSSL_BUILT) | $(SOURCES_READY)
	@mkdir -p $(@D)
	$(call tell,CC $<)
	$(Q)$(BEARSSL_COMMAND) -c $< -o $@

$(OUT)/obj/%.o: %.c $(FLAGS) | $(SOURCES_READY) $(BUILD_ID) $(PACKED_WORDS)
	@mkdir -p $(@D)
	$(call tell,CC $<)
	$(Q)$(BOARD_CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(WARNINGS) $(DEPENDENCIES) -c $< -o $@

$(OUT)/obj/%.o: %.S $(FLAGS)
	@mkdir -p $(@D)
	$(call tell,CC $<)
	$(Q)$(BOARD_CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(DEPENDENCIES) -c $< -o $@

# Library files that are not there yet come with the fetch.
$(filter-out $(SOURCES_READY),$(LIBRARY_SOURCES)): | $(SOURCES_READY)

define LINK
	$(call tell,LINK $@)
	$(Q)$(BOARD_CC) $(CFLAGS_ALL) $(BOARD_LDFLAGS) $(LDFLAGS) $(filter %.o,$^) $(BOARD_LIBS) \
	    -Wl,-Map=$@.map -o $@
	$(BOARD_POSTLINK)
endef

$(IMAGE): $(IMAGE_OBJECTS) $(BOARD_LINK_INPUTS)
	$(LINK)

$(CONFORMANCE): $(CONFORMANCE_OBJECTS) $(BOARD_LINK_INPUTS)
	$(LINK)

-include $(patsubst %.o,%.d,$(IMAGE_OBJECTS) $(CONFORMANCE_OBJECTS))
