"""Accounts of WeChat and QQ: only where the name stands right before them, since any word has their shape.

>>> [(f.type, f.value) for f in find(Page("微信号:shen_ruoxi88,QQ:1540000001,微信支付,QQ群 1540000002"))]
[('WECHAT_ID', 'shen_ruoxi88'), ('QQ_ID', '1540000001')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fengni.core.pii.finding import Finding
from fengni.core.pii.page import Page
from fengni.core.pii.recognizers.beside import named, right_after

WECHAT: Final = "WECHAT_ID"
QQ: Final = "QQ_ID"
_WECHAT_LABELS: Final = named("微信|微信号|薇信|威信|加[vV]|[vV]信|企业微信", r"wechat|weixin|wx(?:id)?|vx")
_QQ_LABELS: Final = named("QQ", r"qq")
_WECHAT_SAID: Final = ("微信", "薇信", "威信", "v信", "加v", "wechat", "weixin", "wx", "vx")
_WECHAT_ID: Final = re.compile(r"(?<![0-9A-Za-z_\-.@/])[A-Za-z][0-9A-Za-z_-]{5,19}(?![0-9A-Za-z_\-@./])")
_QQ_ID: Final = re.compile(r"(?<![0-9A-Za-z_\-.@])[1-9][0-9]{4,10}(?![0-9A-Za-z_@]|-[0-9])")
_WORDS: Final = frozenset(
    {"wechat", "weixin", "number", "unknown", "account", "payment", "mobile", "telephone", "official"}
)


def find(page: Page) -> Iterator[Finding]:
    """The accounts of a page."""
    for match in right_after(page, _WECHAT_ID, _WECHAT_LABELS, *_WECHAT_SAID):
        if match[0].lower() not in _WORDS:
            yield Finding(WECHAT, match[0], *match.span(), 0.9)
    for match in right_after(page, _QQ_ID, _QQ_LABELS, "qq"):
        yield Finding(QQ, match[0], *match.span(), 0.9)
