/* SPDX-License-Identifier: MIT */
/* address_text.h: lwIP's addresses as RFC 5952 writes them, in lower case. */
#ifndef STREAM_ADDRESS_TEXT_H
#define STREAM_ADDRESS_TEXT_H

#include "stream/stream_tcp.h"

#include "lwip/ip_addr.h"

void address_text(const ip_addr_t *address, char text[ADDRESS_TEXT_SIZE]);

#endif
