"""The tour: one matter from the invitation to the destruction certificate, walked in a browser by everybody himself.

Chapters hold the steps in the order they are walked; a step does something through a screen and checks what came of
it. A chapter for a new part of the product is one module in `chapters` and its steps in `chapters.CHAPTERS`; each step
has its line in `definitions/texts/tour.yml`, each picture of the README its name in `pictures.SHOWN`.
"""
