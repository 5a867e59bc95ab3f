"""The covering index of the price, in the order of each person's days; built beside the old one, which then goes."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("scoring", "0011_packed_events")]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(
                condition=Q(role__in=("suspect", "offender")),
                fields=["person", "occurred_on"],
                include=("packed",),
                name="scoring_event_price",
            ),
        ),
        RemoveIndexConcurrently(model_name="event", name="scoring_event_pricing"),
    ]
