"""Scores and the emerging-threat tab for programs: the same selectors and services as the pages."""
