"""What oversight does: find unusual access, decide on it, review auditors, verify the seals."""
