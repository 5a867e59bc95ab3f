"""What page, PDF, CSV and command show of an evaluation: one report, built once from the kept figures (SCO-7)."""
