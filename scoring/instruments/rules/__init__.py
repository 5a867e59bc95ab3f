"""What the published instruments say of plain values: no database, no clock, no file."""
