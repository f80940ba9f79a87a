"""What is to become of every cell of the messy workbook, written from docs/spec/import.md and the sheet alone.

Nobody may "correct" this page to agree with the code: a difference is a defect of one of the two, to be looked at.
`FIRST` is the outcome before anything was answered, `CAREFUL` what changes when every question gets its careful answer.
"""

from __future__ import annotations

from fengni.demo.ledger_sheet import HIDDEN, MAIN, SECOND

YES, ASK, LOCK, NO = "imported", "asked", "locked", "skipped"
Places = dict[tuple[str, str], str]


def _block(sheet: str, columns: str, rows: range, outcome: str) -> Places:
    return {(sheet, f"{column}{row}"): outcome for column in columns for row in rows}


def first() -> Places:
    """(sheet, cell) → outcome, before any answer."""
    found: Places = {}
    # --- the main sheet: title, legend, two rows of headings, forty rows, a subtotal
    found |= dict.fromkeys([(MAIN, c) for c in ("A1", "A2", "B3", "G3", "J3", "L3", "A45", "B45")], NO)
    found |= _block(MAIN, "ABCDEFGHIJKLMNO", range(4, 5), NO)
    rows = range(5, 45)
    found |= _block(MAIN, "A", rows, NO)  # row numbers
    found |= _block(MAIN, "BCDEFGHIJKO", rows, YES)
    found |= {(MAIN, f"L{n + 4}"): NO for n in range(1, 41) if n % 3 == 0}  # ethnicity: nobody needs it
    found |= {(MAIN, f"M{n + 4}"): LOCK for n in range(1, 41) if n % 4 == 1}  # passwords
    found |= {(MAIN, f"N{n + 4}"): YES for n in range(1, 41) if n % 5 == 2}
    found |= {
        (MAIN, "H6"): ASK, (MAIN, "H7"): ASK,  # damaged by Excel: as a number, and saved as text afterwards
        (MAIN, "K10"): ASK,  # fifteen digits
        (MAIN, "H11"): ASK, (MAIN, "H44"): ASK,  # wrong check digit; a month that cannot be
        (MAIN, "G14"): ASK,  # two people
        (MAIN, "C18"): ASK, (MAIN, "C19"): ASK,  # O for 0; seventeen characters
        (MAIN, "F23"): ASK,  # 24/1/5
        (MAIN, "N26"): LOCK,  # a password in a remark
        (MAIN, "N33"): NO,  # #DIV/0!
        (MAIN, "N37"): YES,
        (MAIN, "D32"): ASK, (MAIN, "E32"): ASK, (MAIN, "F32"): ASK, (MAIN, "O32"): ASK,  # client 1 again
        (MAIN, "B7#comment"): YES, (MAIN, "B10#comment"): LOCK, (MAIN, "H12#picture1"): ASK,
    }  # fmt: skip
    for missing in ("H14", "I14", "K28"):
        del found[MAIN, missing]
    # row 31 is hidden: nothing of it is taken without being asked (its row number and ethnicity never are)
    found |= _block(MAIN, "BCDEFGHIJKNO", range(31, 32), ASK)
    # --- the second sheet
    found |= _block(SECOND, "ABCDEFGH", range(1, 2), NO)
    found |= _block(SECOND, "ABCDEF", range(2, 19), YES)
    found |= {(SECOND, f"G{n + 1}"): LOCK for n in range(1, 18) if n % 2}
    found |= {
        (SECOND, "A4"): YES,  # the same code under a short name
        (SECOND, "E11"): ASK, (SECOND, "F11"): ASK,  # two people and the number of one of them
        (SECOND, "H9"): YES, (SECOND, "A4#comment"): YES,
    }  # fmt: skip
    del found[SECOND, "B5"]
    # --- the sheet nobody was to see
    found |= _block(HIDDEN, "ABCD", range(1, 2), NO)
    found |= _block(HIDDEN, "ABC", range(2, 5), ASK)
    found |= _block(HIDDEN, "D", range(2, 5), NO)  # telephones at home
    return found


def careful() -> Places:
    """(sheet, cell) → outcome, when every question has its careful answer."""
    found = first()
    found |= _block(MAIN, "BCDEFGHIJKNO", range(31, 32), YES)  # hidden row: taken in
    found |= _block(HIDDEN, "ABC", range(2, 5), NO)  # hidden sheet: left out
    found |= {
        (MAIN, "H6"): NO, (MAIN, "H7"): NO,  # marked as to be asked for anew
        (MAIN, "K10"): YES, (MAIN, "H11"): YES, (MAIN, "H44"): YES, (MAIN, "C18"): YES, (MAIN, "C19"): YES,
        (MAIN, "G14"): YES,  # split
        (MAIN, "F23"): NO,
        (MAIN, "D32"): NO, (MAIN, "E32"): NO, (MAIN, "F32"): NO, (MAIN, "O32"): NO,  # the first ones stay
        (MAIN, "H12#picture1"): NO,
        (SECOND, "E11"): YES, (SECOND, "F11"): YES,
    }  # fmt: skip
    return found


ROWS = 40 + 17 + 3
