from django.db import migrations


class Migration(migrations.Migration):
    """Passwords and addresses move to their own tables."""

    dependencies = [("accounts", "0003_emailaddress")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO accounts_credential (user_id, password, live_session)
                SELECT id, password, '' FROM accounts_user;
            INSERT INTO accounts_emailaddress (user_id, email) SELECT id, email FROM accounts_user;
            """,
            migrations.RunSQL.noop,
        ),
    ]
