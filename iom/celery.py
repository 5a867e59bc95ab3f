"""The Celery application: a wake-up for the work that the database keeps (`iom.jobs`)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iom.settings")

from celery import Celery  # noqa: E402  (the settings module must be named first)
from django.conf import settings  # noqa: E402

app = Celery("iom")
app.config_from_object(settings.CELERY)
app.autodiscover_tasks()
