"""Four indexes that others cover go: fewer to write every night. The columns and foreign keys stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

COVERED = {
    "scoring_current_person_id_82249c18": "scoring_current (person_id)",
    "scoring_current_score_model_id_37ddf961": "scoring_current (score_model_id)",
    "scoring_history_person_id_c5b9391d": "scoring_history (person_id)",
    "scoring_history_score_model_id_a1823fc9": "scoring_history (score_model_id)",
}


def without_index(model, name, to, related_name, on_delete):
    return migrations.AlterField(
        model_name=model,
        name=name,
        field=models.ForeignKey(db_index=False, on_delete=on_delete, related_name=related_name, to=to),
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("persons", "0006_people_in_order"), ("scoring", "0012_index_of_the_price")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {columns}",
                )
                for name, columns in COVERED.items()
            ],
            state_operations=[
                without_index(
                    "currentscore", "person", "persons.person", "scores", django.db.models.deletion.CASCADE
                ),
                without_index(
                    "currentscore",
                    "score_model",
                    "scoring.scoremodel",
                    "+",
                    django.db.models.deletion.PROTECT,
                ),
                without_index(
                    "scorehistory",
                    "person",
                    "persons.person",
                    "score_history",
                    django.db.models.deletion.CASCADE,
                ),
                without_index(
                    "scorehistory",
                    "score_model",
                    "scoring.scoremodel",
                    "+",
                    django.db.models.deletion.PROTECT,
                ),
            ],
        )
    ]
