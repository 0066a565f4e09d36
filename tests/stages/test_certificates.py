from __future__ import annotations

import http.server
import shutil
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.stages import certificates
from app.stages.certificates import tls_context


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that no system knows, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not on this machine")
    folder = tmp_path_factory.mktemp("tls")
    file, key = folder / "own.pem", folder / "own.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", str(key), "-out", str(file), "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return file, key


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"model")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(own: tuple[Path, Path]) -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Quiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*own)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(address: str) -> bytes:
    # Without proxies: an earlier test may have shut MediaPipe's way out (app.stages.offline).
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls_context())
    )
    with opener.open(address, timeout=5) as reply:
        return bytes(reply.read())


def test_where_openssl_finds_nothing_the_systems_are_taken(
    own: tuple[Path, Path], address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in certificates._NAMED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(certificates.ssl, "create_default_context", lambda: bare)
    (tmp_path / "empty.pem").touch()
    nothing = (str(tmp_path / "no.pem"), str(tmp_path / "empty.pem"))
    monkeypatch.setattr(certificates, "_BUNDLES", nothing)
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(address)
    monkeypatch.setattr(certificates, "_BUNDLES", (*nothing, str(own[0])))
    assert fetch(address) == b"model"


@pytest.mark.parametrize("name", certificates._NAMED)
def test_what_the_user_names_is_taken_alone(
    own: tuple[Path, Path],
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr(certificates, "_BUNDLES", (str(own[0]),))
    for other in certificates._NAMED:
        monkeypatch.setenv(other, str(tmp_path / "none"))
    monkeypatch.delenv(next(one for one in certificates._NAMED if one != name))
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(address)
