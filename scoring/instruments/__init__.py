"""The published instruments (SCO-6): apart from the score, which knows nothing of them and never adds them."""
