# SPDX-License-Identifier: MIT
"""What one letter of 1 KiB costs, measured on the running box and held to its limits."""

import pytest

from client import letter
from measured import measured

INSTRUCTIONS = 1_000_000
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
