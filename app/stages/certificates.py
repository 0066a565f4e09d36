"""Where this system keeps the certificates by which a server is known."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)


def tls_context() -> ssl.SSLContext:
    """A context that checks servers against the system's certificates.

    OpenSSL looks where the system that it was built on keeps them. An installer's Roomread, and a
    Python that was not built on the machine it runs on, find nothing there and could reach nobody.
    On Windows Python asks the system itself.
    """
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        found = next((path for path in _BUNDLES if Path(path).is_file()), None)
        if found is not None:
            context.load_verify_locations(found)
    return context
