"""The decay numbers of the shipped models and the draft mapping of Home Office codes."""

from django.db import migrations

from scoring import shipped


def load(apps, schema_editor):
    decay, code = apps.get_model("scoring", "Decay"), apps.get_model("scoring", "OffenceCode")
    owner = schema_editor.connection.alias
    decay.objects.using(owner).bulk_create(
        [
            decay(half_life=half_life, days=days, factor_millionths=factor)
            for half_life, days, factor in shipped.decay_rows()
        ],
        batch_size=5000,
    )
    code.objects.using(owner).bulk_create([code(**row) for row in shipped.offence_codes()], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_view_and_immutable_models")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
