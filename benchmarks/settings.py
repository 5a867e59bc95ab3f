"""The product's settings as they are, and one address more: an empty page to measure the others against."""

from iom.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
# Asks faster than people do.
REQUESTS_A_MINUTE = 1_000_000
