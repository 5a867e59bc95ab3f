"""What is done here: ask for a look back, work it out range by range, count it, take it out."""
