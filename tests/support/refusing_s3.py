"""An S3 that refuses all requests, and says why to those that may have a body."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

# The status of each reason, and what chartlake makes of it.
REFUSALS = {
    "ExpiredToken": (400, "the AWS credentials have expired"),
    "InvalidAccessKeyId": (403, "the AWS credentials are not known there"),
    "SignatureDoesNotMatch": (403, "the secret does not match the access key"),
    "RequestTimeTooSkewed": (403, "the clock of this machine is wrong"),
}


@contextmanager
def refusing_s3(code: str) -> Iterator[str]:
    """Run the server; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
            self.send_response(REFUSALS[code][0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *given: Any) -> None:
            pass

    for method in ("GET", "HEAD", "PUT"):
        setattr(Handler, f"do_{method}", Handler.refuse)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
