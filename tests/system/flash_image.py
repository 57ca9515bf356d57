# SPDX-License-Identifier: MIT
"""
Flash images that no run would take the time to fill, written from firmware/spool/FORMAT.md
alone: sectors of committed letters, as many as a sector has head pages.
"""

import pathlib
import struct
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))

from spool_layout import (  # noqa: E402
    BODY_MAX, BODY_PAGES, HEAD_CLOSED, HEAD_COMMIT, HEAD_LETTER, HEAD_PAGES, HEADER_ERASED,
    HEADER_OPENED, JOURNAL_PAGES, NO_PAGE, OFFSET, PAGE, SECTOR, SECTOR_PAGES, SENT, SPARE, UNIT,
    VERSION, body_page, field, unit)

FLASH_SIZE = 16 << 20
SECTORS = (FLASH_SIZE - OFFSET) // SECTOR
SMTP, CONNECTOR_0 = 1, 1


def chain(number, text):
    """The octets of a letter as its body pages hold them."""
    helo, address = b"box.example", b"10.0.2.2"
    sender, recipient = b"box@example.net", b"ops@example.org"
    origin = struct.pack("<BBII", SMTP, 0, 0, number)
    origin += bytes([len(helo)]) + helo + bytes([len(address)]) + address
    return (field(b"O", origin) + field(b"S", sender) + field(b"R", b"\0" + recipient)
            + field(b"T", b"") + text)


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

    def _put(self, page, at, octets):
        """`at`: a unit of the page."""
        place = OFFSET + page * PAGE + at * UNIT
        self._octets[place:place + len(octets)] = octets

    def _fill(self, sector):
        first = sector * SECTOR_PAGES
        self._put(first, HEADER_ERASED, unit("E", VERSION, struct.pack("<2xI", 1)))
        self._put(first, HEADER_OPENED, unit("O", VERSION, struct.pack("<2xI", sector)))
        start = struct.pack("<HII", 1, 1, self.letters + len(HEAD_PAGES) + 1)
        self._put(first + JOURNAL_PAGES[0], 0, unit("S", SPARE, start) + unit("M", SPARE, b""))
        body = first + BODY_PAGES[-1]
        for head in HEAD_PAGES:
            body = self._put_letter(first + head, body)

    def _put_letter(self, head, first):
        """Head page and chain of the next letter; the page below its last one."""
        self.letters += 1
        octets = chain(self.letters, self._text)
        parts = [octets[at:at + BODY_MAX] for at in range(0, len(octets), BODY_MAX)]
        last = first - len(parts) + 1
        assert last % SECTOR_PAGES in BODY_PAGES, "the letters do not fit their sector"
        for index, part in enumerate(parts):
            page = first - index
            following = page - 1 if page > last else NO_PAGE
            self._put(page, 0, body_page(self.letters, index, following, part))
        who = struct.pack("<HII", 1, self.letters, 1)
        self._put(head, HEAD_LETTER, unit("H", CONNECTOR_0, who))
        commit = struct.pack("<HHHI", first, last, NO_PAGE, len(self._text))
        self._put(head, HEAD_COMMIT, unit("C", 1, commit))
        if self._sent:
            closed = struct.pack("<HHxxI", 1, NO_PAGE, 2)
            self._put(head, HEAD_CLOSED, unit("Z", SENT, closed))
        return last - 1
