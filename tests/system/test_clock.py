# SPDX-License-Identifier: MIT
"""The wall clock: a real chrony sets it, and dates of letters are right; without it they say so."""

import email.utils
import os
import shutil
import socket
import subprocess
import time

import pytest

from client import filler
from waiting import until

CHRONYD = shutil.which("chronyd", path="/usr/sbin:/usr/bin")
CONFIGURATION = """
local stratum 8
allow 127.0.0.1
bindaddress 127.0.0.1
port 123
cmdport 0
pidfile {top}/pid
driftfile {top}/drift
user root
"""


def answers():
    """Whether an NTP server is at 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        try:
            asking.connect(("127.0.0.1", 123))
            asking.send(b"\x23" + bytes(39) + os.urandom(8))
            return len(asking.recv(100)) >= 48
        except OSError:
            return False


@pytest.fixture
def chrony(tmp_path):
    if os.geteuid() != 0 or CHRONYD is None:
        pytest.skip("chrony must be there, and serves NTP's port for root only")
    if answers():
        pytest.skip("an NTP server of this machine is at 127.0.0.1 already")
    (tmp_path / "chrony.conf").write_text(CONFIGURATION.format(top=tmp_path))
    daemon = subprocess.Popen([CHRONYD, "-d", "-x", "-f", str(tmp_path / "chrony.conf")],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(answers, "chrony's first answer")
    yield
    daemon.terminate()
    daemon.wait(10)


def date_of(letter, field="Date"):
    (value,) = letter.header(field)
    return email.utils.parsedate_to_datetime(value).timestamp()


def test_clock_from_chrony_dates_letters(chrony, device, smart_host):
    device.console.wait_log("clock set")
    said = email.utils.parsedate_to_datetime(device.status()["clock"]).timestamp()
    assert abs(said - time.time()) < 5
    device.command("alert info What time is it?")
    (taken,) = smart_host().wait_taken()
    assert abs(date_of(taken) - time.time()) < 10
    received = taken.header("Received")[0].rsplit(";", 1)[1]
    assert abs(email.utils.parsedate_to_datetime(received).timestamp() - time.time()) < 10
    device.wait_empty()


def test_without_a_clock_letters_say_so(device, smart_host):
    if answers():
        pytest.skip("an NTP server of this machine is at 127.0.0.1")
    assert device.status()["clock"] == "not set"
    device.command("alert info What time is it?")
    (taken,) = smart_host().wait_taken()
    assert date_of(taken) == 1700000000, "the floor stands in for the clock"
    assert "clock" in taken.header("Received")[0], taken.header("Received")[0]
    device.wait_empty()


def half_day():
    """(the connector out of its hours, the other, seconds until they change)."""
    hour, rest = divmod(int(time.time()) % 86400, 3600)
    names = ("evening", "morning") if hour < 12 else ("morning", "evening")
    return *names, (12 - hour % 12) * 3600 - rest


@pytest.mark.config("hours")
def test_connector_rests_out_of_its_hours(chrony, device, smart_host):
    if half_day()[2] < 120:
        pytest.skip("the hours change within the test")
    peer = smart_host()
    until(lambda: device.status()["clock"] != "not set", "the clock")
    resting, awake, rest_s = half_day()
    device.submit(recipients=(f"a@{resting}.example", f"b@{awake}.example"))
    peer.wait_taken(1)
    status = device.status()
    assert status[f"route_{resting}"] == "scheduled" and status["letters"] == 1
    assert abs(status[f"route_{resting}_due_in_s"] - rest_s) < 60
    assert device.command(f"force {resting}") == ["OK"]
    peer.wait_taken(2)
    assert [letter.recipients for letter in peer.taken()] == [
        [f"<b@{awake}.example>"], [f"<a@{resting}.example>"]]
    device.wait_empty()
    assert device.status()[f"route_{resting}"] == "scheduled", "force is for once"


@pytest.mark.config("hours")
def test_too_large_for_one_connector(device):
    with device.connect() as client:
        client.hello()
        assert client.say("MAIL FROM:<box@example.net> SIZE=3001").code == 250
        assert client.say("RCPT TO:<a@evening.example>").text.startswith("5.4.4 ")
        assert client.say("RCPT TO:<a@morning.example>").code == 250
        client.say("RSET")
        reply = client.send(filler(4000), recipients=("a@evening.example",))
        assert (reply.code, reply.text[:5]) == (552, "5.3.4"), reply
    assert device.status()["letters"] == 0
