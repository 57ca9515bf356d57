# SPDX-License-Identifier: MIT
"""
TLS to a real Postfix, with somebody on the line who hears every octet and meddles: where TLS is
demanded, nothing of a letter is ever to be read there.
"""

import os
import subprocess

import pytest

from client import letter
from device import config_number, free_port
from peer import Peer, Scene
from postfix import PROGRAM as POSTFIX, Postfix, split_trace
from test_clock import chrony  # noqa: F401, a fixture
from test_tls import DOMAIN, IMPLICIT, REQUIRED, ROUTE, WISHED, box, fails  # noqa: F401, box
from waiting import until
from wire import Meddler, Wire, records, seen

pytestmark = [pytest.mark.config("tls"), pytest.mark.usefixtures("certificates")]

SENDER = "disk.warner@box.example.net"
RECIPIENT = {connector: f"pager.4711@{domain}" for connector, domain in DOMAIN.items()}
TLS = """
virtual_mailbox_domains = example.org implicit.example wished.example
smtpd_tls_security_level = may
smtpd_tls_chain_files = {key} {pem}
smtpd_tls_loglevel = 1
smtpd_tls_session_cache_database = btree:$data_directory/sessions
"""
HANDSHAKE, TEXT = 22, 23  # types of records


@pytest.fixture(scope="module")
def postfix_with_tls(certificates):
    if os.geteuid() != 0 or POSTFIX is None:
        pytest.skip("Postfix must be there, and is started by root only")
    pem, key = certificates.server("rsa2048")
    server = Postfix(free_port(), TLS.format(pem=pem, key=key), implicit=(implicit := free_port()))
    server.ports = {REQUIRED: server.port, IMPLICIT: implicit, WISHED: server.port}
    yield server
    server.stop()


@pytest.fixture
def postfix(postfix_with_tls):
    postfix_with_tls.empty()
    return postfix_with_tls


@pytest.fixture
def wire():
    """A function that sits down on the line of one connector."""
    started = []

    def sit(connector, target, *meddlers):
        port = config_number("tls", f"CONNECTOR_{connector}_PORT")
        started.append(Wire(port, target, connector == IMPLICIT).play(*meddlers))
        return started[-1]

    yield sit
    for one in started:
        one.stop()


def submit(box, connector, size=3000):  # noqa: F811
    text = letter(size)
    box.submit(text, SENDER, [RECIPIENT[connector]])
    return text


def delivered(postfix, text, count=1):
    stored = [split_trace(each)[1] for each in postfix.wait_letters(count, 60)]
    assert text.replace(b"\r\n", b"\n") in stored


def seen_of(line, text, connector):
    return seen(line, text, SENDER, RECIPIENT[connector])


# ---- A real server -----------------------------------------------------------------------------


@pytest.mark.parametrize("connector", [REQUIRED, IMPLICIT], ids=["starttls", "implicit"])
def test_postfix_takes_it_and_resumes_the_session(box, postfix, wire, connector):  # noqa: F811
    line = wire(connector, postfix.ports[connector])
    for count in (1, 2):
        mark = box.console.mark()
        text = submit(box, connector, 20_000)
        delivered(postfix, text, count)
        box.wait_empty()
        found = box.console.wait_log("tls secure name=.* resumed=(.)", mark)
        assert found[1] == str(count - 1)
        assert seen_of(line, text, connector) == []
    assert "TLSv1.2 with cipher ECDHE-RSA-CHACHA20-POLY1305" in postfix.log()


# ---- Somebody meddles --------------------------------------------------------------------------

READY = b"220 2.0.0 Ready to start TLS\r\n"
MEDDLERS = {
    "strips": ("starttls-missing", Meddler(edits=((b"250-STARTTLS\r\n", b""),))),
    "masks": ("starttls-missing", Meddler(edits=((b"STARTTLS", b"XXXXXXXA"),))),
    "454": ("starttls-refused", Meddler(refuses=b"454 4.7.0 not now\r\n")),
    "502": ("starttls-refused", Meddler(refuses=b"502 5.5.1 what?\r\n")),
    "injects": ("tls-injected", Meddler(edits=((READY, READY + b"250 XEVIL\r\n"),))),
}


@pytest.mark.parametrize("kind", MEDDLERS)
def test_where_tls_is_required_nothing_is_to_be_read(box, postfix, wire, kind):  # noqa: F811
    cause, meddler = MEDDLERS[kind]
    line = wire(REQUIRED, postfix.port, meddler)
    text = submit(box, REQUIRED)
    fails(box, REQUIRED, cause)
    delivered(postfix, text)
    assert len(line.said) == 2
    assert seen_of(line, text, REQUIRED) == []


@pytest.mark.parametrize("kind", MEDDLERS)
def test_where_tls_is_only_wished_for_all_is_to_be_read(box, postfix, wire, kind):  # noqa: F811
    """As documented, and so that the search of the other tests is seen to find."""
    cause, meddler = MEDDLERS[kind]
    line = wire(WISHED, postfix.port, meddler)
    text = submit(box, WISHED)
    delivered(postfix, text)
    tls = {"starttls-missing": "not-offered", "starttls-refused": "refused"}.get(cause, "failed")
    box.console.wait_log(f"in-clear route=wished tls={tls}")
    if tls == "failed":
        fails(box, WISHED, cause)
    assert len(line.said) == (2 if tls == "failed" else 1)
    assert len(seen_of(line, text, WISHED)) > 40


def test_where_tls_begins_at_once_and_the_server_speaks_in_clear(box, wire):  # noqa: F811
    peer = Peer()
    line = wire(IMPLICIT, peer.port)
    text = submit(box, IMPLICIT)
    fails(box, IMPLICIT, "tls-protocol")
    peer.stop()
    assert b"220 peer" in line.all()
    assert seen_of(line, text, IMPLICIT) == []


@pytest.mark.parametrize("connector", [REQUIRED, IMPLICIT, WISHED],
                         ids=["required", "implicit", "wished"])
def test_the_line_is_cut_at_each_flight(box, postfix, wire, connector):  # noqa: F811
    """
    Before the server's hello, certificate, key and end of hello, and before the two records of
    its last flight; then in the middle of each.
    """
    points = [Meddler(records=count, half=half) for half in (False, True) for count in range(6)]
    if connector == WISHED:
        points = points[3:4]  # the next connection is in clear
    line = wire(connector, postfix.ports[connector], *points)
    text = submit(box, connector)
    for number in range(len(points)):
        box.console.wait_log(
            f"route-failed route={ROUTE[connector]} tries={number + 1} cause=tls-closed remedy=")
    delivered(postfix, text)
    assert len(line.said) == len(points) + 1
    assert bool(seen_of(line, text, connector)) == (connector == WISHED)


def test_records_of_16_kib_both_ways(box, certificates, wire):  # noqa: F811
    """The server's is one line of a reply; ours are of a letter."""
    greeting = "220 " + "x" * 16_370
    peer = Peer(tls=certificates.context(), implicit=True)
    line = wire(IMPLICIT, peer.port)
    peer.play(Scene(greeting=greeting, ehlo=greeting.replace("220", "250")))
    text = submit(box, IMPLICIT, 60_000)
    peer.wait_taken(1, 60)
    box.wait_empty()
    (told,), (said,) = line.heard, line.said
    assert max(size for kind, size in records(told) if kind == TEXT) >= 16_384
    assert max(size for kind, size in records(said) if kind == TEXT) >= 16_384
    assert seen_of(line, text, IMPLICIT) == []
    peer.stop()


def test_another_handshake_within_the_first_is_refused(box, certificates, wire):  # noqa: F811
    """OpenSSL asks for one by what is typed; it takes our refusal for the end."""
    pem, key = certificates.server(issuer=certificates.roots["p256"])
    port = free_port()
    server = subprocess.Popen(
        ["openssl", "s_server", "-accept", str(port), "-cert", pem, "-key", key, "-tls1_2",
         "-crlf"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    for line in server.stdout:
        if line.startswith(b"ACCEPT"):
            break
    line = wire(IMPLICIT, port)
    text = submit(box, IMPLICIT)
    box.console.wait_log("tls secure")

    def say(what):
        server.stdin.write(what + b"\n")
        server.stdin.flush()

    say(b"220 mx.example.org ESMTP")
    for heard in server.stdout:
        if heard.startswith(b"EHLO"):
            break
    before = count_handshakes(line)
    say(b"r")
    fails(box, IMPLICIT, "tls-alert")
    server.kill()
    server.wait()
    assert count_handshakes(line)[0] == before[0]
    assert count_handshakes(line)[1] == before[1] + 1, "asked for"
    assert seen_of(line, text, IMPLICIT) == []


def count_handshakes(line):
    """Records of handshakes on the first connection: from the box, and to it."""
    return [len([kind for kind, _ in records(way[0]) if kind == HANDSHAKE])
            for way in (line.said, line.heard)]
