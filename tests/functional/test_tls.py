"""Message centres over TLS: the gateway binds only to one whose certificate proves its name.

The authority is made here; the gateway trusts it by ``SSL_CERT_FILE``, as OpenSSL has it.
"""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from gateway_process import GatewayProcess
from raw_centre import RawBind, RawCentre
from sample_people import UNLISTED
from waiting import eventually

Start = Callable[..., GatewayProcess]

CHECK = b"EN " + UNLISTED.encode()
ANSWERED = b"CNIC 5440112345677: no record of conviction for a sexual offence was found."


class Signed(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def save(self, path: Path) -> Path:
        """Write certificate and key into one file."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(self.pem() + key)
        return path


def signed(name: str, names: list[x509.GeneralName], by: Signed | None, days: int = 2) -> Signed:
    """Make a certificate: an authority's where nobody signs it but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Signed(builder.sign(by.key if by else key, hashes.SHA256()), key)


AUTHORITY = signed("Made-up authority", [], None)
LOCALHOST = x509.DNSName("localhost")
LOOPBACK = x509.IPAddress(ip_address("127.0.0.1"))


class TlsCentre(RawCentre):
    """A message centre that shows a certificate; counts the handshakes that came to nothing."""

    def __init__(self, certificate: Signed, folder: Path) -> None:
        super().__init__()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.save(folder / "centre.pem"))
        self.refused = 0
        self.said = b""

    def url(self, host: str = "localhost", **parameters: object) -> str:
        return super().url(**parameters).replace("smpp://", "smpps://").replace("127.0.0.1", host)

    def accept(self) -> RawBind:
        sock, _ = self._listener.accept()
        bind = RawBind(self._context.wrap_socket(sock, server_side=True))
        self._binds.append(bind)
        return bind

    def expect_refusals(self, count: int) -> None:
        """Take connections until that many were refused; nothing may be said on any."""
        while self.refused < count:
            sock, _ = self._listener.accept()
            sock.settimeout(20)
            try:
                with self._context.wrap_socket(sock, server_side=True) as secured:
                    self.said += secured.recv(100)
                    self.refused += 1
            except (ssl.SSLError, ConnectionError):
                self.refused += 1


@pytest.fixture
def trust(tmp_path: Path) -> dict[str, str]:
    """The environment of a gateway that trusts our authority alone."""
    path = tmp_path / "authority.pem"
    path.write_bytes(AUTHORITY.pem())
    return {"SSL_CERT_FILE": str(path)}


@pytest.fixture
def centre_with(tmp_path: Path) -> Iterator[Callable[[Signed], TlsCentre]]:
    made: list[TlsCentre] = []

    def make(certificate: Signed) -> TlsCentre:
        made.append(TlsCentre(certificate, tmp_path))
        return made[-1]

    yield make
    for centre in made:
        centre.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_centre_that_proves_its_name_is_bound_to(
    start_gateway: Start,
    centre_with: Callable[[Signed], TlsCentre],
    trust: dict[str, str],
    host: str,
) -> None:
    centre = centre_with(signed("centre", [LOCALHOST, LOOPBACK], AUTHORITY))
    start_gateway(centre.url(host), **trust)
    bind = centre.accept_bind()

    assert [part.short_message for part in bind.ask(1, CHECK)] == [ANSWERED]
    bind.close()
    again = centre.accept_bind()
    assert [part.short_message for part in again.ask(1, CHECK + b"!")] == [ANSWERED]


REFUSED = {
    "another name": signed("localhost", [x509.DNSName("smsc.example")], AUTHORITY),
    "no name": signed("centre", [], AUTHORITY),
    "another authority": signed("centre", [LOCALHOST], signed("Another", [], None)),
    "signed by itself": signed("centre", [LOCALHOST], None),
    "expired": signed("centre", [LOCALHOST], AUTHORITY, days=-1),
}


@pytest.mark.parametrize("certificate", REFUSED.values(), ids=REFUSED.keys())
def test_a_centre_that_proves_nothing_never_hears_the_password(
    start_gateway: Start,
    centre_with: Callable[[Signed], TlsCentre],
    trust: dict[str, str],
    certificate: Signed,
) -> None:
    centre = centre_with(certificate)
    gateway = start_gateway(centre.url(), **trust)

    centre.expect_refusals(2)

    assert centre.said == b""
    eventually(lambda: "connect_failed" in gateway.log())
    assert "secret" not in gateway.log()
    assert gateway.readiness()["reasons"] == ["unbound"]


def test_a_centre_that_speaks_no_tls_never_hears_the_password(
    start_gateway: Start, centre: RawCentre, trust: dict[str, str]
) -> None:
    start_gateway(centre.url().replace("smpp://", "smpps://"), **trust)

    for _ in range(2):
        bind = centre.accept()
        hello = bind.socket.recv(4096)
        assert hello[:1] == b"\x16"
        assert b"secret" not in hello
        bind.send(b"\x00\x00\x00\x10\x00\x00\x00\x15\x00\x00\x00\x00\x00\x00\x00\x01")
        assert bind.socket.recv(4096)[:1] in (b"", b"\x15")  # an alert, or the end
