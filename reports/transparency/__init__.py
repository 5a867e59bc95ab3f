"""The record of a score in the form of the Algorithmic Transparency Recording Standard (SCO-7, scoring.md 2.15)."""
