"""An SMTP endpoint on loopback that speaks STARTTLS and AUTH as SES does, with a certificate of its own."""

import base64
import datetime
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Endpoint(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), Session)
        self.certificate, key = make_certificate(folder)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, key)
        self.accounts: dict[str, str] = {}
        self.answer = ""  # instead of a look at the accounts
        self.said: list[str] = []

    def handle_error(self, *_session: object) -> None:
        """A client that hangs up is no error of the server."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    server: Endpoint

    def reply(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self) -> None:
        encrypted = False
        self.reply("220 email-smtp.test ESMTP")
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line if encrypted else f"clear: {line}")
            command, _, rest = line.partition(" ")
            if command.upper() == "EHLO":
                self.reply("250-email-smtp.test", "250 AUTH PLAIN LOGIN" if encrypted else "250 STARTTLS")
            elif command.upper() == "STARTTLS":
                self.reply("220 Ready to start TLS")
                self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                encrypted = True
            elif command.upper() == "AUTH" and encrypted:
                mechanism, _, text = rest.partition(" ")
                if mechanism == "PLAIN":
                    _, user, password = base64.b64decode(text).decode().split("\0")
                else:
                    user = base64.b64decode(text).decode()
                    self.reply("334 UGFzc3dvcmQ6")
                    password = base64.b64decode(self.rfile.readline()).decode()
                right = self.server.accounts.get(user) == password
                self.reply(
                    self.server.answer
                    or ("235 Authentication successful." if right else "535 Authentication Credentials Invalid")
                )
            elif command.upper() == "QUIT":
                self.reply("221 Bye")
                return
            else:
                self.reply("530 Must issue a STARTTLS command first")


@contextmanager
def endpoint(folder: Path) -> Iterator[Endpoint]:
    with Endpoint(folder) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "email-smtp.test")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files
