# SPDX-License-Identifier: MIT
"""
Certificates of the tests' own, for servers that speak TLS by OpenSSL. What the image trusts is
kept for a day, so that not every run compiles it anew; the rest is made by each run.
"""

import datetime
import fcntl
import ssl
import subprocess
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (Encoding, NoEncryption, PrivateFormat,
                                                          PublicFormat, load_pem_private_key)

TREE = Path(__file__).resolve().parents[2]
MADE = TREE / "build/test-tls"  # what config/tls.h includes
LAST = MADE / "pinned.key"  # of the files there
TOOL = TREE / "tools/make_trust_anchors"
KEPT_S = 86400
NAME = "mx.example.org"
KEYS = {"rsa2048": lambda: rsa.generate_private_key(65537, 2048),
        "rsa4096": lambda: rsa.generate_private_key(65537, 4096),
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1())}


def day(offset):
    return datetime.datetime.utcnow() + datetime.timedelta(days=offset)


class Signer:
    """A certificate with its key, which may sign others."""

    def __init__(self, name, kind, issuer=None, ca=True, host=None, begins=-10, ends=10,
                 extension=None):
        self.key = KEYS[kind]()
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        signer = issuer or self
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(issuer.certificate.subject if issuer else subject)
                   .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(day(begins)).not_valid_after(day(ends))
                   .add_extension(x509.BasicConstraints(ca=ca, path_length=None), True))
        if host:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        if extension:
            builder = builder.add_extension(*extension)
        hash_ = hashes.SHA384() if kind == "p384" else hashes.SHA256()
        self.certificate = builder.sign(signer.key, hash_)

    @classmethod
    def load(cls, path):
        signer = cls.__new__(cls)
        signer.key = load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
        signer.certificate = x509.load_pem_x509_certificate(path.with_suffix(".pem").read_bytes())
        return signer

    def save(self, path, chained=b""):
        path.with_suffix(".pem").write_bytes(self.pem() + chained)
        path.with_suffix(".key").write_bytes(self.key_pem())

    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    def key_pem(self):
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def pin(self):
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        return digest.finalize().hex()


class Certificates:
    """A root and an intermediate of each kind, and servers that they signed."""

    def __init__(self, directory):
        self.directory = directory
        self.made = 0
        MADE.mkdir(parents=True, exist_ok=True)
        with open(MADE / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the other half may be making it
            made = LAST.stat().st_mtime if LAST.exists() else 0
            if made < max(time.time() - KEPT_S, TOOL.stat().st_mtime):
                _make_trusted()
        self.roots = {kind: Signer.load(MADE / f"root-{kind}") for kind in KEYS}
        self.between = {kind: Signer.load(MADE / f"between-{kind}") for kind in KEYS}
        self.pinned = (MADE / "pinned.pem", MADE / "pinned.key")

    def server(self, kind="p256", issuer=None, host=NAME, chain=True, **options):
        """(path of the chain, path of the key) of a server's certificate."""
        issuer = issuer or self.between[kind]
        leaf = Signer(host, kind, None if issuer == "self" else issuer, False, host, **options)
        self.made += 1
        path = self.directory / f"server{self.made}"
        leaf.save(path, issuer.pem() if chain and issuer != "self" else b"")
        return path.with_suffix(".pem"), path.with_suffix(".key")

    def context(self, *arguments, files=None, configure=None, **options):
        """OpenSSL's, with such a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(files or self.server(*arguments, **options)))
        if configure:
            configure(context)
        return context


def _make_trusted():
    """What the image of configuration tls trusts."""
    roots = {kind: Signer(f"Root {kind}", kind) for kind in KEYS}
    for kind, root in roots.items():
        root.save(MADE / f"root-{kind}")
        Signer(f"Intermediate {kind}", kind, root).save(MADE / f"between-{kind}")
    (MADE / "roots.pem").write_bytes(b"".join(root.pem() for root in roots.values()))
    made = subprocess.run([TREE / "tools/make_trust_anchors", MADE / "roots.pem"], check=True,
                          capture_output=True, text=True)
    (MADE / "anchors.inc").write_text(made.stdout)
    pinned = Signer(NAME, "p256", None, False, NAME)
    (MADE / "pin.h").write_text(f'#define CONFIG_CONNECTOR_4_PINS "{pinned.pin()}"\n')
    pinned.save(LAST)
