"""The pages of the feeds."""
