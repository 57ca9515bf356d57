# SPDX-License-Identifier: MIT
"""Whom one device trusts: pins and trust anchors that its console was given, and nobody's image."""

import re
import ssl

import pytest

from device import config_number
from peer import HANG, Peer, Scene
from test_clock import answers, chrony  # noqa: F401, chrony is a fixture
from test_settings import enter, say
from test_tls import box  # noqa: F401, a fixture
from tls import KEYS, NAME, Signer
from waiting import until

pytestmark = [pytest.mark.config("trust"), pytest.mark.usefixtures("certificates")]

REQUIRED, PINNED = 1, 2
DOMAIN = {REQUIRED: "example.org", PINNED: "pinned.example"}
ROUTE = {REQUIRED: "required", PINNED: "pinned"}


@pytest.fixture
def server():
    """A function that starts the peer of one connector; it resumes sessions by their ID."""
    started = []

    def start(connector, context, *scenes):
        context.options |= ssl.OP_NO_TICKET
        port = config_number("trust", f"CONNECTOR_{connector}_PORT")
        started.append(Peer(port, tls=context).play(*scenes))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()


def submit(box, connector):
    return box.submit(recipients=(f"ops@{DOMAIN[connector]}",))


def delivers(box, peer, connector):
    count = len(peer.taken())
    submit(box, connector)
    peer.wait_taken(count + 1, 60)
    box.wait_empty()


def refuses(box, peer, connector, cause):
    """Nothing more goes; the letter is deleted. The remedy."""
    count, mark = len(peer.taken()), box.console.mark()
    letter = submit(box, connector)
    found = box.console.wait_log(
        f'route-failed route={ROUTE[connector]} tries=\\d+ cause={cause} remedy="(.*)"', mark)
    assert len(peer.taken()) == count
    box.command(f"freeze {ROUTE[connector]}")
    box.wait_status(**{f"route_{ROUTE[connector]}": "frozen"})
    assert box.command(f"delete {letter}")[-1].startswith("OK")
    box.command(f"unfreeze {ROUTE[connector]}")
    return found[1]


# ---- Pins --------------------------------------------------------------------------------------


def test_pins_of_the_device(box, server, certificates, tmp_path):
    leaf = Signer(NAME, "p256", ca=False, host=NAME)
    leaf.save(tmp_path / "leaf")
    files = tmp_path / "leaf.pem", tmp_path / "leaf.key"
    peer = server(PINNED, certificates.context(files=files))
    remedy = refuses(box, peer, PINNED, "tls-pin")
    assert remedy.endswith("set pin, or CONNECTOR_2_PINS")
    assert box.command(f"set pin pinned {'00' * 32}") == ["OK kept"]
    refuses(box, peer, PINNED, "tls-pin")
    assert box.command(f"set pin pinned {leaf.pin()}") == ["OK kept"]
    for _ in range(2):
        delivers(box, peer, PINNED)
    assert [resumed for _, _, resumed in peer.sessions][-2:] == [False, True]
    box.restart()
    box.console.wait_log("clock set")
    delivers(box, peer, PINNED)
    assert box.command("unset pin pinned 2") == ["OK gone from the flash"]
    refuses(box, peer, PINNED, "tls-pin")


# ---- Trust anchors -----------------------------------------------------------------------------


def add(box, label, certificate):
    """The last line of the reply to `ta add`."""
    return enter(box, f"ta add {label}", *certificate.decode().splitlines())


def anchors(box):
    lines = box.command("ta list")
    assert lines[-1] == f"OK {len(lines) - 1} values"
    return lines[:-1]


def shown(root, label, key):
    day = root.certificate.not_valid_after.strftime("%Y%m%d")
    return f"kind=anchor name={label} key={key} last_day={day} pin={root.pin()[:16]}..."


@pytest.mark.parametrize("kind, key", [("rsa4096", "rsa-4096"), ("p384", "p-384")])
def test_an_anchor_of_the_device(box, server, certificates, kind, key):
    root = Signer("Private root", kind)
    between = Signer("Private intermediate", kind, root)
    peer = server(REQUIRED, certificates.context(kind, between))
    remedy = refuses(box, peer, REQUIRED, "tls-not-trusted")
    assert remedy.endswith("add its root: ta add, or TLS_ANCHORS")
    assert add(box, "other", Signer("Other root", "p256").pem()) == "OK kept"
    refuses(box, peer, REQUIRED, "tls-not-trusted")
    assert add(box, "private", root.pem()) == "OK kept"
    assert len(anchors(box)) == 2 and anchors(box)[1] == shown(root, "private", key)
    delivers(box, peer, REQUIRED)
    box.restart()
    box.console.wait_log("clock set")
    assert box.command("ta remove other") == ["OK gone from the flash"]
    assert anchors(box) == [shown(root, "private", key)]
    for _ in range(2):
        delivers(box, peer, REQUIRED)
    assert [resumed for _, _, resumed in peer.sessions][-2:] == [False, True]
    assert box.command("ta remove private") == ["OK gone from the flash"]
    refuses(box, peer, REQUIRED, "tls-not-trusted")
    assert box.command("ta remove private") == ["ERR 404 no such value: see settings"]


def test_anchors_of_image_and_device_side_by_side(box, server, certificates):
    """What was trusted before still is; and what a chain must be it must still be."""
    root = Signer("Root p256", "p256")  # the name of one in the image
    assert add(box, "private", root.pem()) == "OK kept"
    between = Signer("Private intermediate", "p256", root)
    peer = server(REQUIRED, certificates.context())
    delivers(box, peer, REQUIRED)
    box.command("freeze required")  # what is kept of the session is of that server
    peer.tls = certificates.context(issuer=between, chain=False)
    box.command("unfreeze required")
    refuses(box, peer, REQUIRED, "tls-not-trusted")
    peer.tls = certificates.context(issuer=between, begins=-9, ends=-1)
    refuses(box, peer, REQUIRED, "tls-expired")
    peer.tls = certificates.context(issuer=between, host="other.example.org")
    refuses(box, peer, REQUIRED, "tls-name")
    peer.tls = certificates.context(issuer=Signer("Root p256", "p256"))
    refuses(box, peer, REQUIRED, "tls-not-trusted")
    peer.tls = certificates.context(issuer=between)
    delivers(box, peer, REQUIRED)


def test_what_becomes_no_anchor(box, certificates):
    root = Signer("Private root", "p256")
    lines = root.pem().decode().splitlines()
    assert add(box, "private", root.pem()) == "OK kept"
    assert box.command("ta add private") == [
        "ERR 409 there is an anchor of that label: ta remove"]
    assert add(box, "other", Signer("No CA", "p256", root, ca=False).pem()) == (
        "ERR 400 the certificate is not one of a CA")
    assert enter(box, "ta add other", *lines[:2], *lines[3:]) == (
        "ERR 400 the certificate is damaged")
    assert enter(box, "ta add other", *lines[:2], "?", *lines[2:]) == (
        "ERR 400 no PEM came: all from BEGIN to END CERTIFICATE")
    assert add(box, "other", root.key_pem()) == (
        "ERR 400 no PEM came: all from BEGIN to END CERTIFICATE")
    assert enter(box, "ta add other", *lines[:2], "\x03") == (
        "ERR 400 no value came: nothing was changed")
    for wrong in ("", "add", "add " + "x" * 65, "add a b", "remove", "list all", "drop private"):
        assert box.command(f"ta {wrong}")[0].startswith("ERR 400 usage: ta list"), wrong
    assert anchors(box) == [shown(root, "private", "p-256")]
    assert box.command("settings")[:-1] == anchors(box)
    assert box.command("set host box.example.org") == ["OK kept"]
    assert len(anchors(box)) == 1 and len(box.command("settings")) == 3


def test_mail_does_not_wait_for_who_types(box, server, certificates):
    """A connection takes the memory of a paste; none is begun while one has it."""
    root = Signer("Private root", "p256")
    *lines, last = root.pem().decode().splitlines()
    peer = server(REQUIRED, certificates.context(), Scene(), Scene(dot=HANG))
    say(box, "ta add private")
    for line in lines:
        until(lambda: box.console.partial == "value: ", "being asked")
        say(box, line)
    submit(box, REQUIRED)
    peer.wait_taken(1, 60)
    mark = box.console.mark()
    until(lambda: box.console.partial == "value: ", "being asked")
    say(box, last)
    reply = "ERR 409 TLS has the memory: freeze, and repeat"
    until(lambda: reply in box.console.lines[mark:], "the refusal")
    box.wait_empty()
    submit(box, REQUIRED)
    until(lambda: len(peer.letters) == 2, "a dot that is not answered", 60)
    assert box.command("ta add private") == [reply]
    assert anchors(box) == []


# ---- The end of anchors --------------------------------------------------------------------------


def warned(box, mark=0):
    """(anchor, days) of each warning behind the mark, in order."""
    found = [re.search(r'warn tls anchor-ends anchor="(.*)" in_days=(-?\d+)', line)
             for line in box.console.log(mark)]
    return [(match[1], int(match[2])) for match in found if match]


def test_nobody_knows_the_day(device):
    if answers():
        pytest.skip("an NTP server of this machine is at 127.0.0.1")
    assert device.status()["anchors_end_in_days"] == "none" and not warned(device)


def test_anchors_that_end(chrony, device, server, certificates):  # noqa: F811
    """Those of the image have ten days left, or less; who is over verifies, and is told to be."""
    device.console.wait_log("clock set")
    until(lambda: len(warned(device)) == len(KEYS), "a warning for each anchor of the image")
    assert [name for name, _ in warned(device)] == [f"Root {kind}" for kind in KEYS]
    assert {days for _, days in warned(device)} <= {8, 9, 10}
    soon, over = Signer("Soon", "p256", ends=5), Signer("Over", "p256", ends=-2)
    far = Signer("Far", "p256", ends=1000)
    for name, root in (("far", far), ("soon", soon)):
        assert add(device, name, root.pem()) == "OK kept"
    device.wait_status(anchors_end_first="soon")
    assert device.status()["anchors_end_in_days"] in (4, 5)
    assert add(device, "over", over.pem()) == "OK kept"
    device.wait_status(anchors_end_first="over")
    assert int(device.status()["anchors_end_in_days"]) in (-2, -3)
    assert ("over", -2) in warned(device) or ("over", -3) in warned(device)
    delivers(device, server(REQUIRED, certificates.context(issuer=over)), REQUIRED)
    count = len(warned(device))
    device.command("ta remove over")
    device.wait_status(anchors_end_first="soon")
    assert len(warned(device)) == count + len(KEYS) + 1, "anew after a change, and once"
    assert "far" not in [name for name, _ in warned(device)]
    device.restart()
    device.console.wait_log("clock set")
    device.wait_status(anchors_end_first="soon")
    assert len(warned(device)) == len(KEYS) + 1
