"""From the form to the board's list (REF-1, REF-2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from cohorts.audit import (
    PERSON_MATCHED,
    REFERRAL_LISTED,
    REFERRAL_SUBMITTED,
    REFERRAL_WITHDRAWN,
    RESEARCH_STARTED,
)
from cohorts.models import Case, Referral, ReferralStage, ResearchPack
from cohorts.permissions import access_referral, require
from cohorts.rules.statuses import CaseStatus, ReferralStatus
from cohorts.rules.vocabulary import Ground, Route
from cohorts.selectors.research import build_pack
from cohorts.selectors.staff import supervisors_of
from cohorts.services.history import move_referral, require_referral_step
from cohorts.services.messages import REFERRAL, referral_url, tell
from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.agencies.models import SharingAgreement, Unit, in_force_on
from iom.agencies.rules import AgencyKind, DataClass, UnitKind
from iom.audit.services import record
from iom.kernel.errors import Invalid, NotFound, Refused
from iom.persons.models import Person
from iom.persons.permissions import visible_to as persons_visible_to
from iom.working_days.rules import local_date

ONLY_YOUR_BOARD = "Choose your own district. Of another district's board, its own officers ask."


@dataclass(frozen=True)
class ReferralForm:
    """What a referrer types; `person_id` where the referrer could point at the record itself.

    `request_key` is made with the form, so that a second click on the same form is recognised.
    """

    given_names: str
    family_name: str
    unit_id: int
    ground: str
    reasons: str
    route: str = Route.REFERRAL
    date_of_birth: date | None = None
    identifiers: str = ""
    person_id: int | None = None
    alert_id: int | None = None
    request_key: UUID | None = None


def _problems(form: ReferralForm, on: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not form.given_names.strip():
        found["given_names"] = ["Enter the given names."]
    if not form.family_name.strip():
        found["family_name"] = ["Enter the family name."]
    if not form.reasons.strip():
        found["reasons"] = ["Enter the reasons for the referral."]
    if form.ground not in set(Ground):
        found["ground"] = ["Choose the ground for the referral."]
    if form.route not in set(Route):
        found["route"] = ["Choose how the referral came."]
    if form.date_of_birth is not None and form.date_of_birth > on:
        found["date_of_birth"] = ["The date of birth must be in the past."]
    if not Unit.objects.filter(pk=form.unit_id, kind__in=(UnitKind.DISTRICT, UnitKind.PRISON_HUB)).exists():
        found["unit_id"] = ["Choose the district that the referral goes to."]
    return found


def _covers_referrals(by: Actor, on: date) -> bool:
    """Whether an agreement in force lets the agency see what becomes of its referrals; the row policy asks the same."""
    running = SharingAgreement.objects.filter(in_force_on(on), agency=by.agency_id)
    return running.filter(data_classes__contains=[DataClass.PLAN.value]).exists()


@transaction.atomic
def submit_referral(form: ReferralForm, *, by: Actor, at: datetime) -> Referral:
    """Put somebody forward on the one form of every agency (REF-1).

    Raises Invalid for the form, Refused for an agency without a current agreement, for a form sent twice, and for
    a person who is managed already.
    """
    require(by, "submit_referral")
    on = local_date(at)
    if by.agency_kind != AgencyKind.POLICE and not _covers_referrals(by, on):
        raise Refused(
            "Your agency has no current information sharing agreement that covers cases, so it cannot refer."
        )
    if problems := _problems(form, on):
        raise Invalid(problems)
    person = _known_person(form.person_id, by)
    if person is not None:
        _refuse_if_managed(person.pk)
    elif by.db_class == DbClass.POLICE and form.unit_id not in by.unit_ids:
        raise Invalid({"unit_id": [ONLY_YOUR_BOARD]})
    referral = _create(form, person, by=by, at=at, on=on)
    ReferralStage.objects.create(referral=referral, to_status=referral.status, at=at, by_id=by.user_id)
    record(
        REFERRAL_SUBMITTED,
        by=by,
        subjects=[person.pk] if person else [],
        reason=referral.reasons,
        detail={"referral": referral.pk, "ground": referral.ground, "route": referral.route},
    )
    tell(
        supervisors_of(form.unit_id, on=on),
        key=f"referral:{referral.pk}:submitted",
        kind=REFERRAL,
        subject=f"New referral from {by.agency_name}",
        body="Research it and list it for a board.",
        url=referral_url(referral),
        but=by.user_id,
    )
    return referral


def _create(form: ReferralForm, person: Person | None, *, by: Actor, at: datetime, on: date) -> Referral:
    if by.agency_id is None:
        raise Refused("Only a member of an agency can make a referral.")
    try:
        with transaction.atomic():
            return Referral.objects.create(
                person=person,
                given_names=form.given_names.strip(),
                family_name=form.family_name.strip(),
                date_of_birth=form.date_of_birth,
                identifiers=form.identifiers.strip(),
                referring_agency_id=by.agency_id,
                referred_by_id=by.user_id,
                unit_id=form.unit_id,
                ground=form.ground,
                route=form.route,
                reasons=form.reasons.strip(),
                alert_id=form.alert_id,
                request_key=form.request_key,
                submitted_at=at,
                submitted_on=on,
            )
    except IntegrityError as error:
        if "request_key" not in str(error):
            raise
        raise Refused("This referral has been sent already.") from error


def _known_person(person_id: int | None, by: Actor) -> Person | None:
    if person_id is None:
        return None
    person = persons_visible_to(by).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def _refuse_if_managed(person_id: int) -> None:
    if Case.objects.filter(person=person_id).exclude(status=CaseStatus.CLOSED).exists():
        raise Refused("This person is managed already: open the case instead.")


@transaction.atomic
def withdraw(referral_id: int, *, by: Actor, at: datetime, reason: str) -> Referral:
    """Take a referral back, by the agency that made it or by the district, with the reason."""
    referral = access_referral(by, referral_id, to="withdraw", lock=True)
    require_referral_step(referral, "withdraw")
    if not reason.strip():
        raise Invalid({"reason": ["Enter the reason for withdrawing the referral."]})
    move_referral(referral, "withdraw", by=by, at=at, note=reason.strip())
    record(
        REFERRAL_WITHDRAWN,
        by=by,
        subjects=_subjects(referral),
        reason=reason.strip(),
        detail={"referral": referral.pk},
    )
    return referral


@transaction.atomic
def start_research(referral_id: int, *, by: Actor, at: datetime, person_id: int | None = None) -> Referral:
    """Take a referral up; with the person known, the research pack is built at once (REF-2)."""
    referral = access_referral(by, referral_id, to="start_research", lock=True)
    require_referral_step(referral, "start_research")
    person = _known_person(person_id, by)
    if person is not None:
        _refuse_if_managed(person.pk)
        referral.person = person
    move_referral(referral, "start_research", by=by, at=at)
    record(RESEARCH_STARTED, by=by, subjects=_subjects(referral), detail={"referral": referral.pk})
    if referral.person_id is not None:
        _build_pack(referral, by=by, at=at)
    return referral


@transaction.atomic
def match_person(referral_id: int, person_id: int, *, by: Actor, at: datetime) -> Referral:
    """Say which person on record the typed names mean, and build the pack; may be corrected until it is listed."""
    referral = access_referral(by, referral_id, to="match_person", lock=True)
    require_referral_step(referral, "match_person")
    person = _known_person(person_id, by)
    if person is None:
        raise NotFound
    _refuse_if_managed(person.pk)
    before = referral.person_id
    referral.person = person
    referral.save(update_fields=["person"])
    record(
        PERSON_MATCHED,
        by=by,
        subjects=[person.pk, *([before] if before else [])],
        detail={"referral": referral.pk, "before": before},
    )
    _build_pack(referral, by=by, at=at)
    return referral


def _build_pack(referral: Referral, *, by: Actor, at: datetime) -> ResearchPack:
    if referral.person is None:
        raise Refused("Match the person first.")
    content = build_pack(by, referral.person, on=local_date(at))
    return ResearchPack.objects.create(referral=referral, content=content, built_at=at, by_id=by.user_id)


@transaction.atomic
def list_for_board(referral_id: int, *, by: Actor, at: datetime, board_on: date) -> Referral:
    """Put a researched referral on the list of the board that sits on a date."""
    referral = access_referral(by, referral_id, to="list_for_board", lock=True)
    require_referral_step(referral, "list_for_board")
    if referral.person_id is None:
        raise Refused("Match the referral to a person before you list it for a board.")
    if board_on < local_date(at):
        raise Invalid({"board_on": ["The board's date must be today or later."]})
    if referral.status == ReferralStatus.DEFERRED:
        _build_pack(referral, by=by, at=at)
    referral.board_on = board_on
    move_referral(referral, "list_for_board", by=by, at=at, note=f"Board on {board_on:%-d %B %Y}")
    record(
        REFERRAL_LISTED,
        by=by,
        subjects=_subjects(referral),
        detail={"referral": referral.pk, "board_on": str(board_on)},
    )
    return referral


def _subjects(referral: Referral) -> list[int]:
    return [referral.person_id] if referral.person_id is not None else []
