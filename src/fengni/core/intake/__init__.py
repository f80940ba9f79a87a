"""Intake: an uploaded workbook becomes a plan in which every non-empty cell has exactly one outcome.

Bytes in, values out: no database, no files, no clock. Two steps:

    workbook = read_workbook(content)                          # raises UnreadableFile with a code of its own per cause
    plan = build_plan(workbook)                                # look, ask
    plan = build_plan(workbook, answers=plan.default_answers(), mapping={"Sheet1!C": "legal_representative.id_number"})

`plan.enterprises`, `plan.persons` and `plan.relations` are what to store; `plan.as_lines()` is what to report.
"""
