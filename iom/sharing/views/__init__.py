"""The doors of sharing."""
