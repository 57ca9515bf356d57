# SPDX-License-Identifier: MIT
"""The wall clock is hard to fool: a time server that lies, and others that speak in its name."""

import email.utils
import os
import time

import pytest

from test_clock import answers, date_of
from time_server import TimeServer, answer
from waiting import until

FLOOR, CEILING = 1700000000, 4102444800  # as in config/main.h
IN_2037 = 2114380800  # NTP's era 1
STEP_S, DAY_S = 3600, 86400
SECTOR = 65536  # the settings are in the first two


@pytest.fixture
def server():
    """One that says nothing yet."""
    if os.geteuid() != 0 or answers():
        pytest.skip("NTP's port is for root only, and must be free")
    made = TimeServer()
    yield made
    made.stop()


@pytest.fixture
def start(boxes):
    """A function that starts the box, once the server knows what to say."""
    def start():
        box = boxes()
        box.start()
        return box
    return start


def clock(device):
    said = device.status()["clock"]
    return said if said == "not set" else email.utils.parsedate_to_datetime(said).timestamp()


def refused(device, cause, said, mark=0):
    """The log tells of it; returns what was believed instead."""
    line = device.console.wait_log(
        f"clock refused said={said} believed=(\\d+) cause={cause} remedy=.+", mark, 60)
    return int(line[1])


def test_first_answers_out_of_bounds(server, start, smart_host):
    """Between floor and ceiling the first one is believed, in both eras of NTP."""
    server.say(0)  # 1970
    device = start()
    assert refused(device, "too-early", 0) == 0
    server.say(CEILING + 1)
    assert refused(device, "too-late", CEILING + 1) == 0
    server.say(time.time, leap=3)
    assert refused(device, "unsynchronised", 0) == 0
    assert clock(device) == "not set"
    server.say(IN_2037)
    device.console.wait_log(f"clock set wall={IN_2037}", seconds=40)
    device.command("alert info What time is it?")
    (taken,) = smart_host().wait_taken()
    assert 0 <= date_of(taken) - IN_2037 < 60
    device.wait_empty()


def test_later_steps(server, start):
    """Answers far from what is believed are refused, however often they come."""
    server.say(time.time)
    device = start()
    device.console.wait_log("clock set")
    for said in (IN_2037, int(time.time()) - STEP_S - 600):
        server.say(said)
        assert abs(refused(device, "too-far", said) - time.time()) < 10
    mark = device.console.mark()
    server.say(lambda: time.time() + STEP_S - 600)
    device.console.wait_log("clock set", mark, 40)
    server.say(ahead := int(time.time()) + 2 * STEP_S)  # within a step of what is believed now
    for _ in range(2):
        refused(device, "too-far", ahead, mark)
        mark = device.console.mark()
    assert abs(clock(device) - time.time() - STEP_S + 600) < 10


def test_packets_that_are_no_answer(server, start):
    """Before and behind the one true answer; only that is heard. The board holds three frames."""
    port, host = TimeServer.other(), TimeServer.other("127.0.0.2", 123)
    rounds = [
        lambda question, lie, truth: [
            (answer(question, IN_2037, originate=os.urandom(8)), None),
            (answer(question, 0, stratum=0, originate=os.urandom(8), reference=b"DENY"), None),
            truth],
        lambda question, lie, truth: [(lie, port), (lie, host), truth],
        lambda question, lie, truth: [(lie[:47], None), truth, (lie, None)],  # one has come
        lambda question, lie, truth: [
            *[(answer(question, IN_2037, mode=mode), None) for mode in (3, 5)], truth],
    ]

    def reply(question):
        truth = answer(question, time.time()), None
        return rounds[len(server.questions)](question, answer(question, IN_2037), truth)

    server.reply = reply
    device = start()
    for count in range(1, len(rounds) + 1):
        server.wait_questions(count)
        device.console.wait_log("clock set")
        assert abs(clock(device) - time.time()) < 10
    assert len([line for line in device.log() if line.split()[1] == "clock"]) == 1
    port.close(), host.close()


def test_old_answers(server, start):
    """What answered the first question says nothing to the second."""
    old = []
    server.reply = lambda question: old.append(answer(question, IN_2037)) or []
    device = start()
    server.wait_questions(1)
    server.reply = lambda question: [(old[0], None), (answer(question, time.time()), None)]
    device.console.wait_log("clock set", seconds=40)
    assert abs(clock(device) - time.time()) < 10


def test_kiss_of_death(server, start):
    """The log tells, and the server is asked half as often, also when an address comes."""
    server.say(0, stratum=0, reference=b"RATE")
    device = start()
    refused(device, "kiss-of-death", 0)
    server.say(time.time)
    device.console.wait_log("clock set", seconds=60)
    (first, question), (second, other) = server.questions
    assert 29 < second - first < 40
    assert question[40:48] != other[40:48] and bytes(8) not in (question[40:48], other[40:48])
    assert question[:40] == b"\x23" + bytes(39)


# ---- The floor in flash ------------------------------------------------------------------------


def floor(device):
    """(the floor, where it came from)"""
    status = device.status()
    return email.utils.parsedate_to_datetime(status["clock_floor"]).timestamp(), status[
        "clock_floor_from"]


def wait_floor(device, expected):
    """Until the flash has it: what the clock said, less a day."""
    device.wait_status(clock_floor_from="flash")
    kept, _ = floor(device)
    assert abs(kept + DAY_S - expected) < 60
    return kept


@pytest.mark.config("settings")
def test_a_floor_is_kept(server, start, smart_host):
    """Over power cuts and orderly starts; it stands in for a clock that is not set."""
    peer = smart_host()
    server.say(began := int(time.time()))
    device = start()
    assert floor(device) == (FLOOR, "image")
    device.console.wait_log("clock set")
    kept = wait_floor(device, began)
    server.say(int(kept) - 1)
    device.restart()
    refused(device, "too-early", int(kept) - 1)
    assert floor(device) == (kept, "flash")
    server.reply = None
    device.reboot()
    assert (clock(device), floor(device)) == ("not set", (kept, "flash"))
    device.command("alert info What time is it?")
    (taken,) = peer.wait_taken()
    assert date_of(taken) == kept
    device.wait_empty()
    assert device.command("settings") == ["kind=floor", "OK 1 values"]


@pytest.mark.config("settings")
def test_a_floor_that_is_wrong_is_mended_by_a_person(server, start):
    """The server lies at a start and for long, and then tells the truth."""
    server.say(lambda: time.time() + 365 * DAY_S)
    device = start()
    device.console.wait_log("clock set")
    wait_floor(device, time.time() + 365 * DAY_S)
    server.say(time.time)
    device.restart()
    device.console.wait_log("clock refused said=.* cause=too-early remedy=.*clock_floor in status")
    assert device.command("clock") == ["ERR 400 usage: clock reset"]
    assert device.command("clock reset") == ["OK gone from the flash"]
    assert floor(device) == (FLOOR, "image")
    device.console.wait_log("clock set", seconds=40)
    assert abs(clock(device) - time.time()) < 10
    wait_floor(device, time.time())
    server.reply = None
    device.restart()
    assert (clock(device), floor(device)[1]) == ("not set", "flash")


@pytest.mark.config("settings")
@pytest.mark.parametrize("board", ["host"])
def test_a_cut_while_the_floor_is_written(server, start):
    """The floor is that of the image or the new one; tests/flash/test_settings.c has each cut."""
    server.say(time.time)
    device = start()
    for _ in range(4):
        before = device.flash.read_bytes()[:2 * SECTOR]
        until(lambda: device.flash.read_bytes()[:2 * SECTOR] != before, "the beginning of a change")
        device.restart()
        kept, whence = floor(device)
        if whence == "flash":
            break
        assert kept == FLOOR
    wait_floor(device, time.time())
    assert device.command("settings") == ["kind=floor", "OK 1 values"]


@pytest.mark.config("settings")
def test_a_reset_where_there_is_no_floor(server, start):
    """The same after a lie that has not lasted: it is in no flash."""
    server.say(CEILING)
    device = start()
    device.console.wait_log("clock set")
    server.say(time.time)
    mark = device.console.mark()
    assert device.command("clock reset")[0].startswith("OK")
    device.console.wait_log("clock set", mark, 40)
    assert abs(clock(device) - time.time()) < 10
