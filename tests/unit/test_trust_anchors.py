# SPDX-License-Identifier: MIT
"""tools/make_trust_anchors: a table for the compiler, or one sentence that says what is wrong."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / "tools/make_trust_anchors"


def make(*arguments):
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True)


def refusal(*arguments):
    done = make(*arguments)
    assert done.returncode == 1 and not done.stdout and "Traceback" not in done.stderr
    return done.stderr


def key(directory, algorithm, option):
    path = directory / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", algorithm, "-pkeyopt", option, "-nodes",
                    "-keyout", "/dev/null", "-subj", "/CN=a root", "-days", "3", "-out", path],
                   check=True, capture_output=True)
    return path


def test_a_name_of_the_store():
    table = make("ISRG_Root_X2").stdout
    assert "ANCHOR_EC(0, BR_EC_secp384r1)" in table and "BR_X509_TA_CA" in table
    assert re.search(r"last_days\[\] = \{\n25827,\n\};", table), "until 2040-09-17"
    assert re.search(r"name_sizes\[\] = \{\n12,\n\};", table), "ISRG Root X2"


def test_the_ready_set_is_what_the_tool_makes():
    """Of Debian's store as it is now, an anchor may be gone: then the set is made anew."""
    names = re.compile(r"/\* (.*), until")
    assert names.findall(make("--providers").stdout) == names.findall(
        (ROOT / "config/anchors.inc").read_text())


def test_a_file_of_two(tmp_path):
    both = key(tmp_path, "ec", "ec_paramgen_curve:P-256").read_text()
    both += key(tmp_path, "rsa", "rsa_keygen_bits:2048").read_text()
    path = tmp_path / "both.pem"
    path.write_text(both)
    table = make(path).stdout
    assert "ANCHOR_EC(0, BR_EC_secp256r1)" in table and "ANCHOR_RSA(1)" in table


def test_a_key_that_the_firmware_cannot_use(tmp_path):
    assert "neither RSA of 2048" in refusal(key(tmp_path, "rsa", "rsa_keygen_bits:1024"))


def test_what_is_no_certificate(tmp_path):
    path = tmp_path / "empty.pem"
    path.write_text("nothing")
    assert "holds no certificate" in refusal(path)
    path.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert "damaged" in refusal(path)
    assert "is no name in" in refusal("No_Such_Root")
