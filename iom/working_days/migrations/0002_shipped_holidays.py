"""Load the bank holidays that ship with the product, so that the calendar is never empty."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from iom.working_days.published import CONFIRMED_UNTIL, SHIPPED_FROM, published_holidays


def load(apps: Any, schema_editor: Any) -> None:
    now = timezone.now()
    database = schema_editor.connection.alias
    apps.get_model("working_days", "Holiday").objects.using(database).bulk_create(
        apps.get_model("working_days", "Holiday")(
            date=day.on, title=day.title, source="published" if day.confirmed else "expected", added_at=now
        )
        for day in published_holidays()
    )
    apps.get_model("working_days", "CalendarVersion").objects.using(database).create(
        number=1,
        confirmed_from=SHIPPED_FROM,
        confirmed_until=CONFIRMED_UNTIL,
        made_at=now,
        reason="The list that ships with the product.",
    )


class Migration(migrations.Migration):
    dependencies = [("working_days", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
