"""Papers that leave the house: values put on pages, as PDF/A with shipped fonts or as a Word document."""

from __future__ import annotations

from fengni.core.printing.paper import (
    Attachment,
    Block,
    Facts,
    Heading,
    NewPage,
    Paper,
    Points,
    Signature,
    Table,
    Text,
)
from fengni.core.printing.reading import attached, page_texts
from fengni.core.printing.typesetting import pdf
from fengni.core.printing.word import docx

__all__ = [
    "Attachment",
    "Block",
    "Facts",
    "Heading",
    "NewPage",
    "Paper",
    "Points",
    "Signature",
    "Table",
    "Text",
    "attached",
    "docx",
    "page_texts",
    "pdf",
]
