# SPDX-License-Identifier: MIT
"""A letter's whole way, to a real Postfix: every octet arrives, one Received field on top."""

import quopri
import re

import pytest

from client import letter, stuffed
from postfix import split_trace


@pytest.mark.parametrize("size", [1024, 256 * 1024], ids=["1KiB", "256KiB"])
def test_letter_arrives_unchanged(device, postfix, size):
    text = letter(size)
    assert len(text) == size
    device.submit(text, recipients=["ops@example.org"])
    trace, rest = split_trace(postfix.wait_letters()[0])
    assert rest == text.replace(b"\r\n", b"\n")
    assert trace.count(b"Received:") == 2, trace
    ours = trace[trace.rindex(b"Received:"):].decode()
    assert re.search(r"from client\.example\.net \(\[10\.0\.2\.2\]\)", ours), ours
    assert "by flashpost.example" in ours and "with ESMTP" in ours, ours
    device.wait_empty()


def test_eight_bit_text_and_many_recipients(device, postfix):
    text = letter(body="Grüße\r\n.\r\n".encode() + bytes(range(128, 256)) + b"\r\n")
    recipients = [f"ops{number}@example.org" for number in range(40)]
    with device.connect() as client:
        client.hello()
        assert client.send(text, recipients=recipients, options=" BODY=8BITMIME").code == 250
    for stored in postfix.wait_letters(len(recipients)):
        assert split_trace(stored)[1] == text.replace(b"\r\n", b"\n")
    status = device.wait_empty()
    assert (status["sent_letters"], status["sent_recipients"]) == (1, 40)


def test_console_alert_arrives(device, postfix):
    reply = device.command("alert critical Disk full | /var is at 98 % = too much | clean it up")
    assert re.fullmatch(r"OK kept as \d+", reply[-1])
    stored = postfix.wait_letters()[0].decode()
    for field in (r"From: <alerts@flashpost\.example>", r"To: <admin@example\.org>",
                  r"Subject: \[critical\] Disk full", r"Auto-Submitted: auto-generated",
                  r"Message-ID: <[\w.]+@flashpost\.example>",
                  r"Date: \w{3}, +\d+ \w{3} \d{4} \d\d:\d\d:\d\d [+-]0000", r"Importance: high"):
        assert len(re.findall(f"(?m)^{field}$", stored)) == 1, f"{field} in {stored}"
    body = quopri.decodestring(stored.split("\n\n", 1)[1]).decode()
    assert [line.strip() for line in body.split("\n")] == ["/var is at 98 % = too much",
                                                          "clean it up", ""]
    device.wait_empty()


def test_dsn_parameters_reach_the_next_hop(device, postfix):
    """Postfix tells of a delivery because NOTIFY says so, and quotes ENVID and ORCPT."""
    with device.connect() as client:
        assert "DSN" in client.hello().text.split("\n")
        for command in ("MAIL FROM:<box@example.org> RET=HDRS ENVID=QQ+2B314159",
                        "RCPT TO:<ops@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Old+2Bops@a.example",
                        "RCPT TO:<quiet@example.org> NOTIFY=NEVER"):
            assert client.say(command).code == 250, command
        assert client.say("DATA").code == 354
        client.write(stuffed(letter(300)) + b".\r\n")
        assert client.reply().code == 250
    notices = [stored for stored in postfix.wait_letters(3) if b"report-type=delivery-status" in stored]
    assert len(notices) == 1, notices
    notice = notices[0].decode()
    for line in ("Original-Envelope-Id: QQ+314159", "Original-Recipient: rfc822;Old+ops@a.example",
                 "Final-Recipient: rfc822; ops@example.org", "Action: delivered",
                 "Content-Type: text/rfc822-headers"):
        assert re.search(f"(?m)^{re.escape(line)}$", notice), f"{line} in {notice}"
    assert "quiet@example.org" not in notice
    device.wait_empty()
