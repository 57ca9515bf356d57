# SPDX-License-Identifier: MIT
# The host: a Linux process, network by libslirp or a TAP device.

ifeq ($(origin CC),default)
CC := gcc
endif
BOARD_CC       := $(CC)
BOARD_CPPFLAGS := -D_GNU_SOURCE $(shell pkg-config --cflags slirp 2>/dev/null)
BOARD_CFLAGS   := -O2 -fno-strict-aliasing
BOARD_LIBS     := $(or $(shell pkg-config --libs slirp 2>/dev/null),-lslirp)
