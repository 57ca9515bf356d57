# SPDX-License-Identifier: MIT
"""What a device keeps for itself: entered, changed, removed, and then nowhere in the flash."""

import base64
import subprocess

import pytest

from device import TREE
from waiting import until

pytestmark = pytest.mark.config("settings")

FIRST = "correct-horse-battery"
SECOND = "staple of another kind"


def forms(secret):
    """A secret as it may stand in a flash: raw, in base64 wherever it begins, UTF-16, hex."""
    octets = secret.encode()
    yield octets
    for before in range(3):
        text = base64.b64encode(bytes(before) + octets)
        yield text[(0, 2, 3)[before]:-4]
    yield secret.encode("utf-16-le")
    yield secret.encode("utf-16-be")
    yield octets.hex().encode()
    yield octets.hex().upper().encode()


def count(octets, secret):
    return sum(octets.count(form) for form in forms(secret))


def found(device, secret):
    """How often it stands in the flash file, in any form."""
    return count(device.flash.read_bytes(), secret)


def test_each_form_is_found():
    """What is said to be gone was looked for."""
    around = [b"\0user=" + bytes(before) + FIRST.encode() + b"\0x" for before in range(3)]
    for octets in [FIRST.encode(), *map(base64.b64encode, around), FIRST.encode("utf-16-le"),
                   FIRST.encode("utf-16-be"), FIRST.encode().hex().encode(),
                   FIRST.encode().hex().upper().encode()]:
        assert count(b"\xff" + octets + b"\xff", FIRST) >= 1, octets
        assert count(b"\xff" + octets + b"\xff", SECOND) == 0


def say(device, text):
    device._process.stdin.write(text.encode() + b"\r")
    device._process.stdin.flush()


def enter(device, command, *lines):
    """A command that asks; the last line of its reply."""
    console = device.console
    mark = console.mark()
    say(device, command)
    for line in lines:
        until(lambda: console.partial.startswith("value: "), "being asked")
        asked = console.mark()
        say(device, line)
        until(lambda: console.mark() > asked, "the end of the line")

    def reply():
        lines = [line for line in console.lines[mark:] if line.startswith(("OK", "ERR"))]
        return lines[-1] if lines else None

    return until(reply, f"the reply to {command}")


def settings(device):
    lines = device.command("settings")
    assert lines[-1] == f"OK {len(lines) - 1} values"
    return lines[:-1]


def test_password_is_kept_changed_and_gone(device):
    assert enter(device, "set password smarthost", FIRST) == "OK kept"
    assert settings(device) == ["kind=password name=smarthost"]
    assert found(device, FIRST) == 1
    device.restart()
    assert settings(device) == ["kind=password name=smarthost"]
    assert enter(device, "set password smarthost", SECOND) == "OK kept"
    assert (found(device, FIRST), found(device, SECOND)) == (0, 1)
    device.reboot()
    assert found(device, SECOND) == 1
    assert device.command("unset password smarthost") == ["OK gone from the flash"]
    assert found(device, SECOND) == 0
    assert device.command("unset password smarthost") == [
        "ERR 404 no such value: see settings"]
    shown = "".join(line for console in device.history for line in console.lines)
    assert FIRST not in shown and SECOND not in shown, "a secret was shown"


def test_a_secret_typed_into_the_command_is_refused_and_not_recalled(device):
    (reply,) = device.command(f"set password smarthost {FIRST}")
    assert reply.startswith("ERR 400 a secret is not typed")
    mark = device.console.mark()
    say(device, "\x1b[A")
    until(lambda: device.console.mark() > mark or device.console.partial, "a prompt")
    assert FIRST not in device.console.partial
    assert found(device, FIRST) == 0


def test_all_kinds_then_wipe(device):
    token = ["part-one-" * 12, "part-two-" * 12, "part-three-" * 10]
    pin = "00112233445566778899aabbccddeeff" * 2
    assert enter(device, "set password smarthost", FIRST) == "OK kept"
    assert enter(device, "set token smarthost", *token, ".") == "OK kept"
    assert device.command("set user smarthost box@example.org") == ["OK kept"]
    assert device.command("set host box.example.org") == ["OK kept"]
    assert device.command(f"set pin smarthost {pin}") == ["OK kept"]
    assert device.command(f"set pin smarthost {':'.join([pin[:2]] * 32)}") == ["OK kept"]
    listed = ["kind=password name=smarthost", "kind=token name=smarthost",
              "kind=user name=smarthost value=box@example.org",
              "kind=host value=box.example.org",
              "kind=pin name=smarthost", "kind=pin name=smarthost"]
    assert settings(device) == listed
    device.restart()
    assert settings(device) == listed
    assert "".join(token).encode()[:200] in device.flash.read_bytes()
    assert device.command("unset pin smarthost 1") == ["OK gone from the flash"]
    assert bytes.fromhex(pin) not in device.flash.read_bytes()
    assert device.command("unset token smarthost") == ["OK gone from the flash"]
    assert found(device, token[1]) == 0
    assert device.command("wipe") == ["ERR 400 usage: wipe yes"]
    assert device.command("wipe yes") == ["OK gone from the flash"]
    assert settings(device) == []
    for gone in (FIRST, "box@example.org", "box.example.org"):
        assert found(device, gone) == 0


@pytest.mark.parametrize("command, code", [
    ("set", 400), ("set colour red", 400), ("set seed", 400), ("unset", 400),
    ("set host not a name", 400), ("set pin smarthost 12", 400),
    ("unset pin smarthost 0", 400), ("set user nobody x", 404), ("unset user nobody", 404),
    ("unset host", 404), ("wipe no", 400)])
def test_what_is_wrong_is_refused(device, command, code):
    (reply,) = device.command(command)
    assert reply.startswith(f"ERR {code} "), reply


@pytest.mark.parametrize("line", ["", "\x03"])
def test_an_entry_can_be_dropped(device, line):
    assert enter(device, "set password smarthost", FIRST) == "OK kept"
    reply = enter(device, "set password smarthost", line)
    assert reply == "ERR 400 no value came: nothing was changed"
    assert enter(device, "set token smarthost", SECOND, line) == reply
    assert settings(device) == ["kind=password name=smarthost"]
    assert (found(device, FIRST), found(device, SECOND)) == (1, 0)


# Power is cut at the sight of so many changes of the settings in the flash, or of the reply.
# tests/flash/test_settings.c takes all instants; here a cut is one only on the host (device.py).
INSTANTS = range(6)
SETTINGS_SIZE = 2 * 65536


def cut(device, mark, changes):
    last = None
    while changes >= 0 and not any(line.startswith("OK") for line in device.console.lines[mark:]):
        with open(device.flash, "rb") as flash:
            now = flash.read(SETTINGS_SIZE)
        changes -= now != last
        last = now
    device.restart()


@pytest.mark.parametrize("board", ["host"])
@pytest.mark.parametrize("changes", INSTANTS)
def test_a_cut_in_a_change_leaves_the_old_or_the_new(device, changes):
    assert enter(device, "set password smarthost", FIRST) == "OK kept"
    for old, new in ((FIRST, SECOND), (SECOND, FIRST)):
        mark = device.console.mark()
        say(device, "set password smarthost")
        until(lambda: device.console.partial.startswith("value: "), "being asked")
        say(device, new)
        cut(device, mark, changes)
        until(lambda: found(device, old) + found(device, new) == 1, "one of the two")
        assert settings(device) == ["kind=password name=smarthost"]
        if found(device, old):
            assert enter(device, "set password smarthost", new) == "OK kept"
        assert (found(device, old), found(device, new)) == (0, 1)


@pytest.mark.parametrize("board", ["host"])
@pytest.mark.parametrize("changes", INSTANTS)
def test_a_cut_in_a_removal_leaves_it_or_nothing(device, changes):
    assert enter(device, "set password smarthost", FIRST) == "OK kept"
    assert found(device, FIRST) == 1
    mark = device.console.mark()
    say(device, "unset password smarthost")
    cut(device, mark, changes)
    if settings(device):
        until(lambda: found(device, FIRST) == 1, "one of it")
        assert device.command("unset password smarthost") == ["OK gone from the flash"]
    until(lambda: found(device, FIRST) == 0, "nothing of it")


def test_the_box_has_the_name_that_was_set(device, smart_host):
    peer = smart_host()
    assert device.command("set host box.example.org") == ["OK kept"]
    with device.connect() as client:
        assert client.hello().text.split()[0] == "box.example.org"
    device.restart()
    device.submit(recipients=["ops@example.org"])
    (taken,) = peer.wait_taken()
    assert peer.commands(0)[0] == "EHLO box.example.org"
    assert b"by box.example.org" in taken.text
    assert device.command("unset host") == ["OK gone from the flash"]
    with device.connect() as client:
        assert client.hello().text.split()[0] == "flashpost.example"


def seeds(flash):
    """The seeds in a flash file, by firmware/settings/FORMAT.md."""
    octets = flash.read_bytes()[:2 * 65536]
    pages = (octets[at:at + 256] for at in range(0, len(octets), 256))
    return [page[12:12 + page[1]] for page in pages if page[0] == ord("V") and page[2] == 7]


def test_a_seed_is_renewed_at_each_start(boxes, empty_flash, tmp_path):
    flash = tmp_path / "flash"
    flash.write_bytes(empty_flash.read_bytes())
    subprocess.run([TREE / "tools/provision", flash], check=True)
    (seed,) = known = seeds(flash)
    assert len(seed) == 32
    again = subprocess.run([TREE / "tools/provision", flash], capture_output=True, text=True)
    assert again.returncode != 0 and "settings already" in again.stderr
    device = boxes(flash=flash)
    for _ in range(3):
        device.launch() if not device.running else device.reboot()
        device.console.wait_prompt()
        (seed,) = until(lambda: len(now := seeds(device.flash)) == 1 and now[0] not in known
                        and now, "another seed, and only that")
        device.wait_status(random="strong")
        assert settings(device) == ["kind=seed"]
        assert all(old not in device.flash.read_bytes() for old in known)
        known.append(seed)
