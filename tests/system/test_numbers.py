# SPDX-License-Identifier: MIT
"""
What one letter of 1 KiB costs, and the start with a full flash, measured on the running box and
held to their limits.
"""

import pytest

from client import letter
from flash_image import SECTORS, FlashImage
from measured import measured

INSTRUCTIONS = 1_000_000
START_INSTRUCTIONS = 20_000_000
FULL = SECTORS - 4  # what the class that leaves the least leaves free
NS_PER_INSTRUCTION = 128  # tools/emulate --icount
SENDER, RECIPIENT = "box@example.net", "ops@example.org"


def cost(device, peer, key):
    """By how much a key of `status` grows while one letter comes in and goes out."""
    text = letter(1024)
    assert len(text) == 1024
    before = device.status()[key]
    device.submit(text, SENDER, [RECIPIENT])
    peer.wait_taken(len(peer.taken()) + 1)
    return device.wait_empty()[key] - before


@pytest.mark.icount
@pytest.mark.parametrize("board", ["emcraft-sf2"], indirect=True)
def test_instructions_awake_for_a_letter(device, smart_host):
    peer = smart_host()
    cost(device, peer, "awake_us")  # the first letter opens the flash's first pages
    instructions = cost(device, peer, "awake_us") * 1000 // NS_PER_INSTRUCTION
    measured["instructions awake for a letter of 1 KiB"] = instructions
    assert instructions <= INSTRUCTIONS


def test_flash_programmed_for_a_letter(device, smart_host, board):
    peer = smart_host()
    cost(device, peer, "programmed")
    programmed = cost(device, peer, "programmed")
    measured[f"bytes programmed for a letter of 1 KiB, {board}"] = programmed
    assert programmed <= 1.25 * (1024 + len(SENDER) + len(RECIPIENT)) + 128


def start_instructions(boxes, path, sectors, sent):
    """From reset to the first reply of the console, the flash holding so many full sectors."""
    image = FlashImage(letter(1000), sectors, sent)
    image.write(path)
    device = boxes(flash=path, net="none", icount=True)
    device.start(wait_network=False)
    status = device.status()
    assert status["letters"] == (0 if sent else image.letters)
    return status["awake_us"] * 1000 // NS_PER_INSTRUCTION


@pytest.mark.parametrize("board", ["emcraft-sf2"], indirect=True)
@pytest.mark.parametrize("sent", [False, True], ids=["waiting", "sent"])
def test_instructions_to_start_with_a_full_flash(boxes, tmp_path, sent):
    none, half, full = (start_instructions(boxes, tmp_path / "image", sectors, sent)
                        for sectors in (1, FULL // 2, FULL))
    measured[f"instructions to start, 10,000 letters {'sent' if sent else 'waiting'}"] = full
    assert full <= START_INSTRUCTIONS
    assert abs((full - half) - (half - none)) <= 0.05 * full, "not linear in used sectors"
