# SPDX-License-Identifier: MIT
"""tools/spool_tear: tears what was under way, the same for the same seed, and nothing else."""

import importlib.machinery
import importlib.util
import struct
import zlib

import pytest
from spool_image import ROOT, SpoolImage, tool
from spool_layout import (
    FIRST_HEAD, HEAD_COMMIT, HEAD_STRIP, INTENT_COMMIT, INTENT_TRY, JOURNAL_PAGES, OFFSET, PAGE,
    PAGE_UNITS, SECTOR_PAGES, UNIT)

HEAD = FIRST_HEAD  # of sector 0
SECTOR_UNITS = SECTOR_PAGES * PAGE_UNITS
SEEDS = range(6)
BLANK = b"\xff" * UNIT
MANY = range(400)  # of what is only chosen, and not written


def tear(image, tmp_path, seed):
    """(what is said, {unit of the spool: its octets now} of the units that changed)."""
    path = image.write(tmp_path)
    done = tool("spool_tear", path, "--seed", seed)
    assert (done.returncode, done.stderr) == (0, b"")
    after = path.read_bytes()
    assert len(after) == len(image.octets) and after[:OFFSET] == image.octets[:OFFSET]
    units = range(OFFSET, len(after), UNIT)
    return done.stdout.decode(), {(at - OFFSET) // UNIT: after[at:at + UNIT] for at in units
                                  if after[at:at + UNIT] != image.octets[at:at + UNIT]}


def with_letter():
    image = SpoolImage()
    text = b"x" * 2000
    chain = image.letter(HEAD, 7, text)
    image.intent(INTENT_COMMIT, HEAD_COMMIT, HEAD, image.commit(HEAD, chain, text))
    return image, chain


@pytest.fixture
def choose(tmp_path, monkeypatch):
    """choose(image): what each of MANY seeds would tear: (first unit, octets, words)."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    loader = importlib.machinery.SourceFileLoader("spool_tear", str(ROOT / "tools/spool_tear"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("spool_tear", loader))
    loader.exec_module(module)

    def chosen(image):
        path = image.write(tmp_path)
        for seed in MANY:
            at, octets, words = module.Tear(module.spool.Flash(path), seed).choose()
            yield at // UNIT, octets, words

    return chosen


def sectors_of(units):
    return {unit // SECTOR_UNITS for unit in units}


def is_valid(unit):
    return zlib.crc32(unit[:12]) == struct.unpack("<I", unit[12:16])[0]


def test_only_blank_units_are_touched(choose):
    image, chain = with_letter()
    image.note("V")
    image.put(chain[3], 0, BLANK * PAGE_UNITS)  # of another letter, taken and not yet written
    touched = set()
    for unit, octets, words in choose(image):
        before = image.octets[OFFSET + UNIT * unit:][:len(octets)]
        assert before == b"\xff" * len(octets), words
        touched.add(unit // PAGE_UNITS)
    assert touched == {JOURNAL_PAGES[0], HEAD + 1, image.body, chain[3], SECTOR_PAGES}


def test_what_was_not_announced_is_never_whole(choose):
    image = SpoolImage()
    for _, octets, words in choose(image):
        assert len(octets) > UNIT or not is_valid(octets), words
        if len(octets) > UNIT:  # a body page
            assert zlib.crc32(octets[UNIT:], zlib.crc32(octets[:12])) != struct.unpack(
                "<I", octets[12:16])[0], words


def test_each_way_is_gone(tmp_path):
    said = {tear(SpoolImage(), tmp_path, seed)[0].split(" at ")[0] for seed in range(30)}
    assert said == {"note", "head", "body page", "opening of a sector"}


def test_the_same_seed_tears_alike(tmp_path):
    image, _ = with_letter()
    assert tear(image, tmp_path, 5) == tear(image, tmp_path, 5)
    assert len({tear(image, tmp_path, seed)[0] for seed in SEEDS}) > 3


def test_after_a_commit_only_its_confirmation_can_be_torn(choose):
    image, _ = with_letter()
    chosen = list(choose(image))
    assert {unit for unit, _, _ in chosen} == {JOURNAL_PAGES[0] * PAGE_UNITS + 4}
    assert any(is_valid(octets) for _, octets, _ in chosen), "it may come out whole"


@pytest.mark.parametrize("is_blank", [False, True])
@pytest.mark.parametrize("is_whole", [False, True])
def test_a_later_start_confirms_no_commit(choose, is_blank, is_whole):
    """It makes void what it found pending: no V may come out whole, and no unit be touched."""
    image, chain = with_letter()
    announced = image.commit(HEAD, chain, b"x" * 2000)
    if is_blank:
        image.put(HEAD, HEAD_COMMIT, BLANK)
    image.notes = 0
    image.header(1, erases=1, sequence=6)
    image.start(4, 1001, 9, sector=1)
    image.intent(INTENT_COMMIT, HEAD_COMMIT, HEAD, announced, sector=1)
    if is_whole:
        image.note("M", sector=1)
    for unit, octets, words in choose(image):
        if not is_blank or is_whole:
            assert unit // PAGE_UNITS != HEAD, words
        assert len(octets) > UNIT or not is_valid(octets), words


@pytest.mark.parametrize("seed", SEEDS)
def test_an_announced_record_may_come_out_whole(tmp_path, seed):
    image = SpoolImage()
    image.letter(HEAD, 7)
    image.intent(INTENT_TRY, HEAD_STRIP, HEAD, struct.pack("<HHI", 2, 0xFFFF, 1100))
    said, changed = tear(image, tmp_path, seed)
    assert said.startswith(f"record announced at page {HEAD} unit {HEAD_STRIP}")
    image.record(HEAD, HEAD_STRIP, "t", 0, struct.pack("<HHHI", 3, 2, 0xFFFF, 1100))
    record = image.octets[OFFSET + HEAD * PAGE + HEAD_STRIP * UNIT:][:UNIT]
    for octets in changed.values():
        assert all(torn & whole == whole for torn, whole in zip(octets, record)), "bits only fall"


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unannounced_one_never_does(tmp_path, seed):
    image = SpoolImage()
    tear(image, tmp_path, seed)
    told = tool("spool_dump", tmp_path / "flash").stdout.decode()
    assert "letters      0" in told and "powered time 1000 s" in told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_noted_erase_is_torn_within_its_sector(tmp_path, seed):
    image = SpoolImage()
    image.letter(2 * SECTOR_PAGES + HEAD, 3)
    image.header(2, erases=1, sequence=4)
    image.erase(2)
    said, changed = tear(image, tmp_path, seed)
    assert said.startswith("erase of sector 2") and sectors_of(changed) == {2}


def test_an_erase_that_failed_is_not_under_way(choose):
    """Its X stands for ever; a record after it shows that the erase has ended."""
    image = SpoolImage()
    image.letter(2 * SECTOR_PAGES + HEAD, 3)
    image.header(2, erases=1, sequence=4)
    image.erase(2)
    image.time(3, 1000)
    assert sectors_of(unit for unit, _, _ in choose(image)) == {0, 1}


def test_an_erase_that_left_its_header_is_over(tmp_path):
    image = SpoolImage()
    image.header(2, erases=1)
    image.erase(2)
    assert "erase" not in tear(image, tmp_path, 1)[0]


def test_the_first_erase_of_a_start_is_not_noted(tmp_path):
    """The last start noted and erased sector 1; now it is blank without a header."""
    image = SpoolImage()
    image.erase(1)
    image.erase_over(1)
    assert "erase" not in tear(image, tmp_path, 1)[0]
    image.put(SECTOR_PAGES, 0, BLANK)
    said, changed = tear(image, tmp_path, 1)
    assert said.startswith("erase of sector 1") and sectors_of(changed) == {1}


def test_what_cannot_be_torn_is_told(tmp_path):
    (tmp_path / "flash").write_bytes(bytes(1 << 20))
    done = tool("spool_tear", tmp_path / "flash", "--seed", 1)
    assert done.returncode == 2 and b"is no spool" in done.stderr
    assert (tmp_path / "flash").read_bytes() == bytes(1 << 20)
    assert tool("spool_tear", tmp_path / "none", "--seed", 1).returncode == 2
