# SPDX-License-Identifier: MIT
"""tools/spool_tear: tears what was under way, the same for the same seed, and nothing else."""

import importlib.machinery
import importlib.util
import struct
import zlib

import pytest
from spool_image import OFFSET, ROOT, SpoolImage, tool

HEAD = 16
SEEDS = range(6)
BLANK = b"\xff" * 16
MANY = range(400)  # of what is only chosen, and not written


def tear(image, tmp_path, seed):
    """(what is said, {unit of the spool: its 16 octets now} of the units that changed)."""
    path = image.write(tmp_path)
    done = tool("spool_tear", path, "--seed", seed)
    assert (done.returncode, done.stderr) == (0, b"")
    after = path.read_bytes()
    assert len(after) == len(image.octets) and after[:OFFSET] == image.octets[:OFFSET]
    units = range(OFFSET, len(after), 16)
    return done.stdout.decode(), {(at - OFFSET) // 16: after[at:at + 16] for at in units
                                  if after[at:at + 16] != image.octets[at:at + 16]}


def with_letter():
    image = SpoolImage()
    text = b"x" * 2000
    chain = image.letter(HEAD, 7, text)
    image.intent(0, 1, HEAD, image.commit(HEAD, chain, text))
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
            yield at // 16, octets, words

    return chosen


def is_valid(unit):
    return zlib.crc32(unit[:12]) == struct.unpack("<I", unit[12:16])[0]


def test_only_blank_units_are_touched(choose):
    image, chain = with_letter()
    image.note("V", 255, b"")
    image.put(chain[3], 0, BLANK * 16)  # of another letter, taken and not yet written
    touched = set()
    for unit, octets, words in choose(image):
        before = image.octets[OFFSET + 16 * unit:][:len(octets)]
        assert before == b"\xff" * len(octets), words
        touched.add(unit // 16)
    assert touched == {1, HEAD + 1, image.body, chain[3], 256}  # journal, head, bodies, header


def test_what_was_not_announced_is_never_whole(choose):
    image = SpoolImage()
    for _, octets, words in choose(image):
        assert len(octets) > 16 or not is_valid(octets), words
        if len(octets) > 16:  # a body page
            assert zlib.crc32(octets[16:], zlib.crc32(octets[:12])) != struct.unpack(
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
    assert {unit for unit, _, _ in chosen} == {16 + 4}
    assert any(is_valid(octets) for _, octets, _ in chosen), "it may come out whole"


@pytest.mark.parametrize("is_blank", [False, True])
@pytest.mark.parametrize("is_whole", [False, True])
def test_a_later_start_confirms_no_commit(choose, is_blank, is_whole):
    """It makes void what it found pending: no V may come out whole, and no unit be touched."""
    image, chain = with_letter()
    announced = image.commit(HEAD, chain, b"x" * 2000)
    if is_blank:
        image.put(HEAD, 1, BLANK)
    image.notes = 0
    image.header(1, erases=1, sequence=6)
    image.note("S", 255, struct.pack("<HII", 4, 1001, 9), sector=1)
    image.note("I", 1, struct.pack("<H", HEAD) + announced, sector=1)
    if is_whole:
        image.note("M", 255, b"", sector=1)
    for unit, octets, words in choose(image):
        if not is_blank or is_whole:
            assert unit // 16 != HEAD, words
        assert len(octets) > 16 or not is_valid(octets), words


@pytest.mark.parametrize("seed", SEEDS)
def test_an_announced_record_may_come_out_whole(tmp_path, seed):
    image = SpoolImage()
    image.letter(HEAD, 7)
    image.intent(1, 5, HEAD, struct.pack("<HHI", 2, 0xFFFF, 1100))
    said, changed = tear(image, tmp_path, seed)
    assert said.startswith(f"record announced at page {HEAD} unit 5")
    image.record(HEAD, 5, "t", 0, struct.pack("<HHHI", 3, 2, 0xFFFF, 1100))
    record = image.octets[OFFSET + HEAD * 256 + 80:][:16]
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
    image.letter(2 * 256 + HEAD, 3)
    image.header(2, erases=1, sequence=4)
    image.note("X", 255, struct.pack("<H", 2))
    said, changed = tear(image, tmp_path, seed)
    assert said.startswith("erase of sector 2") and {unit // 4096 for unit in changed} == {2}


def test_an_erase_that_failed_is_not_under_way(choose):
    """Its X stands for ever; a record after it shows that the erase has ended."""
    image = SpoolImage()
    image.letter(2 * 256 + HEAD, 3)
    image.header(2, erases=1, sequence=4)
    image.note("X", 255, struct.pack("<H", 2))
    image.note("T", 255, struct.pack("<HII", 3, 1000, 0))
    assert {unit // 4096 for unit, _, _ in choose(image)} == {0, 1}


def test_an_erase_that_left_its_header_is_over(tmp_path):
    image = SpoolImage()
    image.header(2, erases=1)
    image.note("X", 255, struct.pack("<H", 2))
    assert "erase" not in tear(image, tmp_path, 1)[0]


def test_the_first_erase_of_a_start_is_not_noted(tmp_path):
    """The last start noted and erased sector 1; now it is blank without a header."""
    image = SpoolImage()
    image.note("X", 255, struct.pack("<H", 1))
    image.note("Y", 255, struct.pack("<H", 1))
    assert "erase" not in tear(image, tmp_path, 1)[0]
    image.put(256, 0, b"\xff" * 16)
    said, changed = tear(image, tmp_path, 1)
    assert said.startswith("erase of sector 1") and {unit // 4096 for unit in changed} == {1}


def test_what_cannot_be_torn_is_told(tmp_path):
    (tmp_path / "flash").write_bytes(bytes(1 << 20))
    done = tool("spool_tear", tmp_path / "flash", "--seed", 1)
    assert done.returncode == 2 and b"is no spool" in done.stderr
    assert (tmp_path / "flash").read_bytes() == bytes(1 << 20)
    assert tool("spool_tear", tmp_path / "none", "--seed", 1).returncode == 2
