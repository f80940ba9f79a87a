"""The demonstration: an agency that does not exist, its people and clients, and workbooks to try things on.

    team.py          who works at the agency
    people.py        names, companies and numbers; everything can be recomputed from its position in a list
    ledger_sheet.py  the messy 60-row workbook and the 10,000-row one
    loading.py       its clients and some weeks of work, through acts alone

Rules: identifiers come from `fengni.core.fictitious` (region 990101, prefix 154), company names begin with 示例·.
Two runs give the same content, byte for byte where it is a file.
"""
