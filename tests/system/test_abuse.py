# SPDX-License-Identifier: MIT
"""
Tables of what clients try: to relay, to smuggle a letter, to pass a limit, to put octets where a
reader of headers, of the console or of a next hop takes them for something else.
"""

import re

import pytest

from client import letter, stuffed

# ---- Relaying from outside -------------------------------------------------------------------

SENDERS = ["", "box@example.net", "box@flashpost.example", "box@localhost", "box@[10.0.2.15]",
           "admin@example.org", "@flashpost.example:box@example.net", "box"]
RECIPIENTS = [
    "ops@example.org", "ops@EXAMPLE.ORG", "ops", "ops@localhost", "ops@flashpost.example",
    "ops%example.org", "ops%example.org@flashpost.example", "ops%example.org@localhost",
    "ops%example.org@[10.0.2.15]", "ops%example.org%flashpost.example@flashpost.example",
    "example.org!ops", "example.org!ops@flashpost.example", "flashpost.example!example.org!ops",
    "example.org!ops@[10.0.2.15]", "example.org!ops%flashpost.example@flashpost.example",
    "@flashpost.example:ops@example.org", "@[10.0.2.15]:ops@example.org",
    "@flashpost.example,@example.org:ops@example.org", "@example.org:ops@flashpost.example",
    '"ops@example.org"', '"ops@example.org"@flashpost.example', '"ops"@example.org',
    '"ops%example.org"@flashpost.example', '"example.org!ops"@flashpost.example',
    '"ops@example.org"@[10.0.2.15]', '"ops\\@example.org"@flashpost.example',
    '"postmaster"@example.org', '"flashpost.example"@example.org',
    "ops@example.org@flashpost.example", "ops@flashpost.example@example.org",
    "ops@[127.0.0.1]", "ops@[10.0.2.15]", "ops@[10.0.2.2]", "ops@[IPv6:::1]", "ops@[192.0.2.1]",
    "ops@10.0.2.15", "ops@example.org.", "ops@.example.org", "ops@", "@example.org", "",
    "<ops@example.org>", "ops@example.org ops@flashpost.example", "ops@example.org,ops",
    "ops(flashpost.example)@example.org", "ops@example.org(comment)", "ops;ops@example.org",
    "Postmaster", "postmaster@flashpost.example", "POSTMASTER@FLASHPOST.EXAMPLE",
    "postmaster@[10.0.2.15]", "postmaster%example.org@flashpost.example", "|/bin/sh@example.org",
    "abuse@flashpost.example", "admin@example.org",
]
PLEAS = ["EHLO flashpost.example", "EHLO [127.0.0.1]", "HELO localhost"]


def plea_is_vain(client, sender, tried):
    """Not one recipient is taken, and no DATA."""
    reply = client.say(f"MAIL FROM:<{sender}>")
    if reply.code != 250:
        assert reply.code in (501, 553), (sender, reply)
        return
    for recipient in tried:
        reply = client.say(f"RCPT TO:<{recipient}>")
        assert reply.code in (501, 550, 553, 555), (sender, recipient, reply)
    assert client.say("DATA").code == 503
    assert client.say("RSET").code == 250


@pytest.mark.config("ipv6")
def test_nothing_opens_the_relay_from_outside(device, smart_host):
    """10.0.2.2, whom the clients are here, is in no network of INTAKE_NETWORKS."""
    peer = smart_host()
    for plea, senders in zip(PLEAS, (SENDERS, SENDERS[:2], SENDERS[2:3])):
        with device.connect() as client:
            assert client.say(plea).code == 250
            for sender in senders:
                plea_is_vain(client, sender, RECIPIENTS)
    with device.connect() as client:
        client.hello()
        for trick in ("XCLIENT ADDR=192.0.2.1", "XFORWARD ADDR=192.0.2.1", "AUTH PLAIN AGEAYg=="):
            assert client.say(trick).code in (500, 502, 503, 504, 530, 538)
        for option in (" AUTH=<>", " AUTH=box@example.net"):
            assert client.say(f"MAIL FROM:<box@example.net>{option}").code in (250, 501, 555)
        plea_is_vain(client, "box@example.net", RECIPIENTS[:3])
    status = device.wait_status(intake_open=0)
    assert (status["letters"], status["intake_letters"], status["connects"]) == (0, 0, 0)
    assert status["intake_refused_relay"] > len(RECIPIENTS)
    assert not peer.connected


LITERALLY = ["ops%example.net@example.org", "example.net!ops@example.org",
             '"ops@example.net"@example.org', '"a b"@example.org', "ops+tag@example.org",
             "ops@[192.0.2.1]", "postmaster@example.org"]


def test_local_parts_mean_nothing_inside_either(shared, smart_host):
    """They go where the domain says, as they came; a source route is dropped."""
    routed = "@relay.example,@other.example:ops@example.org"
    with shared.connect() as client:
        client.hello()
        assert client.send(letter(), recipients=[*LITERALLY, routed]).code == 250
    (taken,) = smart_host().wait_taken()
    assert taken.recipients == [f"<{one}>" for one in [*LITERALLY, "ops@example.org"]]
    shared.wait_empty()


# ---- Where a text ends -----------------------------------------------------------------------

SMUGGLED = b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<ops@example.org>\r\nDATA\r\nevil\r\n"
FALSE_ENDS = {
    "LF . LF": b"\n.\n", "LF . CRLF": b"\n.\r\n", "CRLF . LF": b"\r\n.\n", "CR . CR": b"\r.\r",
    "CR . CRLF": b"\r.\r\n", "CRLF . CR": b"\r\n.\r", "LF . CR": b"\n.\r", "CR . LF": b"\r.\n",
    "CRLF . CR CRLF": b"\r\n.\r\r\n", "CRLF NUL . CRLF": b"\r\n\0.\r\n",
    "CRLF . NUL CRLF": b"\r\n.\0\r\n", "CR CRLF . CRLF": b"\r\r\n.\n\r\n", "LF CR . LF CR": b"\n\r.\n\r",
    "LF LF . LF": b"\n\n.\n", "CRLF . LF CRLF": b"\r\n.\n\r\n", "NUL . NUL": b"\0.\0",
    "CRLF . VT CRLF and CR": b"\r\n.\x0b\r\n\r", "LF . LF at the start": b"",
}


@pytest.mark.parametrize("end", FALSE_ENDS.values(), ids=FALSE_ENDS)
def test_no_letter_is_smuggled(shared, smart_host, end):
    """All of it is one text, which is refused at its real end; the session goes on in step."""
    text = b"Subject: x\r\n\r\none" + end + SMUGGLED if end else b"\n.\n" + SMUGGLED
    with shared.connect() as client:
        client.hello()
        client.envelope()
        client.write(text + b"\r\n.\r\n")
        assert client.reply() == (554, "5.6.0 Bare CR, bare LF or NUL in the text")
        assert client.say("NOOP").code == 250
        assert client.say("QUIT").code == 221
    assert shared.wait_status(intake_open=0)["letters"] == 0
    assert not smart_host().letters


def test_the_end_of_a_text_in_any_two_pieces(shared, smart_host):
    peer = smart_host()
    end = b"last line\r\n.\r\n"
    for at in range(len(end) - 6, len(end)):
        with shared.connect() as client:
            client.hello()
            client.envelope()
            client.write(b"Subject: x\r\n\r\n" + end[:at])
            shared.status()  # meanwhile the first piece arrives
            client.write(end[at:])
            assert client.reply().code == 250
    for taken in peer.wait_taken(6):
        assert taken.text.endswith(b"Subject: x\r\n\r\nlast line\r\n") or \
            taken.text.endswith(b"\r\n\r\nlast line\r\n")
    shared.wait_empty()


def test_an_empty_text(shared, smart_host):
    with shared.connect() as client:
        client.hello()
        assert client.send(b"").code == 250
    smart_host().wait_taken()
    shared.wait_empty()


# ---- Limits ----------------------------------------------------------------------------------

def padded(command, length):
    """A command line of so many octets, CRLF included."""
    return command + "x" * (length - len(command) - 2)


L64, L65 = "l" * 64, "l" * 65
D255 = ".".join(["d" * 63] * 3 + ["d" * 63])  # four labels of 63
EDGES = [
    (padded("NOOP ", 512), 250), (padded("NOOP ", 513), 500), (padded("NOOP ", 2000), 500),
    (padded("HELP ", 512), 214), (padded("VRFY ", 512), 252), (padded("VRFY ", 513), 500),
    ("EHLO " + "h." * 127 + "h", 250), ("EHLO", 501), ("HELO", 501), ("EHLO a b", 501),
    (f"MAIL FROM:<{L64}@example.net>", 250), (f"MAIL FROM:<{L65}@example.net>", 501),
    (f"MAIL FROM:<a@{D255}>", 250), (f"MAIL FROM:<a@{D255}d>", 501),
    (f"MAIL FROM:<a@{'d' * 64}.example>", 501),
    ("MAIL FROM:<a@b.example> SIZE=0", 250), ("MAIL FROM:<a@b.example> SIZE=", 501),
    ("MAIL FROM:<a@b.example> SIZE=-1", 501), ("MAIL FROM:<a@b.example> SIZE=abc", 501),
    ("MAIL FROM:<a@b.example> SIZE=1 SIZE=2", 501),
    ("MAIL FROM:<a@b.example> SIZE=99999999999999999999", 552),
    ("MAIL FROM:<a@b.example> SIZE=4294967296", 552),
    ("MAIL FROM:<a@b.example> BODY=7BIT", 250), ("MAIL FROM:<a@b.example> BODY=BINARYMIME", 501),
    ("MAIL FROM:<a@b.example> SMTPUTF8", 555), ("MAIL FROM:a@b.example", 501),
    ("MAIL FROM:<a@b.example", 501), ("MAIL FROM:<<a@b.example>>", 501), ("MAIL", 501),
    ("MAIL TO:<a@b.example>", 501), ("DATA now", 503), ("RSET now", 501), ("QUIT now", 501),
]


def test_limits_of_command_lines(shared):
    """Each at its edge and over it, in a session that is reset in between."""
    found = []
    for command, code in EDGES:
        with shared.connect() as client:
            client.hello()
            found.append((command[:40], client.say(command).code))
            assert client.say("NOOP").code == 250, command
    assert found == [(command[:40], code) for command, code in EDGES]
    assert shared.wait_status(intake_open=0)["letters"] == 0


@pytest.mark.config("hosts")
def test_a_text_longer_than_announced(device):
    """SIZE is no promise; INTAKE_SIZE_MAX is a limit, to the octet."""
    limit = 1048576
    with device.connect() as client:
        client.hello()
        assert client.send(letter(5000), options=" SIZE=10").code == 250
        assert client.send(letter(limit + 1), options=" SIZE=10")[0] == 552
        assert client.send(letter(limit), options=f" SIZE={limit}").code == 250
        assert client.send(letter(2000), options=f" SIZE={limit}").code == 250
        assert client.say(f"MAIL FROM:<> SIZE={limit + 1}").code == 552
    assert device.wait_status(intake_open=0)["letters"] == 3


def test_a_connection_reset_right_after_the_dot(shared, smart_host):
    """Kept and delivered once, or not at all; and the session is free."""
    peer = smart_host()
    before = shared.status()["intake_letters"]
    for _ in range(5):
        client = shared.connect()
        client.hello()
        client.envelope()
        client.write(stuffed(letter()) + b".\r\n")
        client.reset()
    status = shared.wait_status(intake_open=0, letters=0)
    assert len(peer.wait_taken(status["intake_letters"] - before)) == \
        status["intake_letters"] - before
    assert len({tuple(taken.header("Message-ID")) for taken in peer.taken()}) == len(peer.taken())
    shared.submit()
    shared.wait_empty()


# ---- Octets that mean something to others ----------------------------------------------------

CONTROLS = [b"\x1b[2J", b"\x07", b"\x7f", b"\t", b"\xc2\x9b2J"]
PLACES = [b"EHLO a%sb\r\n", b"HELO a%sb\r\n", b"MAIL FROM:<a%sb@example.net>\r\n",
          b"MAIL FROM:<ab@exa%smple.net>\r\n", b"RCPT TO:<a%sb@example.org>\r\n",
          b'RCPT TO:<"a%sb"@example.org>\r\n', b"VRFY a%sb\r\n", b"NOOP a%sb\r\n", b"A%sB\r\n",
          b"MAIL FROM:<a@b.example> BODY=8BIT%sMIME\r\n", b"RCPT TO:<ops@example.org> %s\r\n"]


def has_controls(text):
    return re.search(r"[^\x20-\x7e]", text)


def test_no_control_octet_gets_anywhere(shared, smart_host):
    """What of these commands is taken, if any, is clean wherever it is seen again."""
    peer = smart_host()
    accepted = 0
    for place in PLACES:
        for octets in CONTROLS:
            with shared.connect() as client:
                client.hello()
                if place.startswith(b"RCPT"):
                    assert client.say("MAIL FROM:<box@example.net>").code == 250
                client.write(place % octets)
                assert not has_controls(client.reply().text.replace("\n", ""))
                for command in ("MAIL FROM:<x@example.net>", "RCPT TO:<ops@example.org>", "DATA"):
                    reply = client.say(command)
                if reply.code == 354:
                    client.write(b"Subject: x\r\n\r\n.\r\n")
                    accepted += client.reply().code == 250
    shared.wait_empty()
    for taken in peer.wait_taken(accepted):
        head = taken.text.split(b"\r\n\r\n")[0].decode("latin-1")
        assert not has_controls(re.sub(r"\r\n\t?", " ", head)), head
        assert not has_controls("".join(taken.recipients) + taken.sender)
    assert not any(has_controls(line) for _, line in peer.said)
    assert not any(has_controls(line) for line in shared.console.lines), "on the console"


def test_a_header_cannot_be_written_by_the_envelope(shared, smart_host):
    """Received holds the client's name, which is one word."""
    peer = smart_host()
    with shared.connect() as client:
        for name in ("a\\r\\nX-Evil:", "a;b", "a(b)c", "a\tb", "a b"):
            client.say(f"EHLO {name}")
        client.say("EHLO [10.0.2.2]")
        assert client.send(letter()).code == 250
    (taken,) = peer.wait_taken()
    assert len(taken.header("Received")) == 1 and not taken.header("X-Evil")
    shared.wait_empty()
