# SPDX-License-Identifier: MIT
"""Waits, repeats and giving up, by the schedule of config/schedule.h: 2, 3, 4, 60 s; 20 s."""

import re

import pytest

from device import config_number
from peer import HANG, Endless, Scene
from waiting import until

pytestmark = pytest.mark.config("schedule")

LATE_S = 6  # what a crowded machine may add to a wait


def option(name):
    return config_number("schedule", name)


def test_waits_grow_and_flush_ends_them(device, smart_host):
    peer = smart_host(*[Scene(greeting="450 4.3.2 busy")] * 4)
    device.submit()
    peer.wait_connections(4, 40)
    waits = [option("RETRY_1_S"), option("RETRY_2_S"), option("RETRY_3_S")]
    for wait, first, second in zip(waits, peer.connected, peer.connected[1:]):
        assert wait - 1.1 < second - first < wait + LATE_S, peer.connected
    route = until(lambda: (now := device.queue()[0])["state"] == "retry" and now, "the next wait")
    assert route["tries"] == 4
    assert 0.8 * option("RETRY_LATER_S") < route["due_in_s"] <= option("RETRY_LATER_S")
    assert route["route_status"] == "the next hop greeted with a refusal"
    assert route["route_reply"] == "450 4.3.2 busy" and route["route_remedy"]
    device.reboot()
    route = device.queue()[0]
    assert (route["state"], route["tries"]) == ("retry", 4), "a reboot skips no wait"
    assert route["due_in_s"] > 0.8 * option("RETRY_LATER_S") and len(peer.connected) == 4
    assert device.command("flush")[-1].startswith("OK")
    peer.wait_taken(1)
    assert device.wait_empty()["route_smarthost_tries"] == 0, "success clears the tries"


def test_letters_own_waits_and_tries(device, smart_host):
    """A letter that is refused waits for itself; the route stays open for others."""
    peer = smart_host(Scene(mail=["450 4.1.8 later"]))
    slow = device.submit(sender="slow@example.net")
    until(lambda: (letters := device.queue()[1]) and letters[0]["tries"] == 1
          and letters[0]["due_in_s"] <= option("RETRY_1_S"), "the letter's first try")
    assert device.queue()[0]["tries"] == 0
    device.submit(sender="quick@example.net")
    peer.wait_taken(2)
    assert [one.sender.split()[0] for one in peer.taken()] == [
        "<quick@example.net>", "<slow@example.net>"]
    assert slow
    device.wait_empty()


def test_glitch_repeats_belong_to_one_try(device):
    """Nobody listens: each try connects once and twice more, a second apart."""
    device.submit()
    each = 1 + option("GLITCH_REPEATS")

    def counted(now):
        tries, connects = now["route_smarthost_tries"], now["connects"]
        assert (tries - 1) * each <= connects <= tries * each, now
        return tries >= 3

    status = until(lambda: counted(now := device.status()) and now, "three tries", 30)
    assert status["failures"] >= 2 * each


def test_expired_letter_is_kept_dead_and_named(device):
    device.expected_errors.append("relay given-up")
    number = device.submit()
    device.console.wait_log(f"error relay given-up id={number} recipients=1 cause=expired",
                            seconds=option("EXPIRE_S") + 20)
    route, (dead,) = device.queue()
    assert (dead["letter"], dead["state"], dead["due_in_s"]) == (number, "dead", "none")
    assert dead["age_s"] >= option("EXPIRE_S")
    assert route["route_status"] == "the next hop refused the connection"
    assert "CONNECTOR_1_HOSTS" in route["route_remedy"]
    assert device.status()["given_up_recipients"] == 1
    device.restart()
    _, (dead,) = device.queue()
    assert dead["state"] == "dead", "it is dead after a power cut, too"


def test_oldest_dead_letter_gives_way(device, smart_host):
    smart_host(*[Scene(mail="550 5.7.1 no")] * 3)
    numbers = []
    for _ in range(3):
        numbers.append(device.submit())
        device.wait_status(dead=min(len(numbers), option("DEAD_LETTERS_MAX")),
                           given_up_recipients=len(numbers))
    assert {one["letter"] for one in device.queue()[1]} == set(numbers[1:])
    assert any(re.search(rf"\b{numbers[0]}\b", line) for line in device.log()
               if line.startswith("warn spool")), device.log()


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data", "dot"])
def test_silent_peer_times_out(device, smart_host, step):
    peer = smart_host(Scene(**{step: HANG}))
    device.submit()
    device.console.wait_log("cause=timeout")
    peer.wait_taken()
    assert device.wait_empty()["maybe_sent"] == (step == "dot")


def test_reply_line_without_end_times_out(device, smart_host):
    peer = smart_host(Scene(ehlo=Endless("250-peer")))
    device.submit()
    device.console.wait_log("cause=(timeout|bad-reply)")
    peer.wait_taken()
    device.wait_empty()


def test_silent_client_is_sent_away(device):
    with device.connect() as client:
        client.hello()
        assert client.reply() == (421, "4.4.2 flashpost.example Waited too long for you")
    with device.connect() as client:
        client.hello()
        client.envelope()
        client.write(b"Subject: half a letter\r\n")
        assert client.reply().code == 421
    device.wait_status(intake_open=0, letters=0)


@pytest.mark.parametrize("how", ["restart", "reboot"])
def test_restart_does_not_skip_a_letters_wait(device, smart_host, how):
    peer = smart_host(*[Scene(mail="450 4.1.8 later") for _ in range(3)])
    number = device.submit()
    until(lambda: (letters := device.queue()[1]) and letters[0]["tries"] == 3
          and device.queue()[0]["state"] == "ready", "the third try", 30)
    getattr(device, how)()
    _, (waiting,) = device.queue()
    assert (waiting["letter"], waiting["tries"], waiting["state"]) == (number, 3, "waiting")
    assert waiting["due_in_s"] >= option("RETRY_3_S") - 2 and len(peer.connected) == 3
    device.command("flush")
    peer.wait_taken(1)
    device.wait_empty()
