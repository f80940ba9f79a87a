"""Cases: questions, requests to exercise a right, feedback; each with states, clocks and an answer."""
