"""How far down two lists are compared (scoring.md 2.11): so many first places."""

FIRST_PLACES = (25, 50, 100, 200)
USUALLY = 50
