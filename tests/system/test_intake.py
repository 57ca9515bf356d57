# SPDX-License-Identifier: MIT
"""What comes in, and what does not: framing, limits, and letters that break off."""

import pytest

from client import letter, stuffed
from peer import Scene
from waiting import until


def refused(client, text):
    """The reply to a text that is sent as it is; the session must go on after it."""
    client.envelope()
    client.write(text)
    reply = client.reply()
    assert client.say("RSET").code == 250
    return reply


def nothing_kept(box):
    assert box.status()["letters"] == 0


BAD_TEXTS = {
    "bare LF": b"Subject: x\r\n\r\none\ntwo\r\n.\r\n",
    "bare CR": b"Subject: x\r\n\r\none\rtwo\r\n.\r\n",
    "NUL": b"Subject: x\r\n\r\none\0two\r\n.\r\n",
    "LF dot CRLF": b"Subject: x\r\n\r\none\n.\r\nMAIL FROM:<a@b.example>\r\n.\r\n",
    "LF dot LF": b"Subject: x\r\n\r\none\n.\nMAIL FROM:<a@b.example>\r\n.\r\n",
    "CR dot CR": b"Subject: x\r\n\r\none\r.\rMAIL FROM:<a@b.example>\r\n.\r\n",
    "CRLF dot LF": b"Subject: x\r\n\r\none\r\n.\nMAIL FROM:<a@b.example>\r\n.\r\n",
}


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_only_crlf_ends_a_line_of_text(shared, text):
    with shared.connect() as client:
        client.hello()
        assert refused(client, text) == (554, "5.6.0 Bare CR, bare LF or NUL in the text")
    nothing_kept(shared)


def test_only_crlf_ends_a_command(shared):
    with shared.connect() as client:
        client.write(b"EHLO client.example.net\nMAIL FROM:<a@b.example>\r\n")
        assert client.reply().code == 554
        assert client.reply().code == 0, "the connection is closed"


@pytest.mark.parametrize("hops, code", [(30, 250), (31, 554), (120, 554)])
def test_hop_limit(shared, smart_host, hops, code):
    with shared.connect() as client:
        client.hello()
        text = b"Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000\r\n" * hops + letter()
        reply = client.send(text)
        assert reply.code == code, reply
        assert code == 250 or reply.text.startswith("5.4.6")
    smart_host().wait_taken(code == 250)
    shared.wait_empty()


@pytest.mark.parametrize("length, code", [(998, 250), (999, 554)])
def test_longest_line(shared, smart_host, length, code):
    with shared.connect() as client:
        client.hello()
        assert client.send(letter(body=b"x" * length + b"\r\n")).code == code
    smart_host().wait_taken(code == 250)
    shared.wait_empty()


def test_announced_size_over_the_limit(shared):
    with shared.connect() as client:
        offer = client.hello().text.split("\n")
        limit = int(next(line for line in offer if line.startswith("SIZE ")).split()[1])
        assert {"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"} < set(offer)
        assert client.say(f"MAIL FROM:<a@b.example> SIZE={limit + 1}")[0] == 552
        assert client.say(f"MAIL FROM:<a@b.example> SIZE={limit}")[0] in (250, 452)
    nothing_kept(shared)


def test_hundred_recipients_and_no_more(shared, smart_host):
    names = [f"u{number}@example.org" for number in range(100)]
    with shared.connect() as client:
        client.hello()
        assert client.say("MAIL FROM:<>").code == 250
        for name in names:
            assert client.say(f"RCPT TO:<{name}>").code == 250
        assert client.say("RCPT TO:<u100@example.org>") == (452, "4.5.3 Too many recipients")
        assert client.say("DATA").code == 354
        client.write(stuffed(letter()) + b".\r\n")
        assert client.reply().code == 250
    (taken,) = smart_host().wait_taken()
    assert taken.recipients == [f"<{name}>" for name in names]
    assert taken.sender == "<>"
    shared.wait_empty()


@pytest.mark.parametrize("offer", [True, False])
def test_dsn_parameters_as_they_came(shared, smart_host, offer):
    peer = smart_host(Scene(ehlo="250-p\r\n250 DSN" if offer else "250-p\r\n250 XDSN"))
    longest = "ORCPT=rfc822;" + "x" * (384 - len("RCPT TO:<a@example.org> ORCPT=rfc822;"))
    with shared.connect() as client:
        client.hello()
        for command, code in (("MAIL FROM:<box@example.net> ENVID=" + "e" * 101, 501),
                              ("MAIL FROM:<box@example.net> ENVID=" + "e" * 100, 250),
                              ("RCPT TO:<a@example.org> ORCPT=rfc822;+0D+0A", 501),
                              ("RCPT TO:<a@example.org> " + longest + "x", 501),
                              ("RCPT TO:<a@example.org> " + longest, 250),
                              ("RCPT TO:<b@example.org>", 250),
                              ("DATA", 354)):
            assert client.say(command).code == code, command
        client.write(stuffed(letter(300)) + b".\r\n")
        assert client.reply().code == 250
    (taken,) = peer.wait_taken()
    assert taken.sender == "<box@example.net>" + (" ENVID=" + "e" * 100 if offer else "")
    assert [line for _, line in peer.said if line.startswith("RCPT")] == [
        f"RCPT TO:<a@example.org> {longest}" if offer else "RCPT TO:<a@example.org>",
        "RCPT TO:<b@example.org>"]
    shared.wait_empty()


@pytest.mark.parametrize("pieces", [1, 7, 64])
def test_pipelined_commands(shared, smart_host, pieces):
    """Two letters in batches (RFC 2920), whatever the borders of the segments; answers in order."""
    envelope = b"MAIL FROM:<box@example.net>\r\nRCPT TO:<ops@example.org>\r\n"
    batches = [(b"EHLO client.example.net\r\n", [250]),
               (envelope + b"RCPT TO:<@>\r\nDATA\r\n", [250, 250, 501, 354]),
               (letter(300, body=b"") + b".\r\nNOOP\r\n" + envelope + b"RSET\r\nDATA\r\n" +
                envelope + b"DATA\r\n", [250, 250, 250, 250, 250, 503, 250, 250, 354]),
               (letter(300, body=b"") + b".\r\nQUIT\r\n", [250, 221])]
    with shared.connect() as client:
        for octets, codes in batches:
            for at in range(pieces):
                client.write(octets[at * len(octets) // pieces:(at + 1) * len(octets) // pieces])
            assert [client.reply().code for _ in codes] == codes
    smart_host().wait_taken(2)
    shared.wait_empty()


@pytest.mark.parametrize("name", ["Postmaster", "postmaster@flashpost.example",
                                  "POSTMASTER@FLASHPOST.EXAMPLE"])
def test_postmaster_is_the_administrator(shared, smart_host, name):
    with shared.connect() as client:
        client.hello()
        assert client.send(letter(), recipients=(name,)).code == 250
    (taken,) = smart_host().wait_taken()
    assert taken.recipients == ["<admin@example.org>"]
    shared.wait_empty()


def test_commands_out_of_order(shared):
    with shared.connect() as client:
        assert client.say("MAIL FROM:<a@b.example>").code == 503
        client.hello()
        assert client.say("RCPT TO:<a@b.example>").code == 503
        assert client.say("DATA").code == 503
        assert client.say("VRFY ops").code == 252
        for _ in range(4):
            assert client.say("XYZZY").code == 500
        assert client.say("XYZZY").code == 421
        assert client.reply().code == 0
    nothing_kept(shared)


def test_who_speaks_before_the_greeting(shared):
    with shared.dial() as client:
        client.write(b"EHLO client.example.net\r\n")
        assert client.reply().code == 554


def test_letter_in_one_octet_pieces(shared, smart_host):
    text = letter(600)
    with shared.connect() as client:
        for line in (b"EHLO client.example.net\r\n", b"MAIL FROM:<box@example.net>\r\n",
                     b"RCPT TO:<ops@example.org>\r\n", b"DATA\r\n", stuffed(text) + b".\r\n"):
            client.write_bytewise(line)
            assert client.reply().code in (250, 354)
    (taken,) = smart_host().wait_taken()
    assert taken.text.endswith(text)
    shared.wait_empty()


@pytest.mark.parametrize("way", ["close", "reset"])
def test_letter_that_breaks_off_is_not_kept(shared, way):
    client = shared.connect()
    client.hello()
    client.envelope()
    before = shared.status()["programmed"]
    client.write(stuffed(letter(4096)))
    until(lambda: shared.status()["programmed"] > before + 2048, "its first pages in flash")
    getattr(client, way)()
    shared.wait_status(intake_open=0, letters=0)


def test_four_clients_at_once(shared, smart_host):
    """Their pieces are interleaved; each letter stays itself."""
    texts = [letter(6000, subject=f"Letter {number}") for number in range(4)]
    clients = [shared.connect() for _ in texts]
    for client in clients:
        client.hello()
        client.envelope()
    for at in range(0, 6000, 500):
        for client, text in zip(clients, texts):
            client.write(stuffed(text)[at:at + 500])
    for client, text in zip(clients, texts):
        client.write(stuffed(text)[6000:] + b".\r\n")
        assert client.reply().code == 250
        client.close()
    peer = smart_host()
    peer.wait_taken(4)
    assert sorted(texts) == sorted(
        taken.text[taken.text.index(b"From: RAID"):] for taken in peer.taken())
    shared.wait_empty()
