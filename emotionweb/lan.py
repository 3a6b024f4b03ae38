"""Reaching this machine from a phone in the same network: its addresses, and a certificate.

Browsers give a page the camera only over HTTPS (or on localhost), hence the certificate.
"""

import ipaddress
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FOR = timedelta(days=397)
"""Browsers accept no longer life of a server's certificate (Apple, HT211025)."""
RENEW_BEFORE = timedelta(days=14)


def addresses() -> list[str]:
    """Return the IPv4 addresses by which others in the network reach this machine."""
    found = set()
    # Connecting a UDP socket sends nothing; it only picks the address that would be used.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # reserved for documentation (RFC 5737)
        found.add(probe.getsockname()[0])
    with suppress(OSError):  # a host name need not resolve
        found.update(socket.gethostbyname_ex(socket.gethostname())[2])
    return sorted(name for name in found if not ipaddress.ip_address(name).is_loopback)


def host_name() -> str:
    """Return the name by which mDNS makes this machine known, where it does."""
    return socket.gethostname().partition(".")[0].lower() + ".local"


def self_signed(folder: Path, names: list[str]) -> tuple[Path, Path]:
    """Return the files of a certificate for `names` and of its key, made anew if need be.

    Args:
        folder: Where they are kept, so that a phone that trusts the certificate goes on to.
        names: Host names and IP addresses that people type.
    """
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    if not _is_good(certificate_file, key_file, names):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(certificate_file, key_file, names)
    return certificate_file, key_file


def fingerprint(certificate_file: Path) -> str:
    """Return the SHA-256 fingerprint as browsers show it: "AB:CD:…"."""
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _is_good(certificate_file: Path, key_file: Path, names: list[str]) -> bool:
    if not (certificate_file.exists() and key_file.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    if certificate.not_valid_after_utc < datetime.now(UTC) + RENEW_BEFORE:
        return False
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(map(_general_name, names)) <= set(held)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _make(certificate_file: Path, key_file: Path, names: list[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Emotionweb")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a phone's clock may be slow
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key_file.unlink(missing_ok=True)
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key_bytes)
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
