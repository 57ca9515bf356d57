/* SPDX-License-Identifier: MIT */
/* cc.h: what lwIP asks of the compiler; GCC and clang, any byte order. */
#ifndef CONFIG_ARCH_CC_H
#define CONFIG_ARCH_CC_H

#include "config/config.h"

#define BYTE_ORDER __BYTE_ORDER__

#if CONFIG_NET_CHECKS
#include <stdlib.h>
#define LWIP_PLATFORM_ASSERT(message) abort()
#endif

#endif
