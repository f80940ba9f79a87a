"""Cases: questions, requests to exercise a right, feedback; each with states, clocks and an answer.

`effects` is the one place where what an answered right does to the data is plugged in.
"""
