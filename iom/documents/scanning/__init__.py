"""Virus scanners. `DOCUMENT_SCANNER` names the one in use as a dotted path."""
