"""Mail: decoded headers (`#headers`), text parts (`#1`, `#2` ..., HTML without its marks), attachments (`#name`).

Attached documents are read like others, their places joined: `#list.xlsx#Sheet1!C5`. An attachment that cannot be
read is reported and the rest goes on.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from typing import IO, Final

from fengni.core.documents.inside import Inside
from fengni.core.documents.markup import html_passages
from fengni.core.errors import UnreadableFile
from fengni.core.pii.passage import Passage

LARGEST: Final = 100 * 1024 * 1024
_MOST_PARTS: Final = 1000
_SAID: Final = (
    "from", "to", "cc", "bcc", "reply-to", "sender", "return-path", "delivered-to", "subject", "comments", "keywords",
)  # fmt: skip
_ODD: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, UnicodeError)


def eml_passages(source: IO[bytes], inside: Inside) -> Iterator[Passage]:
    """The text of a message and its attachments. Raises UnreadableFile when it is no message."""
    try:
        message = email.message_from_binary_file(source, policy=email.policy.default)
        parts = [part for _, part in zip(range(_MOST_PARTS + 1), message.walk(), strict=False)]
    except _ODD as e:
        raise UnreadableFile("pii.truncated") from e
    number = 0
    if len(parts) > _MOST_PARTS:
        inside.refused("", UnreadableFile("pii.too-large"))
    for at, part in enumerate(parts[:_MOST_PARTS]):
        if at == 0 or part.get_content_type() == "message/rfc822":
            yield Passage(_headers(part), place="#headers" if at == 0 else f"#{at}/headers")
        if part.is_multipart():
            continue
        name = _name(part)
        if not name and part.get_content_maintype() == "text":
            number += 1
            text, place = _text(part), f"#{number}"
            yield from html_passages(text, place) if _is_html(part) else iter([Passage(text, place=place)])
        else:
            data = part.get_payload(decode=True)
            name = name or f"{at}.{part.get_content_subtype()}"
            yield from inside.document(data if isinstance(data, bytes) else b"", name)


def _headers(message: EmailMessage) -> str:
    inner = message.get_payload() if message.get_content_type() == "message/rfc822" else None
    lines = _headers(inner[0]).splitlines() if isinstance(inner, list) and isinstance(inner[0], EmailMessage) else []
    for name in _SAID:
        try:
            lines += [f"{name.title()}: {value}" for value in message.get_all(name, [])]
        except _ODD:
            continue  # a header that does not decode says nothing readable
    return "\n".join(lines)


def _name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except _ODD:
        return "attachment"


def _text(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = data.decode("gb18030" if charset in ("gb2312", "gbk") else charset, "replace")
    except (LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    return text


def _is_html(part: EmailMessage) -> bool:
    return part.get_content_subtype() == "html"
