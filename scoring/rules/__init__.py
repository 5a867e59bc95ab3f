"""The rules of the score (SCO-1, SCO-2, SCO-5): pure functions of plain values, no database, clock or request."""
