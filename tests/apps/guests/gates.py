"""Real gateways for tests: an SMTP server and an HTTP server that keep what they are given."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Kept:
    """Where a gateway listens, and what it took: (to, text). `refuses` answers with an error."""

    url: str = ""
    taken: list[tuple[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # Any: aiosmtpd has no types
        """Take a mail."""
        if self.refuses:
            return "451 later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.rcpt_tos[0], f"{mail['Subject']}\n{mail.get_content()}"))
        return "250 taken"


@contextmanager
def smtp() -> Iterator[Kept]:
    """An SMTP server on a free port."""
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        kept.url = f"smtp://127.0.0.1:{port}?from=no-reply@agency.example"
        yield kept
    finally:
        controller.stop()


@contextmanager
def sms() -> Iterator[Kept]:
    """An SMS gateway as we ask providers to be: POST of JSON with a bearer token."""
    kept = Kept()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.tokens.append(self.headers["Authorization"])
            if not kept.refuses:
                kept.taken.append((body["to"], body["text"]))
            self.send_response(503 if kept.refuses else 202)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        kept.url = f"http://:gate-token@127.0.0.1:{server.server_port}/send"
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
