"""How a score is judged by what happened afterwards (SCO-7, scoring.md 2.15): plain values, no database, no clock."""
