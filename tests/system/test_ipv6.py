# SPDX-License-Identifier: MIT
"""IPv6 in and out, and clients that the configuration does not know (config/ipv6.h)."""

import pytest

from client import Client, letter, stuffed
from device import GLOBAL as ADDRESS, LINK_LOCAL, config_number
from peer import Peer

pytestmark = pytest.mark.config("ipv6")

RELAYING_DENIED = (550, "5.7.1 Relaying denied: your network is not in INTAKE_NETWORKS")


def test_delivery_over_ipv6(device, smart_host):
    peer = smart_host()
    device.console.wait_log(f"network address ip={ADDRESS}")
    device.command("alert info Over IPv6")
    (taken,) = peer.wait_taken()
    assert taken.header("Subject") == ["[info] Over IPv6"]
    device.wait_empty()


def test_client_outside_the_networks_is_refused(device):
    with device.connect() as client:
        client.hello()
        assert client.say("MAIL FROM:<box@example.net>").code == 250
        for recipient in ("ops@example.org", "Postmaster", "ops%example.org@flashpost.example"):
            assert client.say(f"RCPT TO:<{recipient}>") == RELAYING_DENIED
        assert client.say("DATA").code == 503
    status = device.wait_status(intake_open=0)
    assert (status["letters"], status["intake_refused_relay"]) == (0, 3)


def test_letter_in_and_out_over_ipv6(neighbour, namespace):
    port = config_number("ipv6", "CONNECTOR_1_PORT")
    peer = Peer(listener=namespace.listen("fec0::2", port))
    text = letter(20000)
    with Client(namespace.connect(ADDRESS, 25)) as client:
        assert client.reply().code == 220
        client.hello()
        assert client.send(text).code == 250
    (taken,) = peer.wait_taken()
    assert taken.text.endswith(text)
    assert "([IPv6:fec0::2])" in taken.header("Received")[0]
    neighbour.wait_empty()
    peer.stop()


def test_link_local_client_is_outside(neighbour, namespace):
    with Client(namespace.connect(f"{LINK_LOCAL}%tap0", 25)) as client:
        assert client.reply().code == 220
        client.hello()
        assert client.say("MAIL FROM:<box@example.net>").code == 250
        assert client.say("RCPT TO:<ops@example.org>") == RELAYING_DENIED


def test_one_octet_segments(neighbour, namespace):
    """On this cable each octet is sent, and seen to go, as a segment of its own."""
    wire = namespace.capture()
    peer = Peer(listener=namespace.listen("fec0::2", config_number("ipv6", "CONNECTOR_1_PORT")))
    text = letter(600)
    said = 0
    with Client(namespace.connect(ADDRESS, 25)) as client:
        assert client.reply().code == 220
        for line in (b"EHLO client.example.net\r\n", b"MAIL FROM:<box@example.net>\r\n",
                     b"RCPT TO:<ops@example.org>\r\n", b"DATA\r\n", stuffed(text) + b".\r\n"):
            client.write_bytewise(line)
            said += len(line)
            assert client.reply().code in (250, 354)
    (taken,) = peer.wait_taken()
    assert taken.text.endswith(text)
    neighbour.wait_empty()
    peer.stop()
    assert one_octet_segments(wire, 25) >= said


def one_octet_segments(wire, port):
    """How many of the frames seen carry one octet of TCP over IPv6 to the port."""
    count = 0
    while True:
        try:
            frame = wire.recv(2000)
        except BlockingIOError:
            wire.close()
            return count
        packet, tcp = frame[14:54], frame[54:]
        if frame[12:14] == b"\x86\xdd" and packet[6] == 6:
            octets = int.from_bytes(packet[4:6], "big") - (tcp[12] >> 4) * 4
            count += int.from_bytes(tcp[2:4], "big") == port and octets == 1
