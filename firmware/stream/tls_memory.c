/* SPDX-License-Identifier: MIT */
/* tls_memory.c: in a file of its own, so that tools/size counts it apart. */
#include "stream/tls_memory.h"

struct tls_memory tls_memory;
