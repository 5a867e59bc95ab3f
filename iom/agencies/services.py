"""Keeping sharing agreements: added, amended by a new row, ended with a reason; nothing is rewritten (SHR-1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from iom.accounts.rules import DbClass, Power
from iom.agencies import audit
from iom.agencies.models import Agency, SharingAgreement, in_force_on
from iom.agencies.permissions import Keeper, access_agreement
from iom.agencies.rules import (
    ALWAYS_COVERED,
    AgencyKind,
    AgreementState,
    DataClass,
    in_order,
    next_version,
    reminder_owed,
    span_state,
)
from iom.agencies.selectors import holders_of
from iom.audit.actions import Action
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.reasons import SHORTEST_REASON
from iom.notifications.services import notify
from iom.working_days.rules import local_date


@dataclass(frozen=True)
class Terms:
    """What is agreed: for what, on what ground, which data, from when to when, and where the signed paper is."""

    title: str
    purposes: str
    legal_basis: str
    starts_on: date
    ends_on: date | None = None
    review_on: date | None = None
    parties: str = ""
    document_reference: str = ""
    data_classes: Sequence[str] = field(default_factory=list)

    def columns(self) -> dict[str, object]:
        return {
            "title": self.title.strip(),
            "purposes": self.purposes.strip(),
            "legal_basis": self.legal_basis.strip(),
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "review_on": self.review_on,
            "parties": self.parties.strip(),
            "document_reference": self.document_reference.strip(),
            "data_classes": in_order(self.data_classes),
        }


def _problems(terms: Terms, *, on: date) -> dict[str, list[str]]:
    needed = {
        "title": "Enter what the agreement is called.",
        "purposes": "Enter for which purposes information is shared.",
        "legal_basis": "Enter the legal basis.",
        "document_reference": "Enter where the signed agreement is kept.",
    }
    found = {name: [words] for name, words in needed.items() if not getattr(terms, name).strip()}
    unknown = set(terms.data_classes) - {code.value for code in DataClass}
    if unknown or ALWAYS_COVERED.value not in terms.data_classes:
        found["data_classes"] = ["Choose what the agreement covers; core identity is always part of it."]
    if terms.starts_on < on:
        found["starts_on"] = ["An agreement cannot start before today."]
    if terms.ends_on is not None and terms.ends_on <= terms.starts_on:
        found["ends_on"] = ["The end must be after the start."]
    if terms.review_on is None:
        found["review_on"] = ["Enter when the agreement is reviewed."]
    elif terms.review_on <= terms.starts_on or (
        "ends_on" not in found and terms.ends_on and terms.review_on > terms.ends_on
    ):
        found["review_on"] = ["The review must be after the start and before the end."]
    return found


@transaction.atomic
def add_agreement(
    agency_id: int, terms: Terms, *, reference: str, by: Keeper, at: datetime
) -> SharingAgreement:
    """Add an agreement with a partner agency; from its first day on it lets that agency see what is shared with it."""
    by.require(Power.KEEP_AGREEMENTS)
    problems = _problems(terms, on=local_date(at))
    agency = Agency.objects.filter(pk=agency_id).exclude(kind=AgencyKind.POLICE).first()
    if agency is None:
        problems["agency_id"] = ["Choose a partner agency."]
    if not reference.strip():
        problems["reference"] = ["Enter the reference of the agreement."]
    elif SharingAgreement.objects.filter(reference=reference.strip()).exists():
        problems["reference"] = ["There is an agreement with this reference already."]
    if problems or agency is None:
        raise Invalid(problems)
    agreement = SharingAgreement.objects.create(
        agency=agency,
        reference=reference.strip(),
        recorded_by_id=by.user_id,
        recorded_at=at,
        **terms.columns(),
    )
    _record(audit.AGREEMENT_ADDED, agreement, by=by)
    return agreement


@transaction.atomic
def amend_agreement(pk: int, terms: Terms, *, reason: str, by: Keeper, at: datetime) -> SharingAgreement:
    """Replace an agreement by an amended one from `terms.starts_on` on: the old row ends that day and stays as it was.

    What was shared under it goes on under the amendment, as far as that covers it.
    """
    agreement = access_agreement(by, pk, to_keep=True, lock=True)
    on = local_date(at)
    _require_running(agreement, on=on)
    problems = _problems(terms, on=on)
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = ["Enter why the agreement is amended in at least 10 characters."]
    if "starts_on" not in problems and agreement.starts_on > terms.starts_on:
        problems["starts_on"] = ["The amendment cannot start before the agreement that it amends."]
    if problems:
        raise Invalid(problems)
    _end(agreement, terms.starts_on, f"Amended. {reason.strip()}", by=by, at=at)
    amended = SharingAgreement.objects.create(
        agency=agreement.agency,
        reference=next_version(agreement.reference),
        series_id=agreement.first_id,
        amendment_reason=reason.strip(),
        recorded_by_id=by.user_id,
        recorded_at=at,
        **terms.columns(),
    )
    _record(audit.AGREEMENT_AMENDED, amended, by=by, reason=reason.strip())
    return amended


@transaction.atomic
def end_agreement(pk: int, *, ends_on: date, reason: str, by: Keeper, at: datetime) -> SharingAgreement:
    """End an agreement today or on a later day: from that day's first request on the agency sees nothing under it."""
    agreement = access_agreement(by, pk, to_keep=True, lock=True)
    on = local_date(at)
    _require_running(agreement, on=on)
    problems: dict[str, list[str]] = {}
    if len(reason.strip()) < SHORTEST_REASON:
        problems["reason"] = ["Enter why the agreement ends in at least 10 characters."]
    if ends_on < on:
        problems["ends_on"] = ["An agreement cannot end before today."]
    elif agreement.ends_on is not None and ends_on > agreement.ends_on:
        problems["ends_on"] = ["It ends before that already. Amend it to let it run longer."]
    elif ends_on < agreement.starts_on:
        problems["ends_on"] = ["The end cannot be before the start."]
    if problems:
        raise Invalid(problems)
    _end(agreement, ends_on, reason.strip(), by=by, at=at)
    _record(audit.AGREEMENT_ENDED, agreement, by=by, reason=reason.strip())
    return agreement


def remind_keepers(*, on: date, at: datetime) -> int:
    """Tell the keepers of agreements whose review or end comes near, each date's reminders once; how many were owed."""
    keepers = holders_of(Power.KEEP_AGREEMENTS, DbClass.POLICE, None, on)
    sent = 0
    for agreement in SharingAgreement.objects.filter(in_force_on(on)).select_related("agency").order_by("pk"):
        for what, day in (("review", agreement.review_on), ("end", agreement.ends_on)):
            days = None if day is None else reminder_owed(day, on=on)
            if day is None or days is None or (what == "end" and agreement.ended_at is not None):
                continue
            for user_id in keepers:
                sent += notify(
                    user_id,
                    key=f"agreement:{agreement.pk}:{what}:{day.isoformat()}:{days}",
                    kind="agreement",
                    subject=f"A sharing agreement's {what} comes near",
                    body=f"{agreement.reference}, {agreement.agency.name}: {what} on {day:%-d %B %Y}.",
                    url=f"/sharing/agreements/{agreement.pk}/",
                    due_on=day,
                    at=at,
                )
    return sent


def _require_running(agreement: SharingAgreement, *, on: date) -> None:
    state = span_state(agreement.starts_on, agreement.ends_on, on=on)
    if state == AgreementState.LAPSED:
        raise Refused("This agreement is over. Add a new one.")
    later = SharingAgreement.objects.filter(series=agreement.first_id, pk__gt=agreement.pk)
    if later.exists():
        raise Refused("This agreement has been amended already. Go to its amendment.")


def _end(agreement: SharingAgreement, ends_on: date, reason: str, *, by: Keeper, at: datetime) -> None:
    agreement.ends_on = min(ends_on, agreement.ends_on or ends_on)
    agreement.ended_by_id, agreement.ended_at = by.user_id, at
    agreement.end_reason = reason
    agreement.save(update_fields=["ends_on", "ended_by", "ended_at", "end_reason"])


def _record(action: Action, agreement: SharingAgreement, *, by: Keeper, reason: str = "") -> None:
    detail = {
        "agreement": agreement.reference,
        "agency": agreement.agency.code,
        "data_classes": agreement.data_classes,
        "starts_on": str(agreement.starts_on),
        "ends_on": str(agreement.ends_on or ""),
    }
    record(action, by=by, reason=reason, detail=detail)
