"""Where this system keeps the certificates by which a server is known."""

from __future__ import annotations

import os
import ssl
from contextlib import suppress
from typing import Final

_NAMED: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)


def tls_context() -> ssl.SSLContext:
    """A context that checks servers against the system's certificates, or those the user names.

    OpenSSL looks where the system that it was built on keeps them. An installer's Roomread, and a
    Python that was not built on the machine it runs on, find nothing there and could reach nobody.
    On Windows Python asks the system itself.
    """
    context = ssl.create_default_context()
    if any(os.environ.get(name) for name in _NAMED):
        return context
    for path in _BUNDLES:
        if context.cert_store_stats()["x509_ca"]:
            break
        with suppress(OSError):  # not there, or damaged: SSLError is one
            context.load_verify_locations(path)
    return context
