"""The pages of retention and subject access, for each role that has a use for them (SHR-4)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.approvals.models import Approval
from iom.approvals.services import approve
from iom.audit.models import Act
from iom.retention.models import AccessItem, AccessRequest, Bundle, Correction, LegalHold, Returned, Review
from iom.retention.rules.statuses import CRITERIA
from iom.retention.services.assembling import assemble_next
from iom.retention.services.bundle import make_next
from tests.retention.factories import (
    AccessItemFactory,
    DisposalFactory,
    LegalHoldFactory,
    ReviewFactory,
    proved,
)
from tests.retention.test_subject_access import AT, ON, SECRETS, person  # noqa: F401
from tests.world import signed_in

pytestmark = pytest.mark.django_db
NO = {one.code: "no" for one in CRITERIA}
LISTS = ("queue", "holds", "returned", "disposals", "schedule", "requests", "corrections")


@pytest.fixture
def inspector(client_for: Callable[..., Client]) -> Client:
    return client_for(Role.INSPECTOR)


@pytest.fixture
def spoc(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.CENTRAL_SPOC)


def post(client: Client, name: str, *args: Any, **fields: Any) -> Any:
    return client.post(reverse(f"retention:{name}", args=args), fields)


def text_of(client: Client, name: str, *args: Any) -> str:
    found = client.get(reverse(f"retention:{name}", args=args))
    assert found.status_code == 200, (name, found.status_code)
    return b"".join(found).decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("role", "retention", "access"),
    [
        (Role.INSPECTOR, 200, 200),
        (Role.CENTRAL_SPOC, 200, 200),
        (Role.AUDITOR, 200, 200),
        (Role.SUPPORT, 403, 200),
        (Role.SUPERVISOR, 403, 403),
        (Role.OFFENDER_MANAGER, 403, 403),
        (Role.PARTNER_MANAGER, 403, 403),
        (Role.ADMINISTRATOR, 403, 403),
    ],
)
def test_each_list_opens_for_whom_it_is_meant(
    client_for: Callable[..., Client], name: str, role: Role, retention: int, access: int
) -> None:
    wanted = access if name in ("requests", "corrections") else retention

    assert client_for(role).get(reverse(f"retention:{name}")).status_code == wanted


def test_the_queue_says_why_each_record_is_due_and_writes_the_look(
    world: dict[str, Any], inspector: Client
) -> None:
    review = ReviewFactory(person__home_unit=world["north"], person__family_name="Duemarker")
    ReviewFactory(person__home_unit=world["south"], person__family_name="Othermarker")

    said = text_of(inspector, "queue")

    assert "Duemarker" in said
    assert "Group 4 because no offence is held against the person" in said
    assert "Othermarker" not in said
    with as_owner():
        assert Act.objects.filter(action="look:retention queue", subjects=[review.person_id]).exists()


def test_a_review_is_kept_through_its_page(world: dict[str, Any], inspector: Client) -> None:
    review = ReviewFactory(person__home_unit=world["north"])

    assert "Keep the record" in text_of(inspector, "review", review.pk)
    wrong = post(inspector, "keep", review.pk, **NO, reason="short", next_on="2099-01-01")
    assert wrong.status_code == 200
    done = post(
        inspector, "keep", review.pk, **NO, reason="Still relevant to an inquiry.", next_on="2028-01-01"
    )

    assert done.status_code == 302
    with as_owner():
        assert Review.objects.get(pk=review.pk).status == "retained"


def test_disposal_is_asked_for_through_its_page_and_not_offered_while_held(
    world: dict[str, Any], inspector: Client
) -> None:
    review = ReviewFactory(person__home_unit=world["north"])
    held = LegalHoldFactory(person=review.person)

    assert "cannot be disposed of now" in text_of(inspector, "review", review.pk)
    said = post(inspector, "dispose", review.pk, **NO, reason="Nothing to keep any more.")
    assert "A hold stands on this record." in said.content.decode()
    assert post(inspector, "hold_lift", held.pk, reason="The claim was settled.").status_code == 302
    assert post(inspector, "dispose", review.pk, **NO, reason="Nothing to keep any more.").status_code == 302

    with as_owner():
        assert Review.objects.get(pk=review.pk).status == "asked"
        assert LegalHold.objects.get().lifted_at is not None


def test_a_hold_is_set_through_its_page_for_somebody_in_reach_only(
    world: dict[str, Any], inspector: Client
) -> None:
    review = ReviewFactory(person__home_unit=world["north"], person__nominal_ref="NV7100001")
    ReviewFactory(person__home_unit=world["south"], person__nominal_ref="NV7100002")
    fields = {"authority": "Coroner", "reason": "An inquest is open.", "review_on": "2099-01-01"}

    absent = post(inspector, "hold_add", person="NV7100002", **fields)
    assert "nobody with this reference" in absent.content.decode()
    assert post(inspector, "hold_add", person="NV7100001", **fields).status_code == 302
    assert "Coroner" in text_of(inspector, "holds")
    with as_owner():
        assert LegalHold.objects.get().person_id == review.person_id


def test_a_request_goes_from_entry_to_the_persons_hands(
    person: Any,  # noqa: F811
    inspector: Client,
    spoc: Actor,
) -> None:
    entered = post(
        inspector, "request_add", person=person.nominal_ref, received_on=ON.isoformat(), asked_for=""
    )
    with as_owner():
        pk = AccessRequest.objects.get().pk
    assert entered["Location"] == f"/subject-access/{pk}/"
    assert (
        post(
            inspector, "identity", pk, how="Passport seen at the counter", proved_on=ON.isoformat()
        ).status_code
        == 302
    )
    assert post(inspector, "assemble", pk).status_code == 302
    with as_service():
        assert assemble_next(AT)
    with as_owner():
        sections = sorted(set(AccessItem.objects.values_list("section", flat=True)))
        engagement = AccessItem.objects.get(section="engagements")
    said = text_of(inspector, "section", pk, "engagements")
    assert "iom-hide" in said
    decided = post(
        inspector,
        "item",
        engagement.pk,
        outcome="redact",
        marked=engagement.proposed_marked,
        ground="third_party",
        reason="",
    )
    assert decided.status_code == 302
    assert "never given from here" not in text_of(inspector, "section", pk, "cases")
    refused = post(inspector, "ask", pk, reason="Every item was read.")
    assert "Not every item is decided" in refused.content.decode()
    for code in sections:
        if code != "engagements":
            assert post(inspector, "confirm", pk, code).status_code == 302
    assert post(inspector, "ask", pk, reason="Every item was read.").status_code == 302
    with as_owner():
        approval = Approval.objects.get()
    described = signed_in(spoc).get(f"/approvals/{approval.pk}/").content.decode()
    assert "Give with passages hidden" in described
    assert f">/subject-access/{pk}/<" not in described
    assert "Read each item" in described
    with as_actor(spoc):
        approve(approval.pk, by=spoc, at=AT)
    with as_service():
        assert make_next(AT)

    preview = text_of(inspector, "bundle", pk)
    data = text_of(inspector, "bundle_json", pk)
    pdf = b"".join(inspector.get(reverse("retention:bundle_pdf", args=[pk])))
    assert post(inspector, "give", pk, how="Handed over at Mill Street").status_code == 302

    assert pdf.startswith(b"%PDF")
    for shown in (preview, data):
        assert "Shoplifting, given" in shown
        assert [secret for secret in SECRETS.values() if secret in shown] == []
    with as_owner():
        assert Bundle.objects.get().released_how == "Handed over at Mill Street"
        exports = Act.objects.filter(action="look:subject access bundle", kind="export")
        assert [act.subjects for act in exports] == [[person.pk]] * 2


def test_no_bundle_page_while_there_is_none_and_none_for_auditors(
    world: dict[str, Any], inspector: Client, client_for: Callable[..., Client]
) -> None:
    found = proved(person__home_unit=world["north"], status="deciding")
    AccessItemFactory(request=found, text="Contentmarker")
    auditor = client_for(Role.AUDITOR)

    for name in ("bundle", "bundle_pdf", "bundle_json"):
        assert inspector.get(reverse(f"retention:{name}", args=[found.pk])).status_code == 404
        assert auditor.get(reverse(f"retention:{name}", args=[found.pk])).status_code == 403
    assert "Contentmarker" not in text_of(auditor, "request", found.pk)
    assert found.identity_how not in text_of(auditor, "request", found.pk)


def test_support_staff_see_no_victim_item_and_the_page_says_the_same_to_everybody(
    world: dict[str, Any], client_for: Callable[..., Client], inspector: Client
) -> None:
    found = proved(person__home_unit=world["north"], status="deciding")
    AccessItemFactory(request=found, section="identity")
    AccessItemFactory(request=found, section="victims", compartment="victim", title="Victim", locked=True)
    support = client_for(Role.SUPPORT)

    theirs, others = text_of(support, "request", found.pk), text_of(inspector, "request", found.pk)

    assert "Victims" not in theirs
    assert "Victims" in others
    assert "Parts that you may not read are decided by" in theirs
    assert "Parts that you may not read are decided by" in others
    assert support.get(reverse("retention:section", args=[found.pk, "victims"])).status_code == 404


def test_a_correction_is_entered_and_decided_through_its_pages(
    world: dict[str, Any], inspector: Client
) -> None:
    review = ReviewFactory(person__home_unit=world["north"], person__nominal_ref="NV7100003")
    entered = post(
        inspector,
        "correction_add",
        person="NV7100003",
        received_on=ON.isoformat(),
        what="The address is not mine.",
    )
    with as_owner():
        row = Correction.objects.get(person=review.person)

    assert entered.status_code == 302
    assert review.person.full_name in text_of(inspector, "corrections")
    assert (
        post(
            inspector, "correction_decide", row.pk, outcome="corrected", reason="Put right at the source."
        ).status_code
        == 302
    )


def test_somebody_who_came_back_is_decided_on_through_the_page(
    world: dict[str, Any], inspector: Client
) -> None:
    review = ReviewFactory(person__home_unit=world["north"])
    disposal = DisposalFactory(unit=world["north"])
    with as_owner():
        row = Returned.objects.create(person=review.person, disposal=disposal, found_on=ON)

    assert review.person.full_name in text_of(inspector, "returned")
    assert (
        post(inspector, "returned_decide", row.pk, outcome="new", reason="A new offence in May.").status_code
        == 302
    )
    assert f"Disposal {disposal.pk}" in text_of(inspector, "disposals")
    assert "Person " in text_of(inspector, "disposal", disposal.pk)
    assert "persons_person" in text_of(inspector, "disposal", disposal.pk)


def test_my_day_lists_the_requests_of_whom_handles_them(
    world: dict[str, Any], actor_of: Callable[..., Actor]
) -> None:
    support = actor_of(Role.SUPPORT)
    mine = proved(person__home_unit=world["north"], handler_id=support.user_id, status="deciding")
    proved(person__home_unit=world["north"], person__family_name="Nobodysmarker", status="deciding")

    said = signed_in(support).get("/").content.decode()

    assert f"/subject-access/{mine.pk}/" in said
    assert "by 1 December 2026" in said
    assert "Nobodysmarker" not in said
    with as_owner():
        assert Act.objects.filter(action="look:my day", subjects=[mine.person_id]).exists()
