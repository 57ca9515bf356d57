# SPDX-License-Identifier: MIT
# The template compiles with the host's compiler, to show that it fulfils the contract's form.

ifeq ($(origin CC),default)
CC := gcc
endif
BOARD_CC     := $(CC)
BOARD_CFLAGS := -Os
