"""The tour: one matter from the invitation to the destruction certificate, walked in a browser by everybody himself.

Chapters hold the steps in the order they are walked; a step does something through a screen and checks what came of
it. A chapter for a new part of the product is one module in `chapters` and its name in `chapters.CHAPTERS`.
"""
