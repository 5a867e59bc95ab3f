"""Grants of one record to one user."""

import factory
from django.contrib.auth.models import Permission

from iom.access.models import PersonUserGrant
from iom.access.scope import as_owner
from tests.factories import IomFactory


def _view_person() -> Permission:
    with as_owner():
        return Permission.objects.get(content_type__app_label="persons", codename="view_person")


class GrantFactory(IomFactory):
    class Meta:
        model = PersonUserGrant

    permission = factory.LazyFunction(_view_person)
    reason = "Covers for a colleague."
