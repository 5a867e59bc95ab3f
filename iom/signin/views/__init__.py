"""The doors of sign-in."""
