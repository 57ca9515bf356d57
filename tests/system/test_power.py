# SPDX-License-Identifier: MIT
"""Power cuts and reboots at every stage of a letter's journey: what 250 was said for arrives."""

import pytest

from client import letter, stuffed
from peer import HANG, Scene
from waiting import until

RESTARTS = ("restart", "reboot")


def test_first_start_with_a_blank_flash(boxes, smart_host):
    device = boxes(flash=None)
    device.start()
    device.wait_erases()
    status = device.status()
    assert (status["boot"], status["letters"], status["erases_max"]) == (1, 0, 1)
    device.submit()
    device.restart()
    smart_host().wait_taken()
    assert device.wait_empty()["boot"] == 2


def test_cut_in_mid_intake_keeps_nothing(device, smart_host):
    client = device.connect()
    client.hello()
    client.envelope()
    before = device.status()["programmed"]
    client.write(stuffed(letter(8192)))
    until(lambda: device.status()["programmed"] > before + 4096, "its first pages in flash")
    device.restart()
    assert device.status()["letters"] == 0
    text = letter()
    device.submit(text)
    (taken,) = smart_host().wait_taken()
    assert taken.text.endswith(text)
    device.wait_empty()


def test_reboot_in_mid_intake_tells_the_client(device):
    with device.connect() as client:
        client.hello()
        client.envelope()
        client.write(stuffed(letter(2048)))
        mark = device.console.mark()
        device.command("reboot")
        assert client.reply() == (421, "4.3.2 flashpost.example Restarting, try again later")
    device.wait_start(mark)
    status = device.status()
    assert (status["letters"], status["start"]) == (0, "software")


@pytest.mark.parametrize("how", RESTARTS)
def test_letter_that_waits_survives(device, smart_host, how):
    """Three letters of different sizes wait; who was the sender and the recipients stays, too."""
    texts = [letter(size) for size in (600, 5000, 60000)]
    for number, text in enumerate(texts):
        device.submit(text, sender=f"s{number}@example.net",
                      recipients=[f"r{number}@example.org", "ops@example.org"])
    until(lambda: device.status()["route_smarthost_tries"] >= 2, "two tries of the route")
    boot = device.status()["boot"]
    tries = device.queue()[0]["tries"]
    getattr(device, how)()
    status = device.status()
    assert (status["letters"], status["boot"]) == (3, boot + 1)
    assert status["start"] == ("software" if how == "reboot" else "power")
    assert status["route_smarthost_tries"] >= tries, "a try was forgotten"
    peer = smart_host()
    peer.wait_taken(3)
    for number, text in enumerate(texts):
        (taken,) = [one for one in peer.taken() if one.text.endswith(text)]
        assert taken.sender.split()[0] == f"<s{number}@example.net>"
        assert taken.recipients == [f"<r{number}@example.org>", "<ops@example.org>"]
    device.wait_empty()
    device.restart()
    assert device.status()["letters"] == 0, "what was sent does not come back"


@pytest.mark.parametrize("step", ["mail", "text", "dot"])
def test_cut_in_mid_delivery(device, smart_host, step):
    peer = smart_host(Scene(**{step: HANG}))
    text = letter(600_000 if step == "text" else 2000)  # more than all buffers between hold
    number = device.submit(text)
    if step == "dot":
        until(lambda: peer.letters, "the dot at the peer")
    else:
        peer.wait_said("MAIL" if step == "mail" else "DATA")
    device.kill()
    peer.stop()
    device.start()
    tries = next(line for line in device.command(f"show {number}") if "tries=" in line)
    assert "tries=0" not in tries, "the try that was under way counts"
    second = smart_host()
    (taken,) = second.wait_taken()
    assert taken.text.endswith(text)
    device.wait_empty()
    if step == "dot":
        assert peer.letters[0].header("Message-ID") == taken.header("Message-ID")


def test_cut_between_two_recipients_results(device, smart_host):
    """A recipient that got the letter before the cut does not get it again."""
    peer = smart_host(Scene(rcpt=["250 ok", "450 4.2.1 later"]), Scene(greeting=HANG))
    device.submit(recipients=["done@example.org", "later@example.org"])
    peer.wait_taken()
    peer.wait_connections(2)
    device.kill()
    peer.stop()
    device.start()
    (taken,) = smart_host().wait_taken()
    assert taken.recipients == ["<later@example.org>"]
    device.wait_empty()


def test_powered_time_goes_on(device):
    until(lambda: device.status()["uptime_s"] >= 2, "two seconds of uptime")
    device.submit()  # an event: the time goes into the flash with it
    before = device.status()
    device.restart()
    after = device.status()
    assert before["powered_s"] - 1 <= after["powered_s"] <= before["powered_s"] + 10
    assert after["uptime_s"] < before["powered_s"] + 10
    assert after["boot"] == before["boot"] + 1
