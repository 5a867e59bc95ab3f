"""`manage.py secrets_reseal`: after a change of SECRETS_KEY, with the earlier one in SECRETS_KEYS_BEFORE."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from iom.accounts.sealing import NotSealedHere
from iom.signin.services.resealing import reseal_all


class Command(BaseCommand):
    help = "Encrypts the secrets of authenticator apps and of single sign-on anew with SECRETS_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = reseal_all()
        except NotSealedHere:
            raise CommandError(
                "A secret opens with none of the keys. Put the key that it was sealed with into SECRETS_KEYS_BEFORE."
            ) from None
        self.stdout.write(f"{done.apps} authenticator apps and {done.providers} clients of single sign-on.")
