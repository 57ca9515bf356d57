# SPDX-License-Identifier: MIT
"""
Flash images that no run would take the time to fill, written from firmware/spool/FORMAT.md
alone: sectors of committed letters, 40 a sector, which is the most that a sector holds.
"""

import struct
import zlib

FLASH_SIZE = 16 << 20
SECTOR_SIZE, PAGE_SIZE, UNIT_SIZE = 65536, 256, 16
SECTOR_PAGES = SECTOR_SIZE // PAGE_SIZE
SPOOL_OFFSET = 2 * SECTOR_SIZE
SECTORS = (FLASH_SIZE - SPOOL_OFFSET) // SECTOR_SIZE
FIRST_HEAD, HEADS = 9, 40
PAYLOAD = 240
VERSION, SMTP, CONNECTOR_0, SENT = 1, 1, 1, 1
NO_PAGE = 0


def unit(kind, layout, *values):
    """A unit record: `layout` of struct fills octets 1 to 11, little-endian."""
    record = kind + struct.pack("<" + layout, *values)
    assert len(record) == 12
    return record + struct.pack("<I", zlib.crc32(record))


def field(kind, octets):
    return kind + struct.pack("<H", len(octets)) + octets


def chain(number, text):
    """The octets of a letter as its body pages hold them."""
    helo, address = b"box.example", b"10.0.2.2"
    sender, recipient = b"box@example.net", b"ops@example.org"
    origin = struct.pack("<BBII", SMTP, 0, 0, number)
    origin += bytes([len(helo)]) + helo + bytes([len(address)]) + address
    return (field(b"O", origin) + field(b"S", sender) + field(b"R", b"\0" + recipient)
            + field(b"T", b"") + text)


def body_page(number, index, next_page, payload):
    header = b"B" + struct.pack("<BHIHH", len(payload), index, number, next_page, 0xFFFF)
    page = header + struct.pack("<I", zlib.crc32(header + payload)) + payload
    return page.ljust(PAGE_SIZE, b"\xff")


class FlashImage:
    """The text in letters, as many as `sectors` sectors hold, waiting or sent; the rest is blank."""

    def __init__(self, text, sectors, sent=False):
        self.letters = 0
        self._octets = bytearray(b"\xff") * FLASH_SIZE
        self._text = text
        self._sent = sent
        for sector in range(sectors):
            self._fill(sector)

    def write(self, path):
        path.write_bytes(self._octets)

    def _put(self, page, octets, at_unit=0):
        at = SPOOL_OFFSET + page * PAGE_SIZE + at_unit * UNIT_SIZE
        self._octets[at:at + len(octets)] = octets

    def _fill(self, sector):
        first = sector * SECTOR_PAGES
        self._put(first, unit(b"E", "B2xI4x", VERSION, 1) + unit(b"O", "B2xI4x", VERSION, sector))
        self._put(first + 1, unit(b"S", "xHII", 1, 1, self.letters + HEADS + 1)
                  + unit(b"M", "11x"))
        body = first + SECTOR_PAGES - 1
        for head in range(first + FIRST_HEAD, first + FIRST_HEAD + HEADS):
            body = self._put_letter(head, body)

    def _put_letter(self, head, first):
        """Head page and chain of the next letter; the page below its last one."""
        self.letters += 1
        octets = chain(self.letters, self._text)
        pieces = [octets[at:at + PAYLOAD] for at in range(0, len(octets), PAYLOAD)]
        last = first - len(pieces) + 1
        assert last % SECTOR_PAGES >= FIRST_HEAD + HEADS, "the letters do not fit their sector"
        for index, piece in enumerate(pieces):
            page = first - index
            self._put(page, body_page(self.letters, index, page - 1 if page > last else NO_PAGE,
                                      piece))
        self._put(head, unit(b"H", "BHII", CONNECTOR_0, 1, self.letters, 1))
        self._put(head, unit(b"C", "BHHHI", 1, first, last, NO_PAGE, len(self._text)), 2)
        if self._sent:
            self._put(head, unit(b"Z", "BHHxxI", SENT, 1, NO_PAGE, 2), 3)
        return last - 1
