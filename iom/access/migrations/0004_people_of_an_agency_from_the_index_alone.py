"""Who is shared with an agency is read from the index alone: a list of 20,000 people is most of what one check costs."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("access", "0003_shares_say_what_and_why")]

    operations = [
        AddIndexConcurrently(
            model_name="agencyaccess",
            index=models.Index(
                fields=["agency", "person"],
                include=["starts_on", "ends_on", "agreement", "data_classes"],
                name="access_people_of_agency",
            ),
        ),
        RemoveIndexConcurrently(model_name="agencyaccess", name="access_agency_person"),
    ]
