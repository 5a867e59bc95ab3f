from django.db import migrations

EMPTIED = ("password", "last_login", "email", "failed_sign_ins", "locked_until")


class Migration(migrations.Migration):
    """The user's row keeps the columns, empty, so that a release that still names them can run beside this one."""

    dependencies = [("accounts", "0004_move_credentials")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("user", name) for name in EMPTIED],
            database_operations=[
                migrations.RunSQL(
                    [
                        "ALTER TABLE accounts_user ALTER COLUMN password DROP NOT NULL,"
                        " ALTER COLUMN email DROP NOT NULL, ALTER COLUMN failed_sign_ins DROP NOT NULL",
                        "UPDATE accounts_user SET password = NULL, last_login = NULL, email = NULL,"
                        " failed_sign_ins = NULL, locked_until = NULL",
                    ],
                    migrations.RunSQL.noop,
                )
            ],
        ),
    ]
