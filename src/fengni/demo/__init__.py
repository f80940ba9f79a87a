"""The demonstration: an agency that does not exist, its people and clients, and the workbooks a newcomer tries things on.

    people.py      names, companies and numbers; everything can be recomputed from its position in a list
    ledger_sheet.py  the messy 60-row workbook and the 10,000-row one
    loading.py     founds the agency, imports its clients and leaves a few weeks' worth of acts, through acts alone

Rules: identifiers come from `fengni.core.fictitious` (region 990101, prefix 154), company names begin with 示例·.
Two runs give the same content, byte for byte where it is a file.
"""
