# SPDX-License-Identifier: MIT
"""Fields that a letter gets on its way: what a submission lacks, and nothing twice."""

import re

import pytest

from peer import CLOSE, Scene

DATE = r"\w{3}, \d+ \w{3} \d{4} \d\d:\d\d:\d\d \+0000"
MESSAGE_ID = r"<\d+\.[0-9a-f]{8}@flashpost\.example>"
FULL = b"Subject: x\r\nMESSAGE-ID: <1@a.example>\r\ndate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"


def through(box, smart_host, text):
    """The letter as the next hop has it, without the Received field that the box put on top."""
    peer = smart_host()
    box.submit(text)
    (taken,) = peer.wait_taken()
    box.wait_empty()
    assert taken.text.startswith(b"Received: from ")
    return re.sub(rb"\AReceived:.*\r\n(?:[ \t].*\r\n)+", b"", taken.text), taken


@pytest.mark.parametrize("text", [
    FULL + b"\r\nbody\r\n",
    FULL + b"X: " + b"y" * 900 + b"\r\n\tz" * 300 + b"\r\n\r\nDate: no field\r\n",
    b"Received: by other.example; Tue, 24 Nov 2026 10:00:00 +0000\r\nSubject: x\r\n\r\nbody\r\n",
], ids=["complete", "long", "relayed"])
def test_nothing_is_added_to(shared, smart_host, text):
    assert through(shared, smart_host, text)[0] == text


@pytest.mark.parametrize("head, body", [
    (b"Subject: x\r\n", b"\r\nDate: no field\r\n"),
    (b"X: " + b"y" * 900 + b"\r\n\tz" * 300 + b"\r\n", b"\r\nbody\r\n"),
    (b"", b"\r\nbody\r\n"),
    (b"Subject: only a header\r\n", b""),
    (b"", b"no header at all\r\n"),
], ids=["short", "long", "empty header", "no body", "no header"])
def test_what_a_submission_lacks(shared, smart_host, head, body):
    text, taken = through(shared, smart_host, head + body)
    blank = b"" if body.startswith(b"\r\n") else b"\r\n"
    assert re.fullmatch(re.escape(head) + rf"Date: {DATE}\r\nMessage-ID: {MESSAGE_ID}\r\n".encode() +
                        blank + re.escape(body), text), text
    assert len(taken.header("Date")) == len(taken.header("Message-ID")) == 1


@pytest.mark.parametrize("field, other", [("Date", "Message-ID"), ("Message-ID", "Date")])
def test_only_what_it_lacks(shared, smart_host, field, other):
    text, taken = through(shared, smart_host, f"{field}: <mine>\r\n\r\nbody\r\n".encode())
    assert taken.header(field) == ["<mine>"] and len(taken.header(other)) == 1


def test_the_same_message_id_on_each_try(shared, smart_host):
    peer = smart_host(Scene(dot=CLOSE))
    shared.submit(b"Subject: x\r\n\r\nbody\r\n")
    peer.wait_taken()
    assert len({tuple(each.header("Message-ID")) for each in peer.letters}) == 1
    assert len(peer.letters) == 2
    shared.wait_empty()


@pytest.mark.config("account")
def test_sender_is_rewritten(device, smart_host):
    peer = smart_host()
    device.submit(FULL + b"From: Box <box@example.net>\r\n\r\nFrom: no field\r\n")
    (taken,) = peer.wait_taken()
    assert taken.sender.startswith("<account@provider.example>")
    assert taken.header("From") == ["<account@provider.example>"]
    assert taken.header("Reply-To") == ["Box <box@example.net>"]
    assert taken.text.endswith(b"\r\n\r\nFrom: no field\r\n")
    device.submit(FULL + b"\r\nbody\r\n", sender="")
    assert peer.wait_taken(2)[1].sender.startswith("<>")
    device.wait_empty()
