# SPDX-License-Identifier: MIT
"""
TLS to the next hop, against OpenSSL: chains of each kind, and everything that may be wrong with
a server, each with a cause of its own. Where TLS is demanded nothing of a letter leaves in clear.
"""

import email.utils
import ssl
import time
import warnings

import pytest
from cryptography import x509

from client import letter
from device import config_number
from peer import CLOSE, Peer, Scene
from test_clock import chrony  # noqa: F401, a fixture
from test_time_server import server as time_server  # noqa: F401, a fixture
from tls import KEYS, Signer

pytestmark = [pytest.mark.config("tls"), pytest.mark.usefixtures("certificates")]

REQUIRED, IMPLICIT, WISHED, PINNED = 1, 2, 3, 4
DOMAIN = {REQUIRED: "example.org", IMPLICIT: "implicit.example", WISHED: "wished.example",
          PINNED: "pinned.example"}
ROUTE = {REQUIRED: "required", IMPLICIT: "implicit", WISHED: "wished", PINNED: "pinned"}


@pytest.fixture
def server():
    """A function that starts the peer of one connector."""
    started = []

    def start(connector, context, *scenes):
        port = config_number("tls", f"CONNECTOR_{connector}_PORT")
        peer = Peer(port, tls=context, implicit=connector == IMPLICIT).play(*scenes)
        started.append(peer)
        return peer

    yield start
    for peer in started:
        peer.stop()


@pytest.fixture
def box(chrony, device):  # noqa: F811
    """A box that knows the time."""
    device.console.wait_log("clock set")
    return device


def date_of_received(letter):
    """(seconds since 1970, the comment behind the date) of the field that the box added."""
    date = letter.header("Received")[0].rsplit(";", 1)[1].strip()
    date, _, comment = date.partition(" (")
    return email.utils.parsedate_to_datetime(date).timestamp(), comment and "(" + comment


def submit(box, connector, text=None):
    return box.submit(text, recipients=(f"ops@{DOMAIN[connector]}",))


def fails(box, connector, cause):
    box.console.wait_log(f"route-failed route={ROUTE[connector]} tries=1 cause={cause} remedy=")


# ---- What goes well ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("connector", [REQUIRED, IMPLICIT], ids=["starttls", "implicit"])
def test_chains(box, server, certificates, kind, connector):
    peer = server(connector, certificates.context(kind))
    submit(box, connector, letter(20_000))
    (taken,) = peer.wait_taken(1, 60)
    assert len(taken.text) > 20_000
    box.wait_empty()
    assert [line.split()[0] for line in peer.in_clear] == (
        ["EHLO", "STARTTLS"] if connector == REQUIRED else [])
    assert peer.sessions[0][0] == "TLSv1.2"


@pytest.mark.parametrize("cipher", [
    "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384"])
def test_ciphers(box, server, certificates, cipher):
    context = certificates.context(configure=lambda c: c.set_ciphers(cipher))
    peer = server(REQUIRED, context)
    submit(box, REQUIRED, letter(20_000))
    peer.wait_taken(1, 60)
    assert peer.sessions[0][1] == cipher


def test_sessions_are_resumed(box, server, certificates):
    def by_id(context):
        context.options |= ssl.OP_NO_TICKET

    peer = server(REQUIRED, certificates.context(configure=by_id))
    for count in (1, 2):
        submit(box, REQUIRED)
        peer.wait_taken(count, 60)
        box.wait_empty()
    assert [resumed for _, _, resumed in peer.sessions] == [False, True]


def test_several_letters_of_a_connection(box, server, certificates):
    box.command("freeze required")
    for _ in range(3):
        submit(box, REQUIRED, letter(50_000))
    peer = server(REQUIRED, certificates.context())
    box.command("unfreeze required")
    peer.wait_taken(3, 60)
    assert len(peer.connected) == 1


def test_pinned(box, server, certificates):
    """The certificate that was pinned is signed by itself."""
    peer = server(PINNED, certificates.context(files=certificates.pinned))
    submit(box, PINNED)
    peer.wait_taken(1, 60)


def test_unverified(box, server, certificates):
    peer = server(WISHED, certificates.context(issuer="self", host="other.example", ends=-1))
    submit(box, WISHED)
    peer.wait_taken(1, 60)
    assert [line.split()[0] for line in peer.in_clear] == ["EHLO", "STARTTLS"]


# ---- What goes wrong ---------------------------------------------------------------------------


def versions(least, greatest):
    def limit(context):
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that old versions are old
            context.minimum_version, context.maximum_version = least, greatest
    return limit


OLD, OLDER, NEW = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3
# A server below TLS 1.2 has no cipher of ours, and OpenSSL looks for the cipher first.
TROUBLES = {
    "tls-name": {"host": "other.example.org"},
    "tls-expired": {"begins": -9, "ends": -1},
    "tls-not-yet-valid": {"begins": 1, "ends": 9},
    "tls-not-trusted, missing intermediate": {"chain": False},
    "tls-not-trusted, self-signed": {"issuer": "self"},
    "tls-not-trusted, unknown root": {"issuer": "unknown"},
    "tls-cipher, CBC": {"configure": lambda c: c.set_ciphers("ECDHE+AES+SHA256:ECDHE+AES+SHA1:!AESGCM")},
    "tls-cipher, TLS 1.0": {"configure": versions(OLDER, OLDER)},
    "tls-cipher, TLS 1.1": {"configure": versions(OLD, OLD)},
    "tls-version, TLS 1.3": {"configure": versions(NEW, NEW)},
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_servers_that_are_not_accepted(box, server, certificates, trouble):
    options = dict(TROUBLES[trouble])
    if options.get("issuer") == "unknown":
        options["issuer"] = Signer("Unknown", "p256")
    peer = server(REQUIRED, certificates.context(**options))
    submit(box, REQUIRED)
    fails(box, REQUIRED, trouble.split(",")[0])
    assert {line.split()[0] for line in peer.in_clear} == {"EHLO", "STARTTLS"}
    assert not peer.letters and box.status()["letters"] == 1


SIGNERS = {
    "names": {"extension": (x509.NameConstraints([x509.DNSName("other.example")], None), True)},
    "no CA": {"ca": False},
}


@pytest.mark.parametrize("kind", SIGNERS)
def test_signers_that_may_not_sign_this(box, server, certificates, kind):
    """Names that a signer is held to are not understood, so that he is not accepted at all."""
    signer = Signer("Intermediate", "p256", certificates.roots["p256"], **SIGNERS[kind])
    peer = server(REQUIRED, certificates.context(issuer=signer))
    submit(box, REQUIRED)
    fails(box, REQUIRED, "tls-certificate")
    if kind == "names":
        box.console.wait_log("remedy=.*name constraints")
    assert not peer.letters and box.status()["letters"] == 1


def test_another_key_than_the_pin(box, server, certificates):
    peer = server(PINNED, certificates.context())
    submit(box, PINNED)
    fails(box, PINNED, "tls-pin")
    assert not peer.letters


SCENES = {
    "starttls-missing": {"ehlo": "250 peer.example.org"},
    "starttls-refused": {"starttls": "454 4.7.0 not now"},
    "tls-injected": {"starttls": "220 go\r\n250 XEVIL"},
    "bad-reply": {"ehlo": "250-peer\r\n250 STARTTLS\r\n220 go on"},
    "connection-lost": {"starttls": CLOSE},
}


@pytest.mark.parametrize("cause", SCENES)
def test_nothing_leaves_in_clear(box, server, certificates, cause):
    peer = server(REQUIRED, certificates.context(), Scene(**SCENES[cause]))
    submit(box, REQUIRED)
    fails(box, REQUIRED, cause)
    peer.wait_taken(1, 60)
    assert {line.split()[0] for line in peer.in_clear} <= {"EHLO", "STARTTLS", "QUIT"}


def test_clear_text_where_tls_is_due(box, server):
    server(IMPLICIT, None).implicit = False
    submit(box, IMPLICIT)
    fails(box, IMPLICIT, "tls-protocol")


def test_the_end_in_the_middle_of_the_handshake(box, server, certificates):
    peer = server(REQUIRED, certificates.context())
    peer.hangs_up = True
    submit(box, REQUIRED)
    fails(box, REQUIRED, "tls-closed")
    peer.hangs_up = False
    peer.wait_taken(1, 60)


def test_where_tls_is_only_wished_for(box, server, certificates):
    """A handshake that fails makes mail wait once; then it goes in clear, and the log says so."""
    peer = server(WISHED, certificates.context(configure=versions(NEW, NEW)))
    submit(box, WISHED)
    fails(box, WISHED, "tls-version")
    peer.wait_taken(1, 60)
    box.console.wait_log("in-clear route=wished tls=failed")
    assert len(peer.connected) == 2


def test_where_tls_is_not_offered_and_only_wished_for(box, server):
    peer = server(WISHED, None)
    submit(box, WISHED)
    peer.wait_taken(1, 60)
    box.console.wait_log("in-clear route=wished tls=not-offered")


def test_without_a_clock(time_server, device, server, certificates):  # noqa: F811
    """
    What needs a certificate waits, and no try is spent; what needs none goes, dated by the floor.
    Once the time server knows the time, all goes.
    """
    peer = server(REQUIRED, certificates.context())
    other = server(WISHED, certificates.context())
    submit(device, REQUIRED)
    device.console.wait_log("waits route=required cause=clock-not-set")
    submit(device, WISHED)
    (taken,) = other.wait_taken(1, 60)
    assert date_of_received(taken) == (1700000000, "(clock not set)")
    assert "route_status=clock not set: no certificate can be judged" in device.command("queue")
    assert not peer.connected and device.status()["route_required_tries"] == 0
    time_server.say(time.time)
    device.console.wait_log("clock set", seconds=40)
    (taken,) = peer.wait_taken(1, 60)
    seconds, comment = date_of_received(taken)
    assert abs(seconds - time.time()) < 60 and comment == ""
    device.wait_empty()
