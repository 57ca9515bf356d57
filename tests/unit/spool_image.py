# SPDX-License-Identifier: MIT
"""Builds flash images unit by unit, as firmware/spool/FORMAT.md has them: what the firmware
would write, and what a power cut, a fault or an enemy may have made of it."""

import pathlib
import struct
import subprocess
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OFFSET = 131072  # config/partitions.h
SECTORS = 8
PAGE, UNIT, SECTOR_PAGES = 256, 16, 256


def tool(name, *arguments):
    """The finished process of one of the tools; its output is octets."""
    return subprocess.run([ROOT / "tools" / name, *map(str, arguments)], capture_output=True,
                          check=False, timeout=60)


class SpoolImage:
    """A spool of 8 sectors, sector 0 open, its journal begun: boot 3, 1000 s, next letter 9."""

    def __init__(self):
        self.octets = bytearray(b"\xff" * (OFFSET + SECTORS * SECTOR_PAGES * PAGE))
        self.notes = 0
        self.body = SECTOR_PAGES - 1
        self.header(0, erases=2, sequence=5)
        self.header(1, erases=1)
        self.note("S", 255, struct.pack("<HII", 3, 1000, 9))
        self.note("R", 0, struct.pack("<HBBBBI", 0x3FA1, 2, 0, 0, 1, 1060))
        self.note("M", 255, b"")

    def put(self, page, unit, octets):
        at = OFFSET + page * PAGE + unit * UNIT
        self.octets[at:at + len(octets)] = octets

    def flip(self, page, at, bits=1):
        self.octets[OFFSET + page * PAGE + at] ^= bits

    def record(self, page, unit, kind, octet, rest):
        record = (kind.encode() + bytes([octet]) + rest).ljust(12, b"\xff")
        self.put(page, unit, record + struct.pack("<I", zlib.crc32(record)))

    def header(self, sector, erases, sequence=None, version=1):
        self.record(sector * SECTOR_PAGES, 0, "E", version, struct.pack("<HI", 0xFFFF, erases))
        if sequence is not None:
            rest = struct.pack("<HI", 0xFFFF, sequence)
            self.record(sector * SECTOR_PAGES, 1, "O", version, rest)

    def note(self, kind, octet, rest, sector=0):
        page = sector * SECTOR_PAGES + 1 + self.notes // 16
        self.record(page, self.notes % 16, kind, octet, rest)
        self.notes += 1

    def intent(self, code, unit, head, rest):
        """`rest`: octets 4-11 of the record that is announced."""
        self.note("I", code << 4 | unit, struct.pack("<H", head) + rest)

    def commit(self, head, chain, text, recipients=1, origin=0):
        """A COMMIT; octets 4-11 of it."""
        rest = struct.pack("<HHI", chain[-1], origin, len(text))
        self.record(head, 1, "C", recipients, struct.pack("<H", chain[0]) + rest)
        return rest

    def letter(self, head, number, text=b"Subject: hot\r\n\r\nFan 3\r\n", sender=b"box@a.example",
               recipients=(b"ops@b.example",), deposited_s=900, origin=0):
        """A whole letter with its head at this page; the pages of its chain."""
        fields = [field(b"O", b"\1\0" + bytes(8) + b"\3nas" + b"\7fd00::1"), field(b"S", sender)]
        fields += [field(b"R", b"\0" + address) for address in recipients]
        octets = b"".join(fields) + b"T\0\0" + text
        chain = self.chain(number, octets)
        self.record(head, 0, "H", 1, struct.pack("<HII", 3, number, deposited_s))
        self.commit(head, chain, text, len(recipients), origin)
        return chain

    def chain(self, number, octets):
        parts = [octets[at:at + 240] for at in range(0, len(octets), 240)]
        pages = [self.body - index for index in range(len(parts))]
        self.body -= len(parts)
        for index, (page, part) in enumerate(zip(pages, parts)):
            following = pages[index + 1] if index + 1 < len(pages) else 0
            self.body_page(page, number, index, following, part)
        return pages

    def body_page(self, page, number, index, following, part):
        head = struct.pack("<BBHIHH", ord("B"), len(part), index, number, following, 0xFFFF)
        crc = zlib.crc32(part, zlib.crc32(head))
        self.put(page, 0, head + struct.pack("<I", crc) + part)

    def write(self, directory):
        path = directory / "flash"
        path.write_bytes(self.octets)
        return path


def field(kind, value):
    return kind + struct.pack("<H", len(value)) + value
