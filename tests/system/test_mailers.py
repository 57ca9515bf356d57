# SPDX-License-Identifier: MIT
"""
Between real relays: Postfix, Exim and OpenSMTPD hand letters in, and take them at the other end,
where a peer looks at what came through all three.
"""

import pytest

import mailers
from client import Client, letter
from device import config_number, free_port
from peer import Peer

FINAL = 60  # seconds; a relay may wait for its queue runner


@pytest.fixture
def relay():
    """A function that starts one; all are stopped after the test."""
    why = mailers.missing()
    if why:
        pytest.skip(why)
    started = []

    def start(name, port, to):
        started.append(mailers.start(name, port, to))
        return started[-1]

    yield start
    for one in started:
        one.stop()


LETTERS = {
    "plain": (letter(1024), ["ops@example.org"], "box@example.net", ""),
    "long": (letter(200_000), ["ops@example.org"], "box@example.net", ""),
    "8-bit": (letter(body="Grüße\r\n.\r\n..\r\n".encode()), ["ops@example.org"], "box@example.net",
              " BODY=8BITMIME"),
    "many": (letter(3000), [f"ops{number}@example.org" for number in range(30)],
             "box@example.net", ""),
    "notice": (letter(2000), ["ops@example.org"], "", ""),
}


def text_after_trace(text):
    """What came, without the fields that the relays put on top."""
    return text[text.index(b"From: RAID controller"):]


def hand_in(port):
    with Client.connect("127.0.0.1", port) as client:
        client.hello()
        for text, recipients, sender, options in LETTERS.values():
            reply = client.send(text, sender, recipients, options)
            assert reply.code == 250, reply


@pytest.mark.parametrize("name", mailers.NAMES)
def test_between_relays_of_one_kind(shared, relay, name):
    peer = Peer()
    relay(name, config_number("main", "CONNECTOR_1_PORT"), peer.port)
    before = relay(name, free_port(), shared.port)
    hand_in(before.port)
    texts = {text_after_trace(taken.text) for taken in wait_all(peer)}
    assert texts == {text for text, *_ in LETTERS.values()}
    for taken in peer.taken():
        assert sum("by flashpost.example" in field for field in taken.header("Received")) == 1
    shared.wait_empty(FINAL)
    assert not [line for line in shared.console.log(shared.beginning) if "refused" in line]
    peer.stop()


def wait_all(peer):
    """Until each recipient of each letter has come; relays may split them."""
    wanted = sum(len(recipients) for _, recipients, *_ in LETTERS.values())
    peer.wait_recipients(wanted, FINAL)
    assert sum(len(taken.recipients) for taken in peer.taken()) == wanted
    return peer.taken()
