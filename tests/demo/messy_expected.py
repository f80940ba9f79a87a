"""What is to become of every cell of the messy workbook, written from docs/spec/import.md and the drawing of the sheet alone.

Nobody may "correct" this page to agree with the code: a difference is a defect of one of the two, to be looked at.
`FIRST` is the outcome before anything was answered, `CAREFUL` what changes when every question gets its careful answer.
"""

from __future__ import annotations

from fengni.demo.ledger_sheet import HIDDEN, MAIN, SECOND

I, A, L, S = "imported", "asked", "locked", "skipped"
Places = dict[tuple[str, str], str]


def _block(sheet: str, columns: str, rows: range, outcome: str) -> Places:
    return {(sheet, f"{column}{row}"): outcome for column in columns for row in rows}


def first() -> Places:
    """(sheet, cell) → outcome, before any answer."""
    found: Places = {}
    # --- the main sheet: title, legend, two rows of headings, forty rows, a subtotal
    found |= dict.fromkeys([(MAIN, c) for c in ("A1", "A2", "B3", "G3", "J3", "L3", "A45", "B45")], S)
    found |= _block(MAIN, "ABCDEFGHIJKLMNO", range(4, 5), S)
    rows = range(5, 45)
    found |= _block(MAIN, "A", rows, S)  # row numbers
    found |= _block(MAIN, "BCDEFGHIJKO", rows, I)
    found |= {(MAIN, f"L{n + 4}"): S for n in range(1, 41) if n % 3 == 0}  # ethnicity: nobody needs it
    found |= {(MAIN, f"M{n + 4}"): L for n in range(1, 41) if n % 4 == 1}  # passwords
    found |= {(MAIN, f"N{n + 4}"): I for n in range(1, 41) if n % 5 == 2}
    found |= {
        (MAIN, "H6"): A, (MAIN, "H7"): A,  # damaged by Excel: as a number, and saved as text afterwards
        (MAIN, "K10"): A,  # fifteen digits
        (MAIN, "H11"): A, (MAIN, "H44"): A,  # wrong check digit; a month that cannot be
        (MAIN, "G14"): A,  # two people
        (MAIN, "C18"): A, (MAIN, "C19"): A,  # O for 0; seventeen characters
        (MAIN, "F23"): A,  # 24/1/5
        (MAIN, "N26"): L,  # a password in a remark
        (MAIN, "N33"): S,  # #DIV/0!
        (MAIN, "N37"): I,
        (MAIN, "D32"): A, (MAIN, "E32"): A, (MAIN, "F32"): A, (MAIN, "O32"): A,  # client 1 again, saying otherwise
        (MAIN, "B7#comment"): I, (MAIN, "B10#comment"): L, (MAIN, "H12#picture1"): A,
    }  # fmt: skip
    for missing in ("H14", "I14", "K28"):
        del found[MAIN, missing]
    # row 31 is hidden: nothing of it is taken without being asked (its row number and ethnicity never are)
    found |= _block(MAIN, "BCDEFGHIJKNO", range(31, 32), A)
    # --- the second sheet
    found |= _block(SECOND, "ABCDEFGH", range(1, 2), S)
    found |= _block(SECOND, "ABCDEF", range(2, 19), I)
    found |= {(SECOND, f"G{n + 1}"): L for n in range(1, 18) if n % 2}
    found |= {
        (SECOND, "A4"): A,  # the same code under a short name
        (SECOND, "E11"): A, (SECOND, "F11"): A,  # two people and the number of one of them
        (SECOND, "H9"): I, (SECOND, "A4#comment"): I,
    }  # fmt: skip
    del found[SECOND, "B5"]
    # --- the sheet nobody was to see
    found |= _block(HIDDEN, "ABCD", range(1, 2), S)
    found |= _block(HIDDEN, "ABC", range(2, 5), A)
    found |= _block(HIDDEN, "D", range(2, 5), S)  # telephones at home
    return found


def careful() -> Places:
    """(sheet, cell) → outcome, when every question has its careful answer."""
    found = first()
    found |= _block(MAIN, "BCDEFGHIJKNO", range(31, 32), I)  # hidden row: taken in
    found |= _block(HIDDEN, "ABC", range(2, 5), S)  # hidden sheet: left out
    found |= {
        (MAIN, "H6"): S, (MAIN, "H7"): S,  # marked as to be asked for anew, the rest of the number dropped
        (MAIN, "K10"): I, (MAIN, "H11"): I, (MAIN, "H44"): I, (MAIN, "C18"): I, (MAIN, "C19"): I,  # kept, to be verified
        (MAIN, "G14"): I,  # split
        (MAIN, "F23"): S,
        (MAIN, "D32"): S, (MAIN, "E32"): S, (MAIN, "F32"): S, (MAIN, "O32"): S,  # the first ones stay
        (MAIN, "H12#picture1"): S,
        (SECOND, "A4"): S, (SECOND, "E11"): I, (SECOND, "F11"): I,
    }  # fmt: skip
    return found


ROWS = 40 + 17 + 3
