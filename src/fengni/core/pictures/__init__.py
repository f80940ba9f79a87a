"""Pictures and scans: told apart by content, freed of what they carry unseen, shown smaller and marked.

    kinds    what a file is by its bytes; one sentence for each that is refused
    strip    places, devices, comments, thumbnails, scripts and attachments taken out; the picture itself untouched
    jpeg, boxes, papers   the containers: JPEG; PNG and WebP; HEIC and PDF
    turn     which way up; the one thing of a camera's notes that is kept
    render   the display copy: one page, at most 2,000 px, watermark lines across it

Rules: everything broken is one error class, UnreadableFile, with a code. Nothing is written to a file.
"""
