"""The product's settings as they are, with an empty page to measure the others against, and Django admin."""

from iom.settings import *  # noqa: F403
from iom.settings import INSTALLED_APPS as APPS_OF_THE_PRODUCT
from iom.settings import STORAGES as STORAGES_OF_THE_PRODUCT

ROOT_URLCONF = "benchmarks.urls"
INSTALLED_APPS = [*APPS_OF_THE_PRODUCT, "django.contrib.admin.apps.SimpleAdminConfig"]
# Admin's own files are not collected.
STORAGES = STORAGES_OF_THE_PRODUCT | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# Asks faster than people do.
REQUESTS_A_MINUTE = 1_000_000
