# SPDX-License-Identifier: MIT
"""Postfix's own test programs: smtp-sink with its flags as the next hop, smtp-source as a client."""

import shutil
import subprocess

import pytest

from device import config_number
from sink import Sink
from waiting import until

PORT = config_number("main", "CONNECTOR_1_PORT")

# Flags with which it takes a letter at once.
ODD = [("-e",), ("-E",), ("-p",), ("-P",), ("-N",), ("-8",), ("-a",), ("-e", "-p"), ("-f", "EHLO"),
       ("-f", "QUIT"), ("-q", "QUIT"), ("-Q", "QUIT")]
# And those with which it does not; it never judges the letter for good.
FAULTS = [(flag, step) for flag in ("-r", "-q", "-Q")
          for step in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".")] + [("-f", "CONNECT")]


@pytest.fixture
def sinks():
    """A function that puts a new smtp-sink in the place of the last one."""
    if not shutil.which("smtp-sink"):
        pytest.skip("smtp-sink, which comes with Postfix, must be there")
    started = []

    def start(*flags):
        while started:
            started.pop().stop()
        started.append(Sink("127.0.0.1", PORT, flags))
        return started[-1]

    yield start
    while started:
        started.pop().stop()


def leaves(box):
    """The letter goes, now that it can; waits are cut short."""
    until(lambda: box.status()["letters"] == 0 or not box.command("flush"), "the letter to leave")


def test_next_hops_that_are_odd(shared, sinks):
    for flags in ODD:
        sink = sinks(*flags)
        shared.submit()
        shared.wait_empty()
        until(lambda: sink.count == 1, f"the letter at smtp-sink {flags}")


def test_next_hops_that_fail(shared, sinks):
    """Each is met once with a letter, which then goes to one that is in order."""
    for flags in FAULTS:
        sinks(*flags)
        before = shared.status()
        shared.submit()
        until(lambda: (now := shared.status())["connects"] > before["connects"] and
              (now["failures"] > before["failures"] or tried(shared)), f"the failure of {flags}")
        sink = sinks()
        leaves(shared)
        assert sink.count == 1, flags
        assert shared.status()["sent_letters"] == before["sent_letters"] + 1, flags


def tried(box):
    """The letter's own try ended badly, where the route is not to blame."""
    _, letters = box.queue()
    return letters and letters[0]["tries"] > 0 and letters[0]["state"] == "waiting"


@pytest.mark.parametrize("flags", [[], ["-d"]], ids=["a connection each", "connections kept"])
def test_smtp_source(shared, sinks, flags):
    """40 letters to three recipients each, by four clients at once."""
    sink = sinks()
    subprocess.run(["smtp-source", "-s", "4", "-m", "40", "-r", "3", "-l", "3000", "-f",
                    "box@example.net", "-t", "ops@example.org", *flags,
                    f"127.0.0.1:{shared.port}"], check=True, timeout=60)
    shared.wait_empty(60)
    until(lambda: sink.count == 40, "40 letters at the sink")
