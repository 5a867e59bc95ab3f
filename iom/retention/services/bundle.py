"""Signing, making and giving what is held about a person: never of anything undecided, never by one person (SHR-4)."""

import hashlib
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pikepdf
from django.db import transaction

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_service
from iom.accounts.rules import Power
from iom.agencies.models import Agency
from iom.agencies.rules import AgencyKind
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.audit.services import record
from iom.kernel.errors import Invalid, Refused
from iom.kernel.wording import date_uk
from iom.notifications.services import notify
from iom.retention import audit
from iom.retention.models import AccessItem, AccessRequest, Bundle
from iom.retention.permissions import access_bundle, access_request, items_visible_to, requests_visible_to
from iom.retention.rules.bundle import Decided, contents, digest_of
from iom.retention.rules.statuses import OUTCOME_LABELS, Outcome, RequestStatus
from iom.retention.sections import LABELS
from iom.retention.selectors.facts import schedule_for
from iom.retention.services.ledger import enter_release
from iom.retention.services.requests import RELEASE, open_step, told
from iom.working_days.rules import local_date
from reports.pdf import render_pdf

UNDECIDED = "Not every item is decided. What you may not read, an inspector or the central point decides."
DECIDED_BY_SIGNER = (
    "You decided a part of this answer. Somebody who may sign and decided none of it must sign it."
)
TITLE = "What is held about you"


@transaction.atomic
def ask_release(request_id: int, *, reason: str, by: Actor, at: datetime) -> AccessRequest:
    """Ask a second person to sign what the person is given. Refused while anything is undecided."""
    found = open_step(request_id, "ask", by=by)
    items = whole(found.pk)
    if not items or any(not item.outcome for item in items):
        raise Refused(UNDECIDED)
    found.signed_digest, found.asked_by_id = digest_of(items), by.user_id
    approval = approvals.ask(
        RELEASE,
        by=by,
        at=at,
        payload={"request": found.pk, "digest": found.signed_digest},
        reason=reason,
        person_id=found.person_id,
        unit_id=found.person.home_unit_id,
    )
    found.status, found.approval_id = RequestStatus.SIGNING, approval.pk
    found.save(update_fields=["status", "approval_id", "signed_digest", "asked_by"])
    told(audit.RELEASE_ASKED, found, by=by, reason=reason, approval=approval.pk)
    return found


def describe(approval: Approval, reader: Any) -> list[tuple[str, str]]:
    """What the second person signs: how much is given, hidden and withheld, to whoever may read the items."""
    found = (
        requests_visible_to(reader)
        .select_related("person")
        .filter(pk=approval.payload.get("request"))
        .first()
    )
    if found is None:
        return []
    counted = Counter(items_visible_to(reader).filter(request=found).values_list("outcome", flat=True))
    return [
        ("Person", f"{found.person.full_name}, {found.person.nominal_ref}"),
        ("Due", date_uk(found.due_on)),
        *((label, str(counted[outcome.value])) for outcome, label in OUTCOME_LABELS.items() if counted),
        ("Before you sign", f"/subject-access/{found.pk}/"),
    ]


def named(payload: Mapping[str, Any]) -> str:
    """Which request is to be answered."""
    return f"Request {payload['request']}" if "request" in payload else ""


def perform(approval: Approval, by: Any, at: datetime) -> None:
    """The second signature: on everything, by somebody who may read everything, and on what was asked."""
    found = access_request(by, approval.payload["request"], decide=True, lock=True)
    by.require(Power.RELEASE_SUBJECT_ACCESS)
    if found.status != RequestStatus.SIGNING or found.approval_id != approval.pk:
        raise Refused("This signature is not asked for any more.")
    if found.asked_by_id == by.user_id:
        raise Refused("Somebody other than the person who asked must sign.")
    if AccessItem.objects.filter(request=found, decided_by=by.user_id).exists():
        raise Refused(DECIDED_BY_SIGNER)
    items = whole(found.pk)
    if items_visible_to(by).filter(request=found).count() != len(items):
        raise Refused("You may not read every part of this answer: somebody who may must sign it.")
    if digest_of(items) != approval.payload["digest"]:
        raise Refused("Something was decided anew since the signature was asked for.")
    found.status, found.signed_by_id = RequestStatus.SIGNED, by.user_id
    found.save(update_fields=["status", "signed_by"])
    told(audit.RELEASE_SIGNED, found, by=by, approval=approval.pk)


def make_next(at: datetime) -> bool:
    """Make one bundle that is signed for; whether there is more to do."""
    found = (
        AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status=RequestStatus.SIGNED)
        .select_related("person__home_unit", "handler")
        .order_by("due_on", "pk")
        .first()
    )
    if found is None:
        return False
    make(found, at=at)
    return True


@transaction.atomic
def make(found: AccessRequest, *, at: datetime) -> Bundle:
    """The PDF and the same as data, of what two people agreed; the database refuses it while anything is undecided."""
    items = whole(found.pk)
    if digest_of(items) != found.signed_digest:
        raise Refused("What was signed is not what there is now.")
    document = document_of(found, items, on=local_date(at))
    pdf = render_pdf(
        "reports/subject_access_pdf.html",
        {"document": document, "person": found.person.full_name},
        title=TITLE,
        made_by=document["controller"],
        made_at=at,
    )
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    counted = Counter(item.outcome for item in items)
    bundle = Bundle.objects.create(
        request=found,
        made_at=at,
        pdf=pdf,
        document=document,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pages=pages,
        given=counted[Outcome.DISCLOSE],
        redacted=counted[Outcome.REDACT],
        withheld=counted[Outcome.WITHHOLD],
    )
    found.status = RequestStatus.READY
    found.save(update_fields=["status"])
    record(
        audit.BUNDLE_MADE,
        by=SYSTEM,
        subjects=[found.person_id],
        detail={"request": found.pk, "sha256": bundle.sha256},
    )
    if found.handler_id:
        notify(
            found.handler_id,
            key=f"access-ready:{found.pk}:{at.isoformat()}",
            kind="subject_access",
            subject="A subject access bundle is ready to give",
            body="Give it to the person and record how.",
            url=f"/subject-access/{found.pk}/",
            due_on=found.due_on,
            person_id=found.person_id,
            at=at,
        )
    return bundle


def document_of(found: AccessRequest, items: list[Decided], *, on: date) -> dict[str, Any]:
    """The answer as plain values: the person's data and what section 45(2) says they must be told."""
    controller = Agency.objects.filter(kind=AgencyKind.POLICE).order_by("pk").first()
    groups = schedule_for(on).groups.values()
    return {
        "controller": controller.name if controller else "The police",
        "reference": f"SAR-{found.pk}",
        "person": found.person.full_name,
        "nominal_reference": found.person.nominal_ref,
        "received_on": found.received_on.isoformat(),
        # By the criteria for everybody: the person's own group could tell of what is withheld.
        "kept_how_long": [f"{group.label}: {group.words}" for group in groups],
        **contents(items, LABELS),
    }


@transaction.atomic
def release(request_id: int, *, how: str, by: Actor, on: date, at: datetime) -> Bundle:
    """Record that the bundle was given, and how; it enters the ledger of disclosures."""
    found = open_step(request_id, "release", by=by)
    if len(how.strip()) < 5:
        raise Invalid({"how": ["Enter how it was given, such as by post to the address on record"]})
    bundle = access_bundle(by, found.pk, lock=True)
    bundle.released_by_id, bundle.released_at, bundle.released_how = by.user_id, at, how.strip()
    bundle.save(update_fields=["released_by", "released_at", "released_how"])
    found.status, found.ended_on = RequestStatus.RELEASED, on
    found.save(update_fields=["status", "ended_on"])
    enter_release(found, bundle, by=by, at=at)
    record(
        audit.RELEASED,
        by=by,
        kind="disclose",
        subjects=[found.person_id],
        reason=bundle.released_how,
        detail={"request": found.pk, "sha256": bundle.sha256},
    )
    return bundle


def whole(request_id: int) -> list[Decided]:
    """Every item of a request, those included that the acting person may not read: for counting and signing only."""
    with as_service():
        rows = AccessItem.objects.filter(request=request_id).order_by("section", "seq")
        return [Decided(r.section, r.seq, r.title, r.on, r.text, r.outcome, r.marked, r.ground) for r in rows]
