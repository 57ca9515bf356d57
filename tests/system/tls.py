# SPDX-License-Identifier: MIT
"""
Certificates of the tests' own, for servers that speak TLS by OpenSSL. All are made anew by each
run; `write_trusted` writes what the image trusts.
"""

import datetime
import ssl
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (Encoding, NoEncryption, PrivateFormat,
                                                          PublicFormat)

TREE = Path(__file__).resolve().parents[2]
MADE = TREE / "build/test-tls"  # what config/tls.h includes
NAME = "mx.example.org"
KEYS = {"rsa2048": lambda: rsa.generate_private_key(65537, 2048),
        "rsa4096": lambda: rsa.generate_private_key(65537, 4096),
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1())}


def day(offset):
    return datetime.datetime.utcnow() + datetime.timedelta(days=offset)


class Signer:
    """A certificate with its key, which may sign others."""

    def __init__(self, name, kind, issuer=None, ca=True, host=None, begins=-10, ends=10):
        self.key, self.issuer = KEYS[kind](), issuer
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
        hash_ = hashes.SHA384() if kind == "p384" else hashes.SHA256()
        self.certificate = builder.sign(signer.key, hash_)

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
        self.roots = {kind: Signer(f"Root {kind}", kind) for kind in KEYS}
        self.between = {kind: Signer(f"Intermediate {kind}", kind, root)
                        for kind, root in self.roots.items()}
        self.made = 0

    def server(self, kind="p256", issuer=None, host=NAME, chain=True, **dates):
        """(path of the chain, path of the key, pin) of a server's certificate."""
        issuer = issuer or self.between[kind]
        leaf = Signer(host, kind, None if issuer == "self" else issuer, False, host, **dates)
        self.made += 1
        path = self.directory / f"server{self.made}"
        chained = issuer.pem() if chain and issuer != "self" else b""
        path.with_suffix(".pem").write_bytes(leaf.pem() + chained)
        path.with_suffix(".key").write_bytes(leaf.key_pem())
        return path.with_suffix(".pem"), path.with_suffix(".key"), leaf.pin()

    def context(self, *arguments, files=None, configure=None, **options):
        """OpenSSL's, with such a certificate."""
        pem, key, _ = files or self.server(*arguments, **options)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        if configure:
            configure(context)
        return context

    def write_trusted(self):
        """What the image of configuration tls trusts."""
        roots = self.directory / "roots.pem"
        roots.write_bytes(b"".join(root.pem() for root in self.roots.values()))
        made = subprocess.run([TREE / "tools/make_trust_anchors", roots], check=True,
                              capture_output=True, text=True)
        MADE.mkdir(parents=True, exist_ok=True)
        (MADE / "anchors.inc").write_text(made.stdout)
        self.pinned = self.server(issuer="self")
        (MADE / "pin.h").write_text(f'#define CONFIG_CONNECTOR_4_PINS "{self.pinned[2]}"\n')

