/* SPDX-License-Identifier: MIT */
/*
 * medium.h: the part as the files of flashlog/ see it: pages and units instead of addresses.
 * Nobody outside the folder includes it.
 *
 * What a passing fault spoils is read again, one flipped bit is put right, and everything
 * written is read back and compared.
 */
#ifndef FLASHLOG_MEDIUM_H
#define FLASHLOG_MEDIUM_H

#include "flashlog/flashlog.h"
#include "port/port.h"

extern struct flashlog_marks medium_marks;

/* The first octet of a body page; it differs by two bits from that of a head page. */
#define FLASHLOG_BODY 'B'

uint32_t medium_address(uint16_t page, unsigned unit);
enum flashlog_result medium_result(enum port_nor_result result);

/* Reads whatever is there, as often as it takes for the part not to report a failure. */
enum flashlog_result medium_read(uint32_t address, uint8_t *bytes, size_t size);

/* Programs up to a page and compares; FAILED when the part did not keep it. */
enum flashlog_result medium_program(uint16_t page, unsigned unit, const uint8_t *bytes,
                                    size_t size);

/* Header of a body page: 'B', size, ten octets of the caller, CRC-32 of these and the payload. */
uint32_t medium_body_crc(const uint8_t *bytes, size_t size);

#endif
