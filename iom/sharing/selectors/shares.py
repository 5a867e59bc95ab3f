"""Reading shares, consents and what is to be looked at again (SHR-1)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.agencies.models import SharingAgreement, in_force_on
from iom.persons.permissions import visible_to as people_visible_to
from iom.sharing.models import Consent, SharingReview, SharingReviewLine
from iom.sharing.permissions import (
    consents_visible_to,
    grants_visible_to,
    reviews_visible_to,
    shares_visible_to,
)
from iom.sharing.rules import What
from iom.sharing.selectors.ledger import NO_AGREEMENT, parts_in_words


@dataclass(frozen=True)
class ShareRow:
    """One share as pages show it.

    `parts` are those that the agreement in force covers, too; `chosen` those of them that were named, none for all.
    """

    pk: int
    agency_id: int
    agency: str
    starts_on: date
    ends_on: date | None
    purpose: str
    necessity: str
    parts: str
    chosen: tuple[str, ...]
    agreement: str
    in_force: bool
    started: bool
    ended: bool
    consent: Consent | None


@dataclass(frozen=True)
class ReviewView:
    """The task to look at sharing again, with its lines that are still open and those that are decided."""

    review: SharingReview
    overdue: bool
    lines: tuple[tuple[SharingReviewLine, ShareRow], ...]


@dataclass(frozen=True)
class Impact:
    """What the end of an agreement would stop: people shared under it, of those the reader may see; others not told."""

    people: int
    disclosures: int


def shares_of(actor: Actor, person_id: int, *, on: date) -> list[ShareRow]:
    """Whom a person is and was shared with, those in force first."""
    rows = list(shares_visible_to(actor).filter(person=person_id).order_by("-starts_on", "-pk"))
    consents = latest_consents(actor, person_id)
    current = _current_agreements({row.agency_id for row in rows}, on=on)
    found = [_row(row, consents.get(row.agency_id), current.get(row.agency_id, []), on=on) for row in rows]
    return sorted(found, key=lambda row: not row.in_force)


def shares_running(actor: Actor, person_id: int, *, on: date) -> list[ShareRow]:
    """Whom a person is shared with on a day, by agency, whether or not an agreement carries it."""
    rows = [row for row in shares_of(actor, person_id, on=on) if row.started and not row.ended]
    return sorted(rows, key=lambda row: row.agency)


def latest_consents(actor: Actor, person_id: int) -> dict[int, Consent]:
    """What the person said last to sharing with each agency."""
    found: dict[int, Consent] = {}
    for consent in consents_visible_to(actor).filter(person=person_id):
        found.setdefault(consent.agency_id, consent)
    return found


def consents_of(actor: Actor, person_id: int) -> list[Consent]:
    """Everything the person said, latest first."""
    return list(consents_visible_to(actor).filter(person=person_id))


def open_review_of(actor: Actor, person_id: int, *, on: date) -> ReviewView | None:
    """The task to look at the person's sharing again, if one is open."""
    review = reviews_visible_to(actor).filter(person=person_id, done_at__isnull=True).first()
    if review is None:
        return None
    rows = {row.pk: row for row in shares_of(actor, person_id, on=on)}
    lines = review.lines.select_related("access", "decided_by").order_by("pk")
    return ReviewView(
        review=review,
        overdue=review.due_on < on,
        lines=tuple((line, rows[line.access_id]) for line in lines if line.access_id in rows),
    )


def open_reviews(actor: Actor) -> QuerySet[SharingReview]:
    """Every task that waits, soonest due first."""
    return reviews_visible_to(actor).filter(done_at__isnull=True).order_by("due_on", "pk")


def impact(actor: Actor, agreement: SharingAgreement, *, on: date) -> Impact:
    """How many people, of those the reader may see, the agency would no longer see if the agreement ended."""
    other = [
        row
        for row in SharingAgreement.objects.filter(in_force_on(on), agency=agreement.agency_id)
        if row.first_id != agreement.first_id
    ]
    shares = shares_visible_to(actor).filter(in_force_on(on), agency=agreement.agency_id)
    later = SharingAgreement.objects.filter(series=agreement.first_id)
    series = [agreement.first_id, *later.values_list("pk", flat=True)]
    under = shares.filter(agreement__in=series)
    if not other:
        under |= shares.filter(agreement__isnull=True)
    people = people_visible_to(actor).filter(pk__in=under.values("person"))
    return Impact(people=people.count(), disclosures=_disclosures(actor, series, on=on))


def _disclosures(actor: Actor, series: list[int], *, on: date) -> int:
    return sum(
        grants_visible_to(actor, what)
        .filter(agreement__in=series, revoked_at__isnull=True, expires_on__gt=on)
        .count()
        for what in What
    )


def _current_agreements(agency_ids: set[int], *, on: date) -> dict[int, list[SharingAgreement]]:
    found: dict[int, list[SharingAgreement]] = {}
    for row in SharingAgreement.objects.filter(in_force_on(on), agency__in=agency_ids):
        found.setdefault(row.agency_id, []).append(row)
    return found


def _row(
    access: AgencyAccess, consent: Consent | None, current: list[SharingAgreement], *, on: date
) -> ShareRow:
    signed = access.agreement.first_id if access.agreement else None
    under = [row for row in current if signed is None or row.first_id == signed]
    covered = {code for row in under for code in row.data_classes}
    parts = covered if access.data_classes is None else covered & set(access.data_classes)
    running = access.starts_on <= on and (access.ends_on is None or access.ends_on > on)
    return ShareRow(
        pk=access.pk,
        agency_id=access.agency_id,
        agency=access.agency.name,
        starts_on=access.starts_on,
        ends_on=access.ends_on,
        purpose=access.purpose,
        necessity=access.necessity or access.reason,
        parts=parts_in_words(sorted(parts)) if running else "",
        chosen=() if access.data_classes is None else tuple(sorted(parts)),
        agreement=", ".join(row.reference for row in under) or NO_AGREEMENT,
        in_force=running and bool(under),
        started=access.starts_on <= on,
        ended=access.ends_on is not None and access.ends_on <= on,
        consent=consent,
    )
