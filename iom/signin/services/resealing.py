"""Encrypting every kept secret anew, after the key of the deployment was changed (ORG-3)."""

from dataclasses import dataclass

from django.db import transaction

from iom.accounts.sealing import seal, unseal
from iom.audit.services import record
from iom.kernel.rights import rights_of
from iom.signin.audit import RESEALED
from iom.signin.doors import Visitor
from iom.signin.models import AuthenticatorApp, OidcProvider
from iom.signin.services.factors import app_purpose
from iom.signin.services.oidc import secret_purpose


@dataclass(frozen=True)
class Resealed:
    """How many secrets of each kind were encrypted anew."""

    apps: int
    providers: int


@transaction.atomic
def reseal_all() -> Resealed:
    """Encrypt each secret with `SECRETS_KEY`, whichever key sealed it; NotSealedHere if one opens with none."""
    with rights_of("iom_session"):
        apps = list(AuthenticatorApp.objects.select_for_update())
        for app in apps:
            purpose = app_purpose(app.user_id)
            app.secret = seal(unseal(app.secret, purpose=purpose), purpose=purpose)
            app.save(update_fields=["secret"])
        rows = OidcProvider.objects.exclude(client_secret="")
        providers = list(rows.values_list("pk", "issuer", "client_id", "client_secret"))
    with rights_of("iom_admin"):
        for pk, issuer, client_id, secret in providers:
            purpose = secret_purpose(issuer, client_id)
            anew = seal(unseal(secret, purpose=purpose), purpose=purpose)
            OidcProvider.objects.filter(pk=pk).update(client_secret=anew)
    done = Resealed(len(apps), len(providers))
    with rights_of("iom_session"):
        told = {"apps": done.apps, "providers": done.providers}
        record(RESEALED, by=Visitor(None, "System"), kind="sign_in", detail=told)
    return done
