/* SPDX-License-Identifier: MIT */
/* build_id.h: stands in for the one that the build of an image writes. */
#ifndef TESTS_BUILD_ID_H
#define TESTS_BUILD_ID_H

#define BUILD_VERSION     "0.0.0-test"
#define BUILD_CONFIG_HASH "01234567"
#define BUILD_BOARD       "test"

#endif
