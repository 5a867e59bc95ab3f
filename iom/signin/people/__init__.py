"""Joiners, movers and leavers: who may sign in, kept by administrators, two of them for each change (ORG-3)."""
