# SPDX-License-Identifier: MIT
"""Reads a flash image as firmware/spool/FORMAT.md describes it: a second reading of that page,
independent of the firmware's code. spool_dump and spool_tear use it.

Nothing here writes, and no octet in front of the spool's offset is read: the settings and their
secrets lie there. Any octets at all may be in the image: what does not check out is told as such,
every loop is bounded by the part, and nothing is trusted because of its place.
"""

import collections
import os
import pathlib
import re
import struct
import zlib

VERSION = 1
UNIT, PAGE, SECTOR = 16, 256, 65536
PAGE_UNITS, SECTOR_PAGES, SECTORS_MAX = PAGE // UNIT, SECTOR // PAGE, 256
JOURNAL_PAGES, SNAPSHOT_PAGES, HEAD_PAGES = range(1, 16), (1, 2), range(16, 56)  # of a sector
BODY_HEAD, BODY_MAX = 16, 240
HEADER_OPENED = 1  # unit of a header; of a head page:
HEAD_LETTER, HEAD_COMMIT, HEAD_CLOSINGS, HEAD_STRIP = 0, 1, (2, 3), range(4, PAGE_UNITS)
RECIPIENTS_MAX, FIELDS_MAX = 100, 1000
BLANK_UNIT, BLANK_PAGE = b"\xff" * UNIT, b"\xff" * PAGE

BLANK, VALID, BROKEN = "blank", "valid", "broken"
CLOSED_HOW = {1: "sent", 2: "settled", 3: "deleted", 4: "moved", 5: "void"}
INTENT_CODES = (["C"] + [("t", c) for c in range(4)] + [("s", 0), ("s", 64), ("f", 0), ("f", 64)]
                + ["d"] + [("Z", how) for how in range(1, 6)])

Header = collections.namedtuple("Header", "state version erases sequence")
Intent = collections.namedtuple("Intent", "page unit record")  # record: 12 octets, no boot
Route = collections.namedtuple("Route", "name_hash tries stopped frozen cause next_s")
Page = collections.namedtuple("Page", "page trouble payload next")
Finding = collections.namedtuple("Finding", "sector page harm words")  # page: None, or a number


class NotASpool(Exception):
    """One sentence: why the image cannot be read as a spool."""


def u16(octets, at):
    return struct.unpack_from("<H", octets, at)[0]


def u32(octets, at):
    return struct.unpack_from("<I", octets, at)[0]


def later(a, b):
    """Of numbers that wrap: less than half the range ahead."""
    return 0 < (a - b) & 0xFFFFFFFF < 1 << 31


def sealed(record):
    """A unit: the record and its CRC."""
    return record + struct.pack("<I", zlib.crc32(record))


def state_of(unit):
    if unit == BLANK_UNIT:
        return BLANK
    return VALID if u32(unit, 12) == zlib.crc32(unit[:12]) else BROKEN


def is_blank(octets):
    return octets.count(0xFF) == len(octets)


def sector_of(page):
    return page // SECTOR_PAGES


def partition_offset():
    """PARTITION_SPOOL_OFFSET, as config/partitions.h gives it."""
    path = pathlib.Path(__file__).resolve().parent.parent / "config/partitions.h"
    defines = dict(re.findall(r"^#define (PARTITION_\w+) +(.+)$", path.read_text(), re.M))
    value = defines["PARTITION_SPOOL_OFFSET"]
    while name := re.search(r"PARTITION_\w+", value):
        value = value.replace(name[0], defines[name[0]])
    product = 1
    for factor in re.findall(r"\d+", value):
        product *= int(factor)
    return product


class Flash:
    """The octets of the spool in a file, by page and unit, and what the sector headers say."""

    def __init__(self, path, offset=None):
        """`offset`: of the spool in the file, the partition's if not given."""
        self._offset = partition_offset() if offset is None else offset
        self._file = open(path, "rb", buffering=0)
        size = self._file.seek(0, os.SEEK_END) - self._offset
        self.sectors = max(0, min(size // SECTOR, SECTORS_MAX))
        self._cache = {}  # sectors of which a page was asked for
        self.headers = [self._header(sector) for sector in range(self.sectors)]

    def _read(self, at, size):
        """A file that grows shorter meanwhile reads as zeros."""
        return os.pread(self._file.fileno(), size, self._offset + at).ljust(size, b"\0")

    def sector(self, sector):
        if sector not in self._cache:
            self._cache[sector] = self._read(sector * SECTOR, SECTOR)
        return self._cache[sector]

    def page(self, page):
        at = page % SECTOR_PAGES * PAGE
        return self.sector(sector_of(page))[at:at + PAGE]

    def unit(self, page, unit):
        at = page % SECTOR_PAGES * PAGE + unit * UNIT
        return self.sector(sector_of(page))[at:at + UNIT]

    def holds(self, page):
        """Whether a letter may have something on this page: it is there, and no header."""
        return page % SECTOR_PAGES != 0 and sector_of(page) < self.sectors

    def is_blank(self, sector):
        return is_blank(self._read(sector * SECTOR, SECTOR))

    def _header(self, sector):
        """state: used, ready (erased), or unknown, which includes a header that is broken."""
        octets = self._read(sector * SECTOR, 2 * UNIT)
        erased, opened = octets[:UNIT], octets[UNIT:]
        if state_of(erased) != VALID or erased[:1] != b"E":
            return Header("unknown", None, None, None)
        version, erases = erased[1], u32(erased, 4)
        if version == VERSION and state_of(opened) == VALID and opened[:1] == b"O":
            return Header("used", version, erases, u32(opened, 4))
        ready = state_of(opened) == BLANK
        return Header("ready" if ready else "unknown", version, erases, None)

    def used(self):
        """Sectors in use, the one opened last first."""
        used = [s for s in range(self.sectors) if self.headers[s].state == "used"]
        newest = None
        for sector in used:
            if newest is None or later(self.headers[sector].sequence, newest):
                newest = self.headers[sector].sequence
        return sorted(used, key=lambda s: (newest - self.headers[s].sequence) & 0xFFFFFFFF)


class Journal:
    """What is true of the spool as a whole, by the one journal that counts."""

    def __init__(self, flash):
        self.flash = flash
        self.boot = self.powered_s = self.wall_s = 0
        self.next_id = 1
        self.routes = {}  # by connector
        self.erasing = set()  # sectors whose erase is not noted as over
        self.last = None  # the last record
        self.intent = None  # the pending one
        self.intent_is_old = False  # it was pending when the start that noted it began
        self.closed_heads = set()  # closed whatever they read
        self.sector = next(filter(self._is_begun_whole, flash.used()), None)
        self._in_snapshot = True
        for _, unit in self.records(self.sector):
            self._replay(unit)

    def _is_begun_whole(self, sector):
        return any(unit[:1] == b"M" for at, unit in self.records(sector)
                   if at[0] % SECTOR_PAGES in SNAPSHOT_PAGES)

    def units(self, sector):
        """((page, unit), 16 octets), in order; nothing for no sector."""
        for page in JOURNAL_PAGES if sector is not None else ():
            page += sector * SECTOR_PAGES
            for unit in range(PAGE_UNITS):
                yield (page, unit), self.flash.unit(page, unit)

    def records(self, sector):
        """Of the units those that say something, up to the first that is blank."""
        for at, unit in self.units(sector):
            if state_of(unit) == BLANK:
                return
            if state_of(unit) == VALID:
                yield at, unit

    def _replay(self, unit):
        kind = chr(unit[0])
        self._replay_over_intent(kind, unit)
        if kind == "S":
            self.boot, self.next_id = u16(unit, 2), u32(unit, 8)
        if kind in "ST":
            self.powered_s = max(self.powered_s, u32(unit, 4))
        if kind == "T":
            self.wall_s = u32(unit, 8)
        elif kind == "R":
            self._replay_route(unit)
        elif kind in "XYK":
            self._replay_sector(kind, u16(unit, 2), int.from_bytes(unit[4:9], "little"))
        self.last = unit

    def _replay_route(self, unit):
        """Its time is given in the low 16 bits, and never half their range after the last."""
        later = u16(unit, 6) - self.powered_s & 0xFFFF
        self.powered_s += later if later < 0x8000 else 0
        self.routes[unit[1] & 15] = Route(u16(unit, 2), unit[4], unit[1] >> 7, unit[1] >> 4 & 3,
                                          unit[5], u32(unit, 8))

    def _replay_sector(self, kind, sector, heads):
        """`heads`: of a K, a bit for each of the sector's head pages."""
        if kind == "K":
            first = sector * SECTOR_PAGES + HEAD_PAGES[0]
            self.closed_heads |= {first + n for n in range(len(HEAD_PAGES)) if heads >> n & 1}
            return
        self.closed_heads = {page for page in self.closed_heads if sector_of(page) != sector}
        if kind == "X":
            self.erasing.add(sector)
        else:
            self.erasing.discard(sector)

    def _replay_over_intent(self, kind, unit):
        """Another record shows that an intent was carried out; a repeated one waits for I or V."""
        if kind == "M":
            self._in_snapshot = False
        elif kind in "IV" or not self.intent_is_old:
            self.intent = None
        code = unit[1] >> 4
        if kind == "I" and code < len(INTENT_CODES):
            self.intent_is_old = self._in_snapshot
            what = INTENT_CODES[code]
            record = bytes((ord(what[0]), 0 if isinstance(what, str) else what[1], 255, 255))
            self.intent = Intent(u16(unit, 2), unit[1] & 15, record + unit[4:12])

    def pending(self, page, kind):
        """Whether the pending intent is a record of this kind on this head page."""
        return bool(self.intent and self.intent.page == page and self.intent.record[:1] == kind)


class Head:
    """A head page as it reads."""

    def __init__(self, flash, page):
        self.page = page
        self.units = [flash.unit(page, unit) for unit in range(PAGE_UNITS)]
        self.states = [state_of(unit) for unit in self.units]
        self.letter = self._valid(HEAD_LETTER, b"H")
        self.commit = self._valid(HEAD_COMMIT, b"C")
        if self.commit and not 1 <= self.commit[1] <= RECIPIENTS_MAX:
            self.commit = None
        closings = [self._valid(unit, b"Z") for unit in HEAD_CLOSINGS]
        self.closed = next(filter(None, closings), None)
        self.id = u32(self.letter, 4) if self.letter else None

    def _valid(self, unit, kind):
        """The record, when it is valid and of this kind."""
        octets = self.units[unit]
        return octets if self.states[unit] == VALID and octets[:1] == kind else None

    @property
    def lives(self):
        return bool(self.letter and self.commit and not self.closed)

    @property
    def is_blank(self):
        return all(state == BLANK for state in self.states)

    @property
    def origin(self):
        """The head page that this one replaces, or 0."""
        return u16(self.commit, 6)


def body_trouble(octets):
    """Why a page of 256 octets is no body page; None when it is one."""
    if octets == BLANK_PAGE:
        return "is blank"
    if octets[0:1] != b"B" or not 1 <= octets[1] <= BODY_MAX:
        return "is no page of a letter's text"
    crc = zlib.crc32(octets[BODY_HEAD:BODY_HEAD + octets[1]], zlib.crc32(octets[:12]))
    return None if crc == u32(octets, 12) else "does not check out"


def read_chain(flash, first, last, letter_id, claimed):
    """
    The pages of a letter, in order, to the last or to the first that is in trouble. `claimed`:
    pages that letters have, which grows; no page is in two chains, nor twice in one.
    """
    pages, page = [], first
    while True:
        trouble = _chain_trouble(flash, page, len(pages), letter_id)
        if trouble is None and page in claimed:
            trouble = "is a page of another head's letter"
        claimed.add(page)
        octets = flash.page(page) if trouble is None else b""
        following = u16(octets, 8) if octets else 0
        if trouble is None and following == 0 and page != last:
            trouble = f"ends the chain before its last page {last}"
        payload = octets[BODY_HEAD:BODY_HEAD + octets[1]] if octets else b""
        pages.append(Page(page, trouble, payload, following))
        if trouble or following == 0:
            return pages
        page = following


def _chain_trouble(flash, page, index, letter_id):
    if not flash.holds(page):
        return "is not in the flash"
    octets = flash.page(page)
    trouble = body_trouble(octets)
    if trouble:
        return trouble
    if u32(octets, 4) != letter_id:
        return "belongs to another letter"
    return None if u16(octets, 2) == index else "has another place in the chain"


class Letter:
    """One living letter: its head, its strip with what is pending added, its chain."""

    def __init__(self, flash, head, intent, claimed):
        self.head, self.id = head, head.id
        self.connectors = [c for c in range(8) if head.letter[1] >> c & 1]
        self.deposited_s = u32(head.letter, 8)
        self.recipients_stated = head.commit[1]
        self.text_size = u32(head.commit, 8)
        self.pages = read_chain(flash, u16(head.commit, 2), u16(head.commit, 4), self.id,
                                claimed)
        self.tries, self.sent, self.failed = {}, set(), set()
        self.dead_s = None
        self.under_way = intent.record if intent and intent.page == head.page else None
        for unit in HEAD_STRIP:
            if head.states[unit] == VALID:
                self._apply(head.units[unit])
        if self.under_way:
            self._apply(self.under_way)
        self._read_envelope()

    def _apply(self, record):
        kind = record[:1]
        if kind == b"t":
            self.tries[record[1]] = (u16(record, 4), u32(record, 8))
        elif kind in (b"s", b"f"):
            bits = int.from_bytes(record[4:12], "little")
            done = {record[1] + n for n in range(64) if bits >> n & 1}
            (self.sent if kind == b"s" else self.failed).update(done)
        elif kind == b"d":
            self.dead_s = u32(record, 8)

    def _read_envelope(self):
        """Fields up to the text; kinds that are not known are skipped."""
        self.sender, self.origin, self.recipients = None, None, []
        octets = b"".join(page.payload for page in self.pages)
        at, self.text = 0, None
        for _ in range(FIELDS_MAX):
            if self.text is not None or at + 3 > len(octets):
                break
            kind, size = octets[at:at + 1], u16(octets, at + 1)
            value = octets[at + 3:at + 3 + size]
            at += 3 + size
            if kind == b"T":
                self.text = octets[at:]
            elif kind == b"S" and len(value) == size:
                self.sender = value
            elif kind == b"R" and len(value) == size and size > 0:
                self.recipients.append((value[0], value[1:]))
            elif kind == b"O":
                self.origin = Origin.read(value)

    @property
    def trouble(self):
        """What is wrong with the letter's octets, in a phrase; None when nothing is."""
        bad = self.pages[-1]
        if bad.trouble:
            return f"page {bad.page}, number {len(self.pages)} of its chain, {bad.trouble}"
        if self.text is None or self.sender is None:
            return "its envelope does not read to its end"
        if len(self.text) != self.text_size:
            return f"its text has {len(self.text)} octets and should have {self.text_size}"
        if len(self.recipients) != self.recipients_stated:
            return f"{self.recipients_stated} recipients are stated, {len(self.recipients)} found"
        return None

    def fate(self, recipient):
        if recipient in self.sent:
            return "sent"
        return "given up" if recipient in self.failed else "waiting"


class Origin(collections.namedtuple("Origin", "source flags wall_s helo address")):
    """How a letter came."""

    @classmethod
    def read(cls, octets):
        """None when the octets are no such field."""
        if len(octets) < 11:
            return None
        helo, _, rest = _counted(octets[10:])
        address, whole, _ = _counted(rest)
        return cls(octets[0], octets[1], u32(octets, 2), helo, address) if whole else None


def _counted(octets):
    """A length octet and its text: (text, whether it is whole, what follows)."""
    size = octets[0] if octets else 0
    return octets[1:1 + size], len(octets) > size, octets[1 + size:]


class Spool:
    """All of it: letters, and findings: what does not check out, and whether that may harm."""

    def __init__(self, flash):
        self.flash = flash
        self.is_new = self._refuse_others()
        self.journal = Journal(flash)
        self.findings = []
        self.heads = list(self._read_heads())
        self.letters = self._living()
        self._look_at_sectors()
        self._look_at_journal()
        self._look_at_heads()

    def _refuse_others(self):
        """True for a part on which nothing was ever stored."""
        if self.flash.sectors == 0:
            raise NotASpool("no whole sector of 64 KiB is at the spool's place")
        versions = {h.version for h in self.flash.headers if h.version is not None}
        if VERSION in versions:
            return False
        if versions:
            raise NotASpool(f"its format version is {min(versions)}, and {VERSION} is known here")
        if all(map(self.flash.is_blank, range(self.flash.sectors))):
            return True
        raise NotASpool("no sector has a header of the spool")

    def _read_heads(self):
        """Head pages; where the heads end body pages may follow at once."""
        for sector in sorted(self.flash.used()):
            if sector in self.journal.erasing:
                continue  # half an erase may have left anything
            for page in HEAD_PAGES:
                head = Head(self.flash, sector * SECTOR_PAGES + page)
                if not head.is_blank and body_trouble(self.flash.page(head.page)):
                    yield head

    def lives(self, head):
        """A pending commit counts as never written, a pending closing as written."""
        journal = self.journal
        return (head.lives and head.page not in journal.closed_heads
                and not journal.pending(head.page, b"C") and not journal.pending(head.page, b"Z"))

    def _living(self):
        living = {head.page: head for head in self.heads if self.lives(head)}
        replaced = {head.origin: head for head in living.values()
                    if head.origin in living and living[head.origin].id == head.id}
        for page, head in replaced.items():
            self._find(page, True, f"letter {head.id} moved to page {head.page}, "
                       "and the head here does not read as closed")
        claimed = set()
        letters = [Letter(self.flash, head, self.journal.intent, claimed)
                   for page, head in living.items() if page not in replaced]
        return sorted(letters, key=lambda letter: (letter.id, letter.head.page))

    def _find(self, page, harm, words):
        self.findings.append(Finding(sector_of(page), page, harm, words))

    def _look_at_sectors(self):
        for sector, header in enumerate(self.flash.headers):
            words = None
            if header.version not in (None, VERSION):
                words = f"its format version is {header.version}"
            elif sector in self.journal.erasing:
                words = "its erase was begun, and not noted as over: it may have been cut, or failed"
            elif header.state == "unknown" and not self.flash.is_blank(sector):
                words = "no valid header: its content means nothing, it will be erased"
            if words:
                harm = sector not in self.journal.erasing
                self.findings.append(Finding(sector, None, harm, words))

    def _look_at_journal(self):
        """A broken unit at its end is what a power cut leaves, and costs nothing."""
        units = list(self.journal.units(self.journal.sector))
        while units and state_of(units[-1][1]) == BLANK:
            units.pop()
        for place, (at, unit) in enumerate(units):
            if state_of(unit) == BROKEN:
                at_end = place == len(units) - 1
                self._find(at[0], not at_end, f"journal unit {at[1]} is broken"
                           + (", the last one: a power cut leaves that" if at_end else ""))

    def _look_at_heads(self):
        living = {letter.head.page for letter in self.letters}
        for head in self.heads:
            if head.letter is None:
                self._look_at_headless(head)
            elif head.page in living:
                self._look_at_strip(head)
            elif (head.states[HEAD_COMMIT] == BROKEN and not head.closed
                  and not self.journal.pending(head.page, b"C")):
                self._find(head.page, True, f"the commit of letter {head.id} is broken: it was "
                           "never accepted, or is lost")
        for letter in self.letters:
            if letter.trouble:
                self._find(letter.head.page, True, f"letter {letter.id}: {letter.trouble}")

    def _look_at_headless(self, head):
        alone = all(state == BLANK for state in head.states[1:])
        self._find(head.page, not alone, "the record of who the letter is does not check out"
                   + (", and nothing follows it: a power cut leaves that" if alone
                      else ": a letter may be lost"))

    def _look_at_strip(self, head):
        intent = self.journal.intent
        for unit, state in enumerate(head.states):
            if state == BROKEN and not (intent and intent[:2] == (head.page, unit)):
                self._find(head.page, True, f"letter {head.id}: unit {unit} of its head is broken; "
                           "a power cut leaves that, too, and the next start writes it again")
