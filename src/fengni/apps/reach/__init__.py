"""Reach: a file opened to a colleague for some hours, or at once in an emergency that is reviewed within a day."""
