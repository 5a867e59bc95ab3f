"""Reading agreements for their pages (SHR-1)."""

from django.db.models import Q

from iom.agencies.models import Agency, SharingAgreement
from iom.agencies.rules import AgencyKind
from iom.kernel.errors import NotFound


def partner_named(code: str) -> Agency:
    """The partner agency with this code, or NotFound; the police make no agreement with themselves."""
    agency = Agency.objects.exclude(kind=AgencyKind.POLICE).filter(code=code).first()
    if agency is None:
        raise NotFound
    return agency


def series_of(agreement: SharingAgreement) -> list[SharingAgreement]:
    """The agreement's whole history, latest first: the first of the series and all that amended it."""
    rows = SharingAgreement.objects.filter(Q(pk=agreement.first_id) | Q(series=agreement.first_id))
    return list(rows.select_related("recorded_by", "ended_by").order_by("-pk"))
