"""A piece of text with what stands around it: what a reader sees when he decides whether digits are a telephone.

>>> page = Page("订单号:15400000001")
>>> page.evidence(4, MOBILE_TERMS) < 0
True
>>> Page("15400000001", heading="手机").evidence(0, MOBILE_TERMS)
1
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from re import Pattern
from typing import Final

_WINDOW: Final = 24
_LABEL: Final = 12
_DIGIT: Final = re.compile("[0-9]")


def terms(chinese: str, latin: str) -> Pattern[str]:
    """Context terms, `|` between them. Latin ones must stand alone: `order` is not in `border`."""
    return re.compile(f"{chinese}|(?<![A-Za-z])(?:{latin})(?![A-Za-z])", re.IGNORECASE)


MOBILE_TERMS: Final = terms(
    "手机|电话|联系方式|联系人|微信|移动号", "mobile|phone|cell|cellphone|telephone|tel|msisdn|mob"
)
# What may stand between the name of a number and the number.
_JOINT: Final = re.compile(
    r"[^0-9A-Za-z\u3400-\u9fff]*(?:号码?|为|是|码|[_ -]?(?:no|id|number))?[^0-9A-Za-z\u3400-\u9fff]*", re.IGNORECASE
)
# What numbers are called that belong to nobody.
OTHER_TERMS: Final = terms(
    "订单|单号|流水|交易号|批次|批号|型号|货号|料号|物料|(?<!证)(?<!证件)编号|编码|发票|快递|运单|物流|序列号|版本"
    "|条码|条形码|时间戳|(?<!证)件号|许可证号|备案号|校验和|金额|数量|房间号|工号|学号|合同号|文号|人民币|资本|合计|总额|总价|单价|价格",
    r"order(?:[ _-]?(?:no|id|number))?|sn|serial|invoice|tracking|waybill|batch|lot|sku|isbn|issn|ean|upc|qq|amount"
    r"|trace(?:[_-]?id)?|request(?:[_-]?id)?|span(?:[_-]?id)?|timestamp|ts|epoch|md5|sha1|sha256|crc|checksum|version"
    r"|ver|id|rmb|cny|usd|build|part|pid|uuid|guid|hash|commit|port|size|bytes|length",
)


@dataclass(frozen=True, slots=True)
class Table:
    """Delimited text: which heading stands over a position."""

    delimiter: str
    headings: tuple[str, ...]

    def cell(self, text: str, position: int) -> tuple[int, str]:
        """Where the cell of a position begins, and the heading of its column."""
        line = text.rfind("\n", 0, position) + 1
        column = text.count(self.delimiter, line, position)
        if '"' in text[line:position]:
            column = sum(part.count(self.delimiter) for part in text[line:position].split('"')[::2])
        start = max(line, text.rfind(self.delimiter, line, position) + 1)
        return start, self.headings[column] if column < len(self.headings) else ""


@dataclass(frozen=True)
class Page:
    """Folded text. `heading` is the column's heading or the label to the left; `table` says it for delimited text."""

    text: str
    heading: str = ""
    table: Table | None = None

    def evidence(self, position: int, wanted: Pattern[str]) -> int:
        """-1 when the number bears the name of other numbers, 1 when a wanted term stands near before it, else 0."""
        left, heading = self.before(position)
        theirs, ours = _last(OTHER_TERMS, left), _last(wanted, left)
        if theirs > ours and _JOINT.fullmatch(left, theirs):
            return -1
        if ours >= 0:
            return 1
        theirs, ours = _last(OTHER_TERMS, heading), _last(wanted, heading)
        return 0 if ours == theirs else 1 if ours > theirs else -1

    def mentions(self, *words: str) -> bool:
        """Whether one of the words, in lower case, stands anywhere: the cheap question before the real one."""
        said = self._said
        return any(word in said for word in words)

    def hits(self, *words: str) -> list[int]:
        """Where one of the words, in lower case, begins in the text, in order: cheaper than any pattern."""
        text, found = self._lower, []
        for word in words:
            at = text.find(word)
            while at >= 0:
                found.append(at)
                at = text.find(word, at + 1)
        return sorted(found)

    @cached_property
    def _lower(self) -> str:
        """The text in lower case, character for character."""
        lower = self.text.lower()
        return lower if len(lower) == len(self.text) else "".join([c.lower()[:1] for c in self.text])

    @cached_property
    def _said(self) -> str:
        """Text and headings in lower case, made once however many ask."""
        return "\n".join((self.text, *self.headings)).lower()

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands over it: the heading of its cell, or those of its columns."""
        return (self.heading, *self.table.headings) if self.table else (self.heading,)

    def before(self, position: int) -> tuple[str, str]:
        """The text just before a position within its cell, line or sentence, and the heading over it."""
        start, heading = max(0, position - _WINDOW), self.heading
        if self.table is not None:
            cell, heading = self.table.cell(self.text, position)
            start = max(start, cell)
        left = self.text[start:position]
        for mark in "。；;\n":
            head, found, tail = left.rpartition(mark)
            if found and (tail.strip() or mark != "\n"):
                left = tail
            elif found:  # nothing to the left: the line above counts when it is no more than a label
                above = head.rpartition("\n")[2]
                left = above if len(above) <= _LABEL and not _DIGIT.search(above) else ""
        return left, heading


def _last(pattern: Pattern[str], text: str) -> int:
    end = -1
    for match in pattern.finditer(text):
        end = match.end()
    return end
