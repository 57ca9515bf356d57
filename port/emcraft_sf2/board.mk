# SPDX-License-Identifier: MIT
# SmartFusion2 (Cortex-M3): GNU Arm with picolibc, whose printf takes no floating point here.
# The image is compiled as one program in one piece (-flto), which saves 5 % of the flash. lwIP reads
# its headers through pointers of several types, which the compiler now sees: hence
# -fno-strict-aliasing. The frames of all functions are left beside the image (.su), for tools/size.

CROSS_COMPILE ?= arm-none-eabi-
IMAGE_NAME    := flashpost.elf

BOARD_CC       := $(CROSS_COMPILE)gcc
BOARD_CPPFLAGS := -DPICOLIBC_INTEGER_PRINTF_SCANF
# The Cortex-M3's long multiplication takes a time that depends on what it multiplies.
BOARD_CPPFLAGS += -DBR_CT_MUL31=1
BOARD_CFLAGS   := --specs=picolibc.specs -mcpu=cortex-m3 -mthumb -Os -flto -flto-partition=one \
                  -fno-strict-aliasing -ffunction-sections -fdata-sections -fno-common \
                  -fstack-usage

# Optimisations that cost flash here although -Os has them on: together 2.7 % of the image, each
# measured with gcc 12.2. Without them all works the same; try them again with a new compiler.
BOARD_CFLAGS   += -fno-jump-tables -fno-move-loop-invariants -fno-thread-jumps \
                  -fno-schedule-insns2 -fno-tree-dominator-opts -fno-tree-tail-merge \
                  -fno-if-conversion -fno-caller-saves -fno-partial-inlining \
                  -fno-reorder-blocks -fno-optimize-sibling-calls -fno-ssa-phiopt \
                  -fno-tree-copy-prop

BOARD_LDFLAGS  := -nostartfiles -Wl,--gc-sections -Wl,--fatal-warnings \
                  -Wl,--defsym=vfprintf=__i_vfprintf
BOARD_LINK_INPUTS := $(wildcard port/emcraft_sf2/*.ld)
BOARD_LIBS     := $(addprefix -T,$(BOARD_LINK_INPUTS))

# No heap: malloc must not have come in with the C library.
define BOARD_POSTLINK
	@if $(CROSS_COMPILE)nm $@ | grep -wE 'malloc|calloc|realloc|_sbrk|sbrk'; then \
	    rm $@; echo "$@: a heap was linked in; the firmware must not allocate" >&2; false; fi
endef
