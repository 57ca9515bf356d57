# SPDX-License-Identifier: MIT
"""
A flash without room: 452, and room again once letters have left. The host's build fills the
flash; the board, which knows the same format, goes on from there.
"""

import pytest

from client import letter
from device import Device

ROOM_LEFT = 150_000  # octets: three sectors
LATE = 300_000
GREATEST = 8_000_000


@pytest.fixture(scope="module")
def full_flash(images, tmp_path_factory):
    """A flash file, and the texts of the letters that fill it."""
    box = Device("host", images("host", "main"), tmp_path_factory.mktemp("full"))
    box.start()
    texts = []
    while (room := box.status()["room"]) > LATE:
        texts.append(letter(min(GREATEST, room - ROOM_LEFT), subject=f"Part {len(texts)}"))
        box.submit(texts[-1])
    box.stop()
    yield box.flash, texts
    box.flash.unlink()


def test_full_flash_answers_452_until_letters_leave(boxes, full_flash, smart_host):
    flash, texts = full_flash
    device = boxes(flash)
    device.start()
    assert device.status()["letters"] == len(texts)
    late = letter(LATE)
    with device.connect() as client:
        client.hello()
        announced = client.say(f"MAIL FROM:<box@example.net> SIZE={len(late)}")
        assert announced == (452, "4.3.1 No room in the flash: see that queued mail gets out")
        assert client.send(late) == announced, "not announced, it is refused after its text"
        assert client.say("NOOP").code == 250
    status = device.status()
    assert (status["letters"], status["intake_refused_full"]) == (len(texts), 2)
    # Its own alerts find room that letters from outside must leave.
    assert device.command("alert error The flash is full")[-1].startswith("OK kept as")
    peer = smart_host()
    peer.wait_taken(len(texts) + 1, 60)
    for text in texts:
        assert any(taken.text.endswith(text) for taken in peer.taken()), "a letter has changed"
    device.wait_empty()
    device.submit(late)
    peer.wait_taken(len(texts) + 2)
    device.wait_empty()
