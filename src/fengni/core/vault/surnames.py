"""Which part of a name is the surname: for masks ("欧阳*") and for the search by surname and last four.

Rules: a name in ideographs has a surname of one character, or of two where it begins with a double surname and goes
on; of a transcribed name (阿依古丽·买买提) the part before the dot; of a name in Latin letters its last word. Who
bears 欧 with the given name 阳明 is treated as 欧阳: harmless for a mask, and a search by surname tries both
readings.

>>> surname("欧阳示例"), surname("示例"), surname("欧阳"), surname("Example Person")
('欧阳', '示', '欧', 'Person')
"""

from __future__ import annotations

import re
from typing import Final

_DOUBLES: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容"
    "仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐"
    "段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙"
    "南荣东里东宫仲长子书子桑即墨达奚褚师纳兰歐陽東方諸葛獨孤尉遲公孫鮮于軒轅"
)
DOUBLE: Final = frozenset(_DOUBLES[at : at + 2] for at in range(0, len(_DOUBLES), 2))
_DOT: Final = re.compile("[·•‧∙⋅・･.．]")


def surname(name: str) -> str:
    """The surname of a name as written; empty for an empty name."""
    name = name.strip()
    if not name:
        return ""
    if _DOT.search(name) and not name.isascii():
        return _DOT.split(name, maxsplit=1)[0].strip() or name[0]
    words = name.split()
    if words[-1][0].isascii() or "\u00c0" <= words[-1][0] <= "\u024f":
        return words[-1]
    joined = "".join(words)
    return joined[:2] if len(joined) > 2 and joined[:2] in DOUBLE else joined[0]
