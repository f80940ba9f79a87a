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


def docx(paper: Paper) -> bytes:
    """The paper as .docx. The first one loads what writes it: processes begin without, for a tenth of their start."""
    from fengni.core.printing import word

    return word.docx(paper)
