# SPDX-License-Identifier: MIT
"""
What one letter of 1 KiB costs, and the start with a full flash, measured on the running box and
held to their limits.
"""

import ssl

import pytest

from client import letter
from flash_image import SECTORS, FlashImage
from instructions import Instructions
from measured import measured
from test_clock import chrony  # noqa: F401, a fixture
from test_tls import DOMAIN, REQUIRED, server  # noqa: F401, a fixture
from tls import KEYS

INSTRUCTIONS = 1_000_000
FULL_OUTSIDE = 1_500_000  # of a delivery with a full RSA-2048 handshake, outside BearSSL
RESUMED = 2_000_000  # of one with a session resumed, in all
START_INSTRUCTIONS = 20_000_000
FULL = SECTORS - 4  # what the class that leaves the least leaves free
NS_PER_INSTRUCTION = 128  # tools/emulate --icount
SENDER, RECIPIENT = "box@example.net", "ops@example.org"


def cost(device, peer, key, recipient=RECIPIENT):
    """By how much a key of `status` grows while one letter comes in and goes out."""
    text = letter(1024)
    assert len(text) == 1024
    before = device.status()[key]
    mark = device.console.mark()
    device.submit(text, SENDER, [recipient])
    peer.wait_taken(len(peer.taken()) + 1, 60)
    peer.wait_closed()
    device.console.wait_log("relay sent", mark)  # each look at `status` costs, too
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


@pytest.mark.config("tls")
@pytest.mark.usefixtures("certificates", "chrony")
@pytest.mark.parametrize("board", ["emcraft-sf2"], indirect=True)
@pytest.mark.parametrize("kind", KEYS)
def test_instructions_of_tls(boxes, images, board, certificates, server, tmp_path, kind):  # noqa: F811
    """Two letters, the first with a full handshake, the second with its session resumed."""
    instructions = Instructions(tmp_path, images(board, "tls"))
    device = boxes(icount=True, plugin=instructions.plugin)
    device.start()
    device.console.wait_log("clock set")

    def like_postfix(context):
        """Sessions by ID, and the client's order of ciphers."""
        context.options |= ssl.OP_NO_TICKET
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE

    peer = server(REQUIRED, certificates.context(kind, configure=like_postfix))
    recipient = f"ops@{DOMAIN[REQUIRED]}"
    found = []
    for _ in range(2):
        instructions.begin()
        awake = cost(device, peer, "awake_us", recipient) * 1000 // NS_PER_INSTRUCTION
        counted = instructions.by_owner()
        found.append((awake, sum(counted.values()), sum(counted.values()) - counted["bearssl"]))
        measured[f"instructions, {kind}, {'resumed' if len(found) > 1 else 'full'}"] = (
            f"{awake} awake; counted {sum(counted.values())}: {dict(counted)}")
    assert [resumed for _, _, resumed in peer.sessions] == [False, True]
    (_, _, outside), (awake, _, _) = found
    assert outside <= FULL_OUTSIDE
    assert awake <= RESUMED
