# SPDX-License-Identifier: MIT
"""Old devices, where the header says that they are welcome; what that does not open."""

import smtplib

import pytest

pytestmark = pytest.mark.config("tolerant")


def test_a_device_that_gets_all_of_it_wrong(device, smart_host):
    """No HELO, a login of its own making, LF at the end of lines; its letter arrives as it should."""
    peer = smart_host()
    text = "Subject: toner low\n\nTray 2\n.\n..\nMAIL FROM:<x@evil.example>\nDATA\n"
    with device.connect() as client:
        for line, code in (("AUTH LOGIN", 334), ("printer", 334), ("not Base64 at all", 235),
                           ("MAIL FROM:<box@example.net>", 250), ("RCPT TO:<ops@example.org>", 250),
                           ("DATA", 354)):
            client.write(line.encode() + b"\n")
            assert client.reply().code == code, line
        client.write(text.encode() + b"end\r\n.\r\n")
        assert client.reply().code == 250
    (taken,) = peer.wait_taken()
    assert taken.sender.startswith("<box@example.net>")
    head, body = taken.text.split(b"\r\n\r\n", 1)
    assert b"from [10.0.2.2] ([10.0.2.2])" in head, head
    assert body == b"Tray 2\r\n.\r\n..\r\nMAIL FROM:<x@evil.example>\r\nDATA\r\nend\r\n"
    device.wait_empty()


@pytest.mark.parametrize("mechanism, prompted", [("PLAIN", False), ("PLAIN", True),
                                                 ("LOGIN", False), ("LOGIN", True)])
def test_a_login_is_taken_and_leaves_no_trace(device, smart_host, mechanism, prompted):
    """Python's own client; neither user nor password is in the log, the mail or the flash."""
    peer = smart_host()
    with smtplib.SMTP("127.0.0.1", device.port, timeout=60) as client:
        client.ehlo("printer.example.net")
        assert set(client.esmtp_features["auth"].split()) == {"PLAIN", "LOGIN"}
        client.user, client.password = "someprinter", "opensesame"
        code, _ = client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"),
                              initial_response_ok=not prompted)
        assert code == 235
        client.sendmail("box@example.net", ["ops@example.org"], "Subject: x\r\n\r\nhello\r\n")
    (taken,) = peer.wait_taken()
    device.wait_empty()
    places = {"flash": device.flash.read_bytes(), "letter": taken.text,
              "log": "\n".join(device.log()).encode()}
    for place, octets in places.items():
        for secret in (b"someprinter", b"opensesame", b"c29tZXByaW50ZXI", b"b3BlbnNlc2FtZ",
                       b"AHNvbWVwcmludGVyAG9wZW5zZXNhbWU"):
            assert secret not in octets, (place, secret)
