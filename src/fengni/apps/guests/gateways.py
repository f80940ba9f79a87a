"""The other way: an e-mail or SMS gateway that staff never see. Nothing here opens a value or writes a row.

    FENGNI_SMTP_URL   smtp://user:password@host:25?from=no-reply@agency.example   (smtps:// or smtp+starttls:// as well)
    FENGNI_SMS_URL    https://:token@gateway.example/send

An SMS gateway takes POST of JSON {"to": "…", "text": "…"} with `Authorization: Bearer <token>` and answers 2xx; whoever
has another provider puts a few lines in between. Rules: ten seconds of patience; an error says which way failed, never
to whom; nothing is logged.
"""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings

from fengni.core.errors import HostProblem

_PATIENCE: Final = 10.0


def is_configured(contact: str) -> bool:
    """Whether codes can be sent to a mobile or an email."""
    return bool(_url(contact))


def reaches(contact: str, *, demo: bool) -> bool:
    """Whether a code can be sent at all; a demonstration without gateways has a phone of its own."""
    return bool(contact) and (demo or is_configured(contact))


def send(contact: str, to: str, subject: str, text: str) -> None:
    """Hand a message to the gateway. Raises HostProblem ("guests.gateway-failed") when it does not take it."""
    url = urlsplit(_url(contact))
    try:
        if contact == "email":
            _mail(url, to, subject, text)
        else:
            _sms(url, to, text)
    except (OSError, smtplib.SMTPException, http.client.HTTPException, ValueError):
        raise HostProblem("guests.gateway-failed", way=contact) from None


def _url(contact: str) -> str:
    return str({"mobile": settings.FENGNI_SMS_URL, "email": settings.FENGNI_SMTP_URL}.get(contact, ""))


def _mail(url: SplitResult, to: str, subject: str, text: str) -> None:
    host = url.hostname or "localhost"
    sender = parse_qs(url.query).get("from", [f"fengni@{host}"])[0]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content(text)
    context = ssl.create_default_context()
    connect = (
        smtplib.SMTP_SSL(host, url.port or 465, timeout=_PATIENCE, context=context)
        if url.scheme == "smtps"
        else smtplib.SMTP(host, url.port or 25, timeout=_PATIENCE)
    )
    with connect as smtp:
        if url.scheme == "smtp+starttls":
            smtp.starttls(context=context)
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
        smtp.send_message(message)


def _sms(url: SplitResult, to: str, text: str) -> None:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "localhost", url.port, timeout=_PATIENCE)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {unquote(url.password or '')}"}
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", path, json.dumps({"to": to, "text": text}), headers)
        if connection.getresponse().status // 100 != 2:
            raise ValueError
    finally:
        connection.close()
