"""The demo's sharing: what agreements cover, consent, one disclosure made and one that waits (SHR-1, SHR-2, NEW-5)."""

from datetime import date, datetime, timedelta
from random import Random

from cohorts.models import Case
from iom.access.actor import Actor, actor_for
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.models import User
from iom.agencies.models import Agency, SharingAgreement, in_force_on
from iom.agencies.rules import AgencyKind, DataClass
from iom.approvals import services as approvals
from iom.records.models import IntelligenceItem, IntelligenceSource
from iom.sharing.models import Consent, Disclosure
from iom.sharing.rules import Medium, What
from iom.sharing.services import disclosure
from iom.sharing.services.ledger import write_down
from iom.sharing.services.reviews import open_review

D = DataClass
COVERS: dict[str, tuple[DataClass, ...]] = {
    AgencyKind.PROBATION: (D.CORE, D.IDENTIFIER, D.PLAN, D.NOTE, D.DISCLOSED),
    AgencyKind.PRISON: (D.CORE, D.IDENTIFIER, D.PLAN, D.NOTE, D.DISCLOSED),
    AgencyKind.YOUTH_JUSTICE: (D.CORE, D.IDENTIFIER, D.PLAN, D.NOTE, D.YOUTH, D.EXPLOITATION, D.DISCLOSED),
    AgencyKind.DRUG_SERVICE: (D.CORE, D.PLAN, D.NOTE, D.DISCLOSED),
    AgencyKind.HOUSING: (D.CORE, D.PLAN),
    AgencyKind.VOLUNTARY: (D.CORE, D.PLAN, D.NOTE),
    AgencyKind.LOCAL_AUTHORITY: (D.CORE, D.PLAN, D.NOTE, D.DISCLOSED),
    AgencyKind.MONITORING: (D.CORE, D.PLAN),
}
ENDS_SOON = "hearth"
BASIS = "Crime and Disorder Act 1998, section 115; Data Protection Act 2018, Part 3, for law enforcement purposes."
PURPOSES = {
    AgencyKind.PROBATION: "Supervising the licence together",
    AgencyKind.PRISON: "Preparing release",
    AgencyKind.YOUTH_JUSTICE: "Leading the work with a child",
    AgencyKind.DRUG_SERVICE: "Treatment as part of the plan",
    AgencyKind.HOUSING: "Finding and keeping a tenancy",
    AgencyKind.VOLUNTARY: "Mentoring on release",
    AgencyKind.LOCAL_AUTHORITY: "Keeping the neighbourhood safe",
    AgencyKind.MONITORING: "Fitting and watching a tag",
}
WHY = "The agency has actions in the plan and cannot carry them out without knowing who and where the person is."
SANITISED = "The person is believed to meet people who deal in drugs at the bus station on Friday evenings."


def set_agreements(*, on: date, at: datetime) -> None:
    """What each agreement covers, on which basis, and when it is reviewed; one is about to end."""
    for agreement in SharingAgreement.objects.select_related("agency"):
        agreement.data_classes = [code.value for code in COVERS[agreement.agency.kind]]
        agreement.legal_basis = BASIS
        agreement.parties = f"Northmoor Police and {agreement.agency.name}"
        agreement.document_reference = f"Information management, file {agreement.reference}"
        agreement.recorded_at = at - timedelta(days=6 * 365)
        agreement.review_on = on + timedelta(days=200)
        if agreement.agency.code == ENDS_SOON:
            agreement.ends_on, agreement.review_on = on + timedelta(days=24), on + timedelta(days=3)
        agreement.save()


def set_shares(*, seed: int, at: datetime) -> None:
    """Every share says for what and why; the ledger holds them, and some people said what they think of it."""
    rng = Random(seed)
    agreements = {row.agency_id: row for row in SharingAgreement.objects.order_by("starts_on")}
    shares = list(AgencyAccess.objects.select_related("agency", "granted_by").order_by("pk"))
    lines, consents = [], []
    for share in shares:
        share.purpose = PURPOSES[AgencyKind(share.agency.kind)]
        share.necessity = share.reason or WHY
        share.agreement = agreements.get(share.agency_id)
        given = at - timedelta(days=max(0, (at.date() - share.starts_on).days))
        lines.append(
            Disclosure(
                person_id=share.person_id,
                agency=share.agency,
                recipient=share.agency.name,
                medium=Medium.CASE,
                what="The person's record, in the parts named",
                data_classes=share.agreement.data_classes if share.agreement else [],
                purpose=share.purpose,
                necessity=share.necessity,
                agreement=share.agreement,
                by=share.granted_by,
                by_name=share.granted_by.name if share.granted_by else "Not recorded",
                at=given,
                until=share.ends_on,
                item_ref=f"share:{share.pk}",
            )
        )
        if rng.random() < 0.4:
            consents.append(
                Consent(
                    person_id=share.person_id,
                    agency=share.agency,
                    purpose=share.purpose,
                    status=rng.choice(("given", "given", "given", "refused", "withdrawn")),
                    said_on=share.starts_on,
                    how=rng.choice(("In writing", "Said at the first visit")),
                    evidence=f"Form IOM12 of {share.starts_on:%-d %B %Y}",
                    recorded_by=share.granted_by,
                    recorded_at=given,
                )
            )
    AgencyAccess.objects.bulk_update(shares, ["purpose", "necessity", "agreement"], batch_size=500)
    Disclosure.objects.bulk_create(lines, batch_size=500)
    Consent.objects.bulk_create(consents, batch_size=500)


def make_sharing(*, on: date, at: datetime, seed: int) -> None:
    """Terms of agreements and shares, a disclosure that two people made, one that waits, sharing to look at again."""
    with as_owner():
        set_agreements(on=on, at=at)
        set_shares(seed=seed, at=at)
        pairs = _pairs(on)
    for number, (case, agency) in enumerate(pairs[:4]):
        _disclose(case, agency, number, on=on, at=at)
    _second_looks(on=on, at=at)


def _pairs(on: date) -> list[tuple[Case, Agency]]:
    """Open cases shared with probation: where a single item may be disclosed."""
    probation = Agency.objects.get(code="probation")
    shared = AgencyAccess.objects.filter(in_force_on(on), agency=probation, ends_on__isnull=True)
    cases = Case.objects.filter(status="active", person__in=shared.values("person"), unit__kind="district")
    return [(case, probation) for case in cases.select_related("person", "unit").order_by("pk")]


def _staff(unit_id: int, role: str, on: date) -> Actor | None:
    with as_owner():
        user = User.objects.filter(memberships__team__unit=unit_id, memberships__role=role).first()
        return actor_for(user, on=on) if user else None


def _disclose(case: Case, agency: Agency, number: int, *, on: date, at: datetime) -> None:
    """The first three are asked for; the first is signed, the second waits, the third is refused."""
    asker, signer = _staff(case.unit_id, "supervisor", on), _staff(case.unit_id, "inspector", on)
    if asker is None or signer is None:
        return
    with as_owner():
        item = IntelligenceItem.objects.filter(person=case.person, ended_at__isnull=True).first()
        if item is None:
            item = _new_item(case, asker, on=on, at=at)
        item.sanitised = item.sanitised or SANITISED
        item.sanitised_at, item.sanitised_by_id = at, asker.user_id
        item.occurred_on = item.occurred_on or on - timedelta(days=9)
        item.save()
    if number == 3:
        _by_hand(case, agency, asker, at=at)
        return
    terms = disclosure.Terms(
        agency.pk,
        "Keeping the practitioner safe at appointments",
        "The practitioner meets the person alone and must know when not to.",
        on + timedelta(days=60),
    )
    with as_actor(asker):
        asked = disclosure.ask(
            What.ITEM, item.pk, terms, reason="Asked for by the practitioner on the phone.", by=asker, at=at
        )
    with as_actor(signer):
        if number == 0:
            approvals.approve(asked.pk, by=signer, at=at, reason="Words checked against the source.")
        elif number == 2:
            approvals.refuse(asked.pk, by=signer, at=at, reason="The words would still point to the source.")


def _new_item(case: Case, by: Actor, *, on: date, at: datetime) -> IntelligenceItem:
    """An item in full, for a person who has none."""
    day = on - timedelta(days=9)
    item = IntelligenceItem.objects.create(
        person=case.person, recorded_at=at - timedelta(days=8), recorded_by_id=by.user_id, occurred_on=day
    )
    IntelligenceSource.objects.create(
        item=item,
        person=case.person,
        title="Meets suppliers at the bus station",
        content="A member of the public who works there sees him meet two men known for supply on Friday evenings.",
        source_evaluation=2,
        information_evaluation="B",
        handling="P",
        provenance=f"INT/{day:%Y}/4418",
        unit_id=case.unit_id,
    )
    return item


def _by_hand(case: Case, agency: Agency, by: Actor, *, at: datetime) -> None:
    with as_actor(by):
        write_down(
            case.person.nominal_ref,
            agency_id=agency.pk,
            medium=Medium.SPOKEN.value,
            what="The change of his address",
            recipient="Duty officer",
            purpose="Keeping the next appointment",
            necessity="The letter would have gone to the old address.",
            by=by,
            at=at,
        )


def _second_looks(*, on: date, at: datetime) -> None:
    """Two cases changed hands lately: one task is fresh, one is overdue."""
    with as_owner():
        cases = [case for case, _ in _pairs(on)][-2:]
    for case, days_ago in zip(cases, (1, 12), strict=False):
        asker = _staff(case.unit_id, "supervisor", on)
        if asker is None:
            continue
        with as_actor(asker):
            open_review(
                case.person_id,
                unit_id=case.unit_id,
                owner_id=case.manager_id,
                cause="manager",
                by=asker,
                at=at - timedelta(days=days_ago),
            )
