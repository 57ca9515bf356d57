# SPDX-License-Identifier: MIT
"""
What firmware/spool/FORMAT.md gives for numbers, and its units and fields, for the images that
tests build: a reading of that page apart from the firmware's and from tools/spool_format.py.
"""

import struct
import zlib

OFFSET = 131072  # of the spool in the flash, config/partitions.h
VERSION = 1
UNIT, PAGE, SECTOR_PAGES = 16, 256, 256
SECTOR = SECTOR_PAGES * PAGE
PAGE_UNITS = PAGE // UNIT
SPARE, NO_PAGE = 0xFF, 0

# Pages of a sector; bodies are taken downward, and down to the heads that there are.
JOURNAL_PAGES, HEAD_PAGES, BODY_PAGES = range(1, 16), range(16, 56), range(56, SECTOR_PAGES)
JOURNAL_UNITS = len(JOURNAL_PAGES) * PAGE_UNITS
FIRST_HEAD = HEAD_PAGES[0]
BODY_HEAD, BODY_MAX = 16, 240

# Units: of a header, of a head page.
HEADER_ERASED, HEADER_OPENED = 0, 1
HEAD_LETTER, HEAD_COMMIT, HEAD_CLOSED, HEAD_CLOSED_AGAIN, HEAD_STRIP = range(5)

# How a head is closed; what an intent is for.
SENT, SETTLED, DELETED, MOVED, VOID = range(1, 6)
INTENT_COMMIT, INTENT_TRY, INTENT_CLOSED = 0, 1, 9  # a try of connector 0; add how


def unit(kind, octet, rest):
    """The 16 octets of a unit; what `rest` leaves of octets 2-11 is spare."""
    record = (kind.encode() + bytes([octet]) + rest).ljust(12, b"\xff")
    assert len(record) == 12
    return record + struct.pack("<I", zlib.crc32(record))


def field(kind, octets):
    return kind + struct.pack("<H", len(octets)) + octets


def body_page(number, index, following, part):
    """A page of a letter's chain, as far as it is programmed: the rest is blank."""
    head = struct.pack("<BBHIHH", ord("B"), len(part), index, number, following, 0xFFFF)
    return head + struct.pack("<I", zlib.crc32(part, zlib.crc32(head))) + part
