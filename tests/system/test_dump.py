# SPDX-License-Identifier: MIT
"""tools/spool_dump on the flash of a box that lost power: it tells what the box knew."""

import json
import subprocess

import pytest

from client import letter
from device import TREE
from peer import Scene
from waiting import until

OFFSET = 131072


def spool_dump(flash, *options):
    return subprocess.run([TREE / "tools/spool_dump", flash, *options], capture_output=True,
                          check=False, timeout=60)


def told(flash, status=0):
    done = spool_dump(flash, "--json")
    assert (done.returncode, done.stderr) == (status, b"")
    return json.loads(done.stdout)


def test_a_new_flash_is_an_empty_spool(device):
    device.wait_erases()
    boot = device.status()["boot"]
    device.kill()
    found = told(device.flash)
    assert (found["letters"], found["boot"], found["next_id"]) == ([], boot, 1)
    assert found["wear"]["ready"] == 3 and found["findings"] == []


def test_waiting_dead_and_sent_letters(device, smart_host):
    """Of three letters one is refused for good, one is sent, one waits with its tries."""
    later = "450 4.1.8 later"
    peer = smart_host(Scene(), Scene(mail="550 5.7.1 no"), *[Scene(mail=later)] * 9)
    device.submit(sender="sent@example.net")
    peer.wait_taken()
    device.wait_empty()
    dead = device.submit(sender="dead@example.net")
    device.wait_status(dead=1)
    text = letter(5000, subject="The one that waits")
    waits = device.submit(text, "waits@example.net", ["a@example.org", "b@example.org"])
    until(lambda: any(one["tries"] >= 2 for one in device.queue()[1] if one["letter"] == waits),
          "two tries")
    device.kill()
    found = told(device.flash)
    letters = {one["id"]: one for one in found["letters"]}
    assert set(letters) == {dead, waits}
    assert letters[dead]["dead"] and not letters[waits]["dead"]
    assert letters[dead]["recipients"][0]["state"] == "given up"
    one = letters[waits]
    assert one["connectors"][0]["tries"] in (2, 3)  # the next may have begun meanwhile
    assert (one["sender"], one["subject"], one["size"]) == ("waits@example.net",
                                                            "The one that waits", 5000)
    assert [(r["address"], r["state"]) for r in one["recipients"]] == [
        ("a@example.org", "waiting"), ("b@example.org", "waiting")]
    assert one["came"]["helo"] == "client.example.net" and one["trouble"] is None
    assert spool_dump(device.flash, "--letter", str(waits)).stdout == text


@pytest.mark.parametrize("board", ["host"], indirect=True)
def test_damage_is_named_and_hides_only_itself(device):
    numbers = [device.submit(letter(3000, subject=f"number {n}")) for n in range(2)]
    device.kill()
    flash = bytearray(device.flash.read_bytes())
    at = flash.index(b"Subject: number 0", OFFSET)
    flash[at + 9] ^= 4
    damaged = device.directory / "damaged"
    damaged.write_bytes(flash)
    found = told(damaged, 1)
    first, second = found["letters"]
    assert [first["id"], second["id"]] == numbers
    assert "does not check out" in first["trouble"] and second["trouble"] is None
    assert any(f"letter {numbers[0]}" in one["words"] for one in found["findings"])
    done = spool_dump(damaged)
    assert done.returncode == 1 and f"letter {numbers[0]} (damaged)".encode() in done.stdout
