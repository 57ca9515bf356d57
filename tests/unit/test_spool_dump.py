# SPDX-License-Identifier: MIT
"""tools/spool_dump: what it tells of images that are built here, whole, torn, damaged, hostile."""

import json
import random
import struct

import pytest
from spool_image import SECTORS, SpoolImage, route, tool
from spool_layout import (
    BODY_PAGES, FIRST_HEAD, HEAD_CLOSED, HEAD_CLOSED_AGAIN, HEAD_COMMIT, HEAD_LETTER, HEAD_PAGES,
    HEAD_STRIP, INTENT_CLOSED, INTENT_COMMIT, INTENT_TRY, JOURNAL_PAGES, JOURNAL_UNITS, MOVED,
    OFFSET, PAGE, PAGE_UNITS, SECTOR_PAGES, SENT, UNIT)

HEAD = FIRST_HEAD  # of sector 0


def dump(image, tmp_path, status=0, *options):
    """What --json tells."""
    done = tool("spool_dump", image.write(tmp_path), "--json", *options)
    assert (done.returncode, done.stderr) == (status, b"")
    return json.loads(done.stdout)


def words(image, tmp_path, status=0, *options):
    done = tool("spool_dump", image.write(tmp_path), *options)
    assert (done.returncode, done.stderr) == (status, b"")
    return done.stdout.decode()


def try_record(image, head, unit, tries, next_s):
    image.record(head, unit, "t", 0, struct.pack("<HHHI", 3, tries, 0xFFFF, next_s))


def fill_journal(image, notes, sector=0):
    while image.notes < notes:
        image.time(3, 1000, sector=sector)


def closing(moved_to=0xFFFF):
    """Octets 4-11 of a `Z`."""
    return struct.pack("<HHI", moved_to, 0xFFFF, 990)


def test_a_waiting_letter_in_words(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    try_record(image, HEAD, HEAD_STRIP, 4, 1500)
    text = words(image, tmp_path)
    for line in ("powered time 1000 s", "2 tries since the last success", "letters      1, 0",
                 "letter 7\n", "from nas [fd00::1]", "sender     <box@a.example>",
                 "recipient  <ops@b.example> waiting", "connector 0: 4, due in 8.3 min",
                 "subject    hot", "pages      all check out", "damage: none",
                 "trouble: connect-refused", "erases 1 to 2, spread 1"):
        assert line in text, line


def test_a_cause_of_a_later_firmware_is_told_by_number(tmp_path):
    image = SpoolImage()
    image.note("R", 0, route(tries=2, cause=250))
    assert "trouble: number 250" in words(image, tmp_path)


def test_a_held_route_and_the_time_it_brings(tmp_path):
    image = SpoolImage()
    image.note("R", 0xA0, struct.pack("<HBBHI", 0x3FA1, 5, 1, 1000 + 60, 2060))
    text = words(image, tmp_path)
    for line in ("powered time 1060 s", "5 tries", "stopped, frozen"):
        assert line in text, line


def test_recipients_and_their_fates(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7, recipients=[b"r%d@b.example" % n for n in range(100)])
    image.record(HEAD, HEAD_STRIP, "s", 0, struct.pack("<HQ", 3, 1 << 63 | 1))
    image.record(HEAD, HEAD_STRIP + 1, "f", 64, struct.pack("<HQ", 3, 2))
    image.record(HEAD, HEAD_STRIP + 2, "d", 0, struct.pack("<HII", 3, 0xFFFFFFFF, 990))
    (letter,) = dump(image, tmp_path)["letters"]
    done = {n: one["state"] for n, one in enumerate(letter["recipients"])
            if one["state"] != "waiting"}
    assert done == {0: "sent", 63: "sent", 65: "given up"}
    assert letter["dead"] and len(letter["recipients"]) == 100


@pytest.mark.parametrize("unit", [HEAD_CLOSED, HEAD_CLOSED_AGAIN])
def test_a_closed_letter_is_none(tmp_path, unit):
    image = SpoolImage()
    image.letter(HEAD, 7)
    image.record(HEAD, unit, "Z", SENT, struct.pack("<H", 3) + closing())
    assert dump(image, tmp_path)["letters"] == []


def test_the_text_is_written_exactly(tmp_path):
    text = bytes(range(256)) * 9 + b"\r\n.\r\n"
    image = SpoolImage()
    image.letter(HEAD, 7, text)
    done = tool("spool_dump", image.write(tmp_path), "--letter", 7)
    assert (done.returncode, done.stdout, done.stderr) == (0, text, b"")
    done = tool("spool_dump", tmp_path / "flash", "--letter", 8)
    assert (done.returncode, done.stdout) == (2, b"") and b"no letter 8" in done.stderr


def test_a_damaged_page_is_named_and_cuts_the_text(tmp_path):
    text = b"x" * 1000
    image = SpoolImage()
    chain = image.letter(HEAD, 7, text)
    image.flip(chain[2], 100)
    told = dump(image, tmp_path, 1)
    assert f"page {chain[2]}, number 3 of its chain, does not check out" in str(told["findings"])
    done = tool("spool_dump", tmp_path / "flash", "--letter", 7)
    assert done.returncode == 1 and b"is damaged" in done.stderr
    assert text.startswith(done.stdout) and 300 < len(done.stdout) < 480


@pytest.mark.parametrize("change, trouble", [
    (lambda image, chain: image.put(chain[1], 0, b"\xff" * PAGE), "is blank"),
    (lambda image, chain: image.body_page(chain[1], 8, 1, chain[2], b"x"), "another letter"),
    (lambda image, chain: image.body_page(chain[1], 7, 2, chain[2], b"x"), "another place"),
    (lambda image, chain: image.body_page(chain[1], 7, 1, 0, b"x"), "before its last page"),
    (lambda image, chain: image.body_page(chain[1], 7, 1, 65535, b"x"), "not in the flash"),
    (lambda image, chain: image.body_page(chain[1], 7, 1, chain[2], b"x" * 239), "should have"),
], ids=["blank", "other letter", "index", "end", "far page", "size"])
def test_holes_in_a_chain(tmp_path, change, trouble):
    image = SpoolImage()
    change(image, image.letter(HEAD, 7, b"x" * 1000))
    assert trouble in dump(image, tmp_path, 1)["letters"][0]["trouble"]


def test_an_unconfirmed_commit_is_no_letter(tmp_path):
    image = SpoolImage()
    text = b"text\r\n"
    announced = image.commit(HEAD, image.letter(HEAD, 7, text), text)
    image.intent(INTENT_COMMIT, HEAD_COMMIT, HEAD, announced)
    told = dump(image, tmp_path)
    assert told["letters"] == [] and "was being committed" in told["under_way"]
    image.note("V")
    told = dump(image, tmp_path)
    assert [one["id"] for one in told["letters"]] == [7] and told["under_way"] is None


@pytest.mark.parametrize("unit", ["blank", "torn", "whole"])
def test_a_pending_try_counts(tmp_path, unit):
    """Whatever its unit reads: the next start writes it again."""
    image = SpoolImage()
    image.letter(HEAD, 7)
    try_record(image, HEAD, HEAD_STRIP, 1, 950)
    image.intent(INTENT_TRY, HEAD_STRIP + 1, HEAD, struct.pack("<HHI", 2, 0xFFFF, 1100))
    if unit != "blank":
        try_record(image, HEAD, HEAD_STRIP + 1, 2, 1100)
    if unit == "torn":
        image.flip(HEAD, (HEAD_STRIP + 1) * UNIT + 9)
    told = dump(image, tmp_path)
    assert told["letters"][0]["connectors"] == [{"connector": 0, "tries": 2, "next_s": 1100}]
    assert "a try was being counted" in told["under_way"]


@pytest.mark.parametrize("kind", ["closing", "commit"])
def test_a_new_boot_keeps_what_is_pending_until_it_says_otherwise(tmp_path, kind):
    image = SpoolImage()
    chain = image.letter(HEAD, 7, b"text")
    code, unit, announced = INTENT_CLOSED + SENT, HEAD_CLOSED, closing()
    if kind == "commit":
        code, unit, announced = INTENT_COMMIT, HEAD_COMMIT, image.commit(HEAD, chain, b"text")
    image.intent(code, unit, HEAD, announced)
    image.notes = 0
    image.header(1, erases=1, sequence=6)
    image.start(4, 1001, 9, sector=1)
    image.time(4, 1001, 1800000000, sector=1)
    image.intent(code, unit, HEAD, announced, sector=1)
    told = dump(image, tmp_path)
    assert (told["boot"], told["wall_s"]) == (3, 0), "a snapshot counts when it is whole"
    assert told["letters"] == [] and told["under_way"]
    image.note("M", sector=1)
    told = dump(image, tmp_path)
    assert (told["boot"], told["powered_s"], told["wall_s"]) == (4, 1001, 1800000000)
    assert told["letters"] == [] and told["under_way"]
    image.time(4, 1002, sector=1)
    assert dump(image, tmp_path)["under_way"], "only I or V ends one of a snapshot"
    image.note("V", sector=1)
    assert dump(image, tmp_path)["under_way"] is None


def test_a_pending_closing_counts_as_written(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    image.intent(INTENT_CLOSED + SENT, HEAD_CLOSED, HEAD, closing())
    told = dump(image, tmp_path)
    assert told["letters"] == [] and "closed (sent)" in told["under_way"]


def test_of_two_heads_the_newer_is_the_letter(tmp_path):
    image = SpoolImage()
    chain = image.letter(HEAD, 7, b"text")
    image.record(HEAD + 1, HEAD_LETTER, "H", 1, struct.pack("<HII", 3, 7, 900))
    announced = image.commit(HEAD + 1, chain, b"text", origin=HEAD)
    told = dump(image, tmp_path, 1)
    assert [one["head_page"] for one in told["letters"]] == [HEAD + 1]
    assert "does not read as closed" in str(told["findings"])
    image.intent(INTENT_COMMIT, HEAD_COMMIT, HEAD + 1, announced)
    told = dump(image, tmp_path)
    assert [one["head_page"] for one in told["letters"]] == [HEAD], "its own commit is pending"
    image.intent(INTENT_CLOSED + MOVED, HEAD_CLOSED, HEAD, closing(HEAD + 1))
    told = dump(image, tmp_path)
    assert [one["head_page"] for one in told["letters"]] == [HEAD + 1]


def test_a_head_may_be_closed_by_the_journal(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    image.head_closed(0, 1)
    assert [one["id"] for one in dump(image, tmp_path)["letters"]] == [7]
    image.head_closed(0, 0)
    assert dump(image, tmp_path)["letters"] == []
    image.erase(0)
    image.erase_over(0)
    assert [one["id"] for one in dump(image, tmp_path)["letters"]] == [7]


def test_closed_heads_of_a_sector_add_up(tmp_path):
    image = SpoolImage()
    image.header(2, erases=1, sequence=4)
    last = len(HEAD_PAGES) - 1
    for number, head in enumerate((0, 8, last)):
        image.letter(2 * SECTOR_PAGES + HEAD_PAGES[head], number)
    image.head_closed(2, 8)
    image.head_closed(3, 0)
    assert [one["id"] for one in dump(image, tmp_path)["letters"]] == [0, 2]
    image.head_closed(2, last)
    assert [one["id"] for one in dump(image, tmp_path)["letters"]] == [0]


def test_the_last_place_of_each_area_is_read_and_none_behind_it(tmp_path):
    image = SpoolImage()
    image.letter(HEAD_PAGES[-1], 7)
    image.letter(HEAD_PAGES[-1] + 1, 8)
    try_record(image, HEAD_PAGES[-1], PAGE_UNITS - 1, 5, 1500)
    fill_journal(image, JOURNAL_UNITS - 1)
    image.time(3, 1200)
    image.time(3, 1300)  # on a page that is no longer the journal's
    told = dump(image, tmp_path)
    assert [one["id"] for one in told["letters"]] == [7] and told["powered_s"] == 1200
    assert told["letters"][0]["connectors"][0]["tries"] == 5


def test_a_journal_ends_at_a_blank_unit_and_not_at_a_broken_one(tmp_path):
    image = SpoolImage()
    image.put(JOURNAL_PAGES[0], image.notes, bytes(UNIT))
    image.notes += 1
    image.time(3, 1200)
    image.notes += 1
    image.time(3, 1300)
    assert dump(image, tmp_path, 1)["powered_s"] == 1200


def snapshot(image, mark):
    """The longest that there may be, in sector 1; its mark at this unit of the journal."""
    image.header(1, erases=1, sequence=6)
    image.notes = 0
    image.start(4, 1001, 9, sector=1)
    image.time(4, 1001, 1800000000, sector=1)
    for connector in range(4):
        image.note("R", connector, route(tries=2, cause=1), sector=1)
    for spoilt in range(2, 8):
        image.erase(spoilt, sector=1)
    for sector in range(2, 8):
        image.head_closed(sector, 0, sector=1)
    image.intent(INTENT_TRY, HEAD_STRIP, HEAD, struct.pack("<HHI", 2, 0xFFFF, 1100), sector=1)
    fill_journal(image, mark, sector=1)
    image.note("M", sector=1)


@pytest.mark.parametrize("mark, counts", [(19, True), (2 * PAGE_UNITS - 1, True),
                                          (2 * PAGE_UNITS, False)])
def test_a_snapshot_ends_in_the_first_two_pages(tmp_path, mark, counts):
    image = SpoolImage()
    snapshot(image, mark)
    told = dump(image, tmp_path)
    assert (told["boot"], told["erasing"]) == ((4, [2, 3, 4, 5, 6, 7]) if counts else (3, []))


def test_a_sector_whose_erase_was_cut_is_not_believed(tmp_path):
    image = SpoolImage()
    image.header(2, erases=1, sequence=4)
    image.letter(2 * SECTOR_PAGES + HEAD, 7)
    assert len(dump(image, tmp_path)["letters"]) == 1
    image.erase(2)
    told = dump(image, tmp_path)
    assert told["letters"] == [] and told["erasing"] == [2]
    assert "may have been cut" in told["findings"][0]["words"]
    image.erase(3)
    assert dump(image, tmp_path)["erasing"] == [2, 3]
    image.erase_over(3)
    assert dump(image, tmp_path)["erasing"] == [2]


@pytest.mark.parametrize("sequences, boot", [((0xFFFFFFFF, 0), 9), ((0, 0xFFFFFFFF), 3)])
def test_sequence_numbers_wrap(tmp_path, sequences, boot):
    image = SpoolImage()
    image.notes = 0
    for sector, sequence in enumerate(sequences):
        image.header(sector, erases=2, sequence=sequence)
    image.start(9, 2000, 30, sector=1)
    image.note("M", sector=1)
    assert dump(image, tmp_path)["boot"] == boot


def test_broken_units_are_named(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    try_record(image, HEAD, HEAD_STRIP, 1, 950)
    image.flip(HEAD, HEAD_STRIP * UNIT + 4)
    image.put(JOURNAL_PAGES[0], image.notes, bytes(UNIT))
    image.put(HEAD + 1, HEAD_LETTER, bytes(UNIT))
    image.put(4 * SECTOR_PAGES, 0, b"junk")
    told = dump(image, tmp_path, 1)
    harm = {(one["sector"], one["page"]): one["harm"] for one in told["findings"]}
    assert harm == {(4, None): True, (0, JOURNAL_PAGES[0]): False, (0, HEAD): True,
                    (0, HEAD + 1): False}


def test_a_broken_commit_is_named(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    image.flip(HEAD, HEAD_COMMIT * UNIT)
    told = dump(image, tmp_path, 1)
    assert told["letters"] == [] and "commit of letter 7 is broken" in str(told["findings"])


def test_nothing_raw_from_an_envelope_is_printed(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7, b"Subject: a\x1b[2Jb\r\n\xff\r\n\r\n", b"\x1b]0;x\x07\\@a", [b"\n\x9b@b"])
    done = tool("spool_dump", image.write(tmp_path))
    assert done.returncode == 0 and all(o == 10 or 32 <= o < 127 for o in done.stdout)
    assert b"\\x1b]0;x\\x07\\x5c@a" in done.stdout and b"\\x0a\\x9b@b" in done.stdout
    assert b"\\x1b[2Jb" in done.stdout


def test_the_settings_are_not_read(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    before = words(image, tmp_path)
    image.octets[:OFFSET] = b"password" * (OFFSET // 8)
    assert words(image, tmp_path) == before


def test_another_offset(tmp_path):
    image = SpoolImage()
    image.letter(HEAD, 7)
    path = tmp_path / "spool"
    path.write_bytes(image.octets[OFFSET:])
    assert b"letter 7" in tool("spool_dump", path, "--offset", "0").stdout


def test_sectors_are_told_one_by_one(tmp_path):
    text = words(SpoolImage(), tmp_path, 0, "--sectors")
    assert "sector   0  used, erased 2 times, opened as number 5" in text
    assert "sector   1  ready, erased 1 times\n" in text
    assert text.count("no header") == SECTORS - 2


def test_a_blank_part_is_an_empty_spool(tmp_path):
    image = SpoolImage()
    image.octets[:] = b"\xff" * len(image.octets)
    assert "blank: nothing was ever stored" in words(image, tmp_path)


@pytest.mark.parametrize("octets, why", [
    (b"", "no whole sector"), (b"\xff" * 150000, "no whole sector"),
    (random.Random(1).randbytes(1 << 20), "no sector has a header"),
    (bytes(1 << 20), "no sector has a header"),
], ids=["empty", "short", "random", "zeros"])
def test_what_is_no_spool(tmp_path, octets, why):
    (tmp_path / "flash").write_bytes(octets)
    done = tool("spool_dump", tmp_path / "flash")
    assert (done.returncode, done.stdout) == (2, b"") and why in done.stderr.decode()


def test_another_version_is_not_guessed_at(tmp_path):
    image = SpoolImage()
    for sector in (0, 1):
        image.header(sector, erases=1, version=2)
    done = tool("spool_dump", image.write(tmp_path))
    assert done.returncode == 2 and b"format version is 2" in done.stderr


def test_a_missing_file_is_told(tmp_path):
    done = tool("spool_dump", tmp_path / "none")
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert tool("spool_dump").returncode == 2


def hostile(seed):
    """A spool in which anything may be: damaged at random, and with valid nonsense."""
    rng = random.Random(seed)
    image = SpoolImage()
    image.header(2, erases=1, sequence=rng.getrandbits(32))
    pages = [s * SECTOR_PAGES + p for s in (0, 2) for p in (*JOURNAL_PAGES, *HEAD_PAGES)]
    for _ in range(300):
        kind = rng.choice("HCZtsfdSTRXYIVMK?")
        image.record(rng.choice(pages), rng.randrange(PAGE_UNITS), kind, rng.getrandbits(8),
                     rng.randbytes(10))
    image.letter(HEAD, 7, rng.randbytes(2000))
    for page in range(image.body, SECTOR_PAGES):
        image.body_page(page, 7, rng.randrange(4), rng.randrange(256), rng.randbytes(9))
    for _ in range(rng.randrange(200)):
        image.flip(rng.choice(pages), rng.randrange(PAGE), 1 << rng.randrange(8))
    return image


@pytest.mark.parametrize("seed", range(8))
def test_any_content_is_told_without_a_traceback(tmp_path, seed):
    image = hostile(seed)
    for options in ((), ("--json", "--sectors"), ("--letter", "7")):
        done = tool("spool_dump", image.write(tmp_path), *options)
        assert done.returncode in (0, 1, 2) and b"Traceback" not in done.stderr
        if "--letter" not in options:
            assert all(o == 10 or 32 <= o < 127 for o in done.stdout)


def test_many_heads_of_one_chain_take_no_time(tmp_path):
    """Each names the same thousands of pages: they are read once."""
    image = SpoolImage()
    pages = [s * SECTOR_PAGES + p for s in range(1, SECTORS) for p in BODY_PAGES]
    for index, page in enumerate(pages):
        following = pages[index + 1] if index + 1 < len(pages) else 0
        image.body_page(page, 7, index, following, b"x" * 240)
    for head in HEAD_PAGES:
        image.record(head, HEAD_LETTER, "H", 1, struct.pack("<HII", 3, 7, 900))
        image.commit(head, [pages[0], pages[-1]], b"")
    told = dump(image, tmp_path, 1)
    assert len(told["letters"]) == len(HEAD_PAGES)
    assert sum(one["pages"] for one in told["letters"]) < len(pages) + len(HEAD_PAGES)
