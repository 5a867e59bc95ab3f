"""Sharing by the API: agreements, the ledger, second signatures."""
