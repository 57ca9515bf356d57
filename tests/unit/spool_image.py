# SPDX-License-Identifier: MIT
"""Builds flash images unit by unit, as firmware/spool/FORMAT.md has them: what the firmware
would write, and what a power cut, a fault or an enemy may have made of it."""

import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests"))

from spool_layout import (  # noqa: E402
    BODY_MAX, HEAD_COMMIT, HEAD_LETTER, HEADER_ERASED, HEADER_OPENED, JOURNAL_PAGES, OFFSET, PAGE,
    PAGE_UNITS, SECTOR, SECTOR_PAGES, SPARE, UNIT, VERSION, body_page, field, unit)

SECTORS = 8


def tool(name, *arguments):
    """The finished process of one of the tools; its output is octets."""
    return subprocess.run([ROOT / "tools" / name, *map(str, arguments)], capture_output=True,
                          check=False, timeout=60)


def route(tries, cause):
    """What follows the connector in an R of 1000 s powered time that is due at 1060 s."""
    return struct.pack("<HBBHI", 0x3FA1, tries, cause, 1000, 1060)


class SpoolImage:
    """A spool of 8 sectors, sector 0 open, its journal begun: boot 3, 1000 s, next letter 9."""

    def __init__(self):
        self.octets = bytearray(b"\xff" * (OFFSET + SECTORS * SECTOR))
        self.notes = 0
        self.body = SECTOR_PAGES - 1
        self.header(0, erases=2, sequence=5)
        self.header(1, erases=1)
        self.start(3, 1000, 9)
        self.note("R", 0, route(tries=2, cause=1))
        self.note("M")

    def put(self, page, at, octets):
        """`at`: a unit of the page."""
        place = OFFSET + page * PAGE + at * UNIT
        self.octets[place:place + len(octets)] = octets

    def flip(self, page, at, bits=1):
        self.octets[OFFSET + page * PAGE + at] ^= bits

    def record(self, page, at, kind, octet, rest):
        self.put(page, at, unit(kind, octet, rest))

    def header(self, sector, erases, sequence=None, version=VERSION):
        page = sector * SECTOR_PAGES
        self.record(page, HEADER_ERASED, "E", version, struct.pack("<HI", 0xFFFF, erases))
        if sequence is not None:
            rest = struct.pack("<HI", 0xFFFF, sequence)
            self.record(page, HEADER_OPENED, "O", version, rest)

    def note(self, kind, octet=SPARE, rest=b"", sector=0):
        page = sector * SECTOR_PAGES + JOURNAL_PAGES[0] + self.notes // PAGE_UNITS
        self.record(page, self.notes % PAGE_UNITS, kind, octet, rest)
        self.notes += 1

    def start(self, boot, powered_s, next_id, sector=0):
        self.note("S", rest=struct.pack("<HII", boot, powered_s, next_id), sector=sector)

    def time(self, boot, powered_s, wall_s=0, sector=0):
        self.note("T", rest=struct.pack("<HII", boot, powered_s, wall_s), sector=sector)

    def erase(self, erased, sector=0):
        self.note("X", rest=struct.pack("<H", erased), sector=sector)

    def erase_over(self, erased):
        self.note("Y", rest=struct.pack("<H", erased))

    def head_closed(self, closed, number, sector=0):
        """`number`: of a head page of the sector `closed`, from 0."""
        bits = (1 << number).to_bytes(5, "little")
        self.note("K", rest=struct.pack("<H", closed) + bits, sector=sector)

    def intent(self, code, at, head, rest, sector=0):
        """`rest`: octets 4-11 of the record that is announced for this unit of a head."""
        self.note("I", code << 4 | at, struct.pack("<H", head) + rest, sector)

    def commit(self, head, chain, text, recipients=1, origin=0):
        """A COMMIT; octets 4-11 of it."""
        rest = struct.pack("<HHI", chain[-1], origin, len(text))
        self.record(head, HEAD_COMMIT, "C", recipients, struct.pack("<H", chain[0]) + rest)
        return rest

    def letter(self, head, number, text=b"Subject: hot\r\n\r\nFan 3\r\n", sender=b"box@a.example",
               recipients=(b"ops@b.example",), deposited_s=900, origin=0):
        """A whole letter with its head at this page; the pages of its chain."""
        fields = [field(b"O", b"\1\0" + bytes(8) + b"\3nas" + b"\7fd00::1"), field(b"S", sender)]
        fields += [field(b"R", b"\0" + address) for address in recipients]
        octets = b"".join(fields) + b"T\0\0" + text
        chain = self.chain(number, octets)
        self.record(head, HEAD_LETTER, "H", 1, struct.pack("<HII", 3, number, deposited_s))
        self.commit(head, chain, text, len(recipients), origin)
        return chain

    def chain(self, number, octets):
        parts = [octets[at:at + BODY_MAX] for at in range(0, len(octets), BODY_MAX)]
        pages = [self.body - index for index in range(len(parts))]
        self.body -= len(parts)
        for index, (page, part) in enumerate(zip(pages, parts)):
            following = pages[index + 1] if index + 1 < len(pages) else 0
            self.body_page(page, number, index, following, part)
        return pages

    def body_page(self, page, number, index, following, part):
        self.put(page, 0, body_page(number, index, following, part))

    def write(self, directory):
        path = directory / "flash"
        path.write_bytes(self.octets)
        return path
