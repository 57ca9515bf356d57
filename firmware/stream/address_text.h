/* SPDX-License-Identifier: MIT */
/* address_text.h: lwIP's addresses as text and as octets. */
#ifndef STREAM_ADDRESS_TEXT_H
#define STREAM_ADDRESS_TEXT_H

#include "stream/stream_tcp.h"

#include "lwip/ip_addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As RFC 5952 writes them, in lower case. */
void address_text(const ip_addr_t *address, char text[ADDRESS_TEXT_SIZE]);

/* Reads a text that is one address, and nothing else. */
bool address_read(const char *text, ip_addr_t *address);

/* The octets of an address in their order on the wire; `count`: 4 or 16. */
const uint8_t *address_octets(const ip_addr_t *address, size_t *count);

#endif
