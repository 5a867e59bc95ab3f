"""The pages of sharing, as each role meets them (SHR-1, SHR-2, NEW-5)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cohorts.models import Case
from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.approvals.models import Approval
from iom.audit.models import Act
from iom.persons.models import Person
from iom.sharing.models import Consent, Disclosure, IntelligenceItemGroupGrant
from iom.sharing.rules import What
from tests.cohorts.factories import CaseFactory
from tests.sharing.factories import WORDS, disclosed

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
ActorOf = Callable[..., Actor]
WHY = {"purpose": "Keeping an appointment safe", "necessity": "The worker meets him alone"}


def date_parts(name: str, days: int) -> dict[str, int]:
    day = timezone.localdate() + timedelta(days=days)
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def text(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def case(person: Any, world: dict[str, Any]) -> Case:
    return CaseFactory(person=person, unit=world["north"])


def test_a_disclosure_from_the_form_to_the_agencys_page(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any
) -> None:
    sergeant, inspector = client_for(Role.SUPERVISOR), client_for(Role.INSPECTOR)
    partner = client_for(Role.PARTNER_PRACTITIONER)
    typed = {
        **WHY,
        "agency": world["probation"].pk,
        "reason": "The agency asked for it",
        **date_parts("expires_on", 30),
    }
    before = text(partner.get("/sharing/received/"))
    asked = sergeant.post(f"/sharing/disclose/item/{item.pk}/", typed, follow=True)
    waiting = text(inspector.get("/"))
    with as_owner():
        approval = Approval.objects.get()
    signatures = text(inspector.get("/approvals/"))
    form = text(inspector.get(f"/approvals/{approval.pk}/approve/"))
    inspector.post(f"/approvals/{approval.pk}/approve/", {})
    with as_owner():
        grant = IntelligenceItemGroupGrant.objects.get()
    listed = text(partner.get("/sharing/received/"))
    read = text(partner.get(f"/sharing/received/{grant.pk}/"))
    first = text(partner.get("/"))

    assert "Nothing is disclosed" in before
    assert "Newly disclosed to your agency (1)" in first
    assert f"Intelligence item {item.pk}, {person.full_name}" in first
    assert "Newly disclosed" not in waiting
    assert "Another person has to sign" in text(asked)
    assert "Waiting for your signature" in waiting
    assert f"Intelligence item {item.pk}" in signatures
    assert WORDS in form
    assert person.full_name in listed
    assert WORDS in read
    assert "Sourcemarker" not in read + listed
    with as_owner():
        looks = Act.objects.filter(action="look:disclosed intelligence").get()
    assert looks.subjects == [person.pk]


def test_after_revoking_the_agencys_pages_know_nothing_of_it(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    partner, officer = client_for(Role.PARTNER_MANAGER), client_for(sergeant)
    with as_owner():
        pk = IntelligenceItemGroupGrant.objects.get().pk
    before = partner.get(f"/sharing/received/{pk}/").status_code
    page = text(officer.get(f"/sharing/people/{person.nominal_ref}/"))
    asked = text(officer.get(f"/sharing/disclosures/item/{pk}/revoke/"))
    done = officer.post(f"/sharing/disclosures/item/{pk}/revoke/", {"reason": "It was the wrong agency"})

    assert before == 200
    assert f"/sharing/disclosures/item/{pk}/revoke/" in page
    assert f"Intelligence item {item.pk}, given to {world['probation'].name} until" in asked
    assert WORDS not in asked
    assert done.status_code == 302
    assert partner.get(f"/sharing/received/{pk}/").status_code == 404
    assert "Nothing is disclosed" in text(partner.get("/sharing/received/"))
    assert "Newly disclosed" not in text(partner.get("/"))
    after = text(officer.get(f"/sharing/people/{person.nominal_ref}/"))
    assert "Revoked" in after
    assert f"By {sergeant.name}" in after
    assert "It was the wrong agency" in after


def test_the_persons_page_tells_shares_consents_and_the_ledger(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    partner, officer, auditor = (
        client_for(Role.PARTNER_PRACTITIONER),
        client_for(sergeant),
        client_for(Role.AUDITOR),
    )
    partner.get(f"/people/{person.nominal_ref}/")
    officer.post(
        f"/sharing/people/{person.nominal_ref}/write-down/",
        {
            **WHY,
            "agency": world["probation"].pk,
            "recipient": "Kim Lee",
            "medium": "spoken",
            "what": "His address",
        },
    )
    officer.post(
        f"/sharing/people/{person.nominal_ref}/consent/",
        {
            "agency": world["probation"].pk,
            "purpose": "Sharing for support",
            "status": "given",
            **date_parts("said_on", 0),
            "how": "In writing",
            "evidence": "Form 12 in the file",
        },
    )

    page = text(officer.get(f"/sharing/people/{person.nominal_ref}/?looks=on"))
    for words in (
        "Intelligence item",
        "Told in person or by phone",
        "Kim Lee, Northmoor Probation",
        "Looked at by a partner",
        "Form 12 in the file",
    ):
        assert words in page
    assert WORDS not in page
    read = text(auditor.get(f"/sharing/people/{person.nominal_ref}/"))
    assert "His address" in read
    assert "Write down what was given" not in read
    assert partner.get(f"/sharing/people/{person.nominal_ref}/").status_code == 403
    with as_owner():
        assert Consent.objects.get().status == "given"


def test_filters_of_the_ledger_limit_it(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    client_for(Role.PARTNER_PRACTITIONER).get(f"/people/{person.nominal_ref}/")
    officer = client_for(sergeant)

    def lines(query: str) -> tuple[bool, bool]:
        page = text(officer.get(f"/sharing/people/{person.nominal_ref}/?{query}"))
        table = page[page.index("Ledger of disclosures") :]
        return "The worker meets him alone" in table, "Looked at: " in table

    assert lines("looks=on") == (True, True)
    assert lines("medium=item") == (True, False)
    assert lines("medium=view") == (False, True)
    assert lines("agency=drugs&looks=on") == (False, False)
    assert lines("agency=probation&looks=on") == (True, True)
    later = timezone.localdate() + timedelta(days=1)
    assert lines(f"since_day={later.day}&since_month={later.month}&since_year={later.year}&looks=on") == (
        False,
        False,
    )


def test_what_partners_looked_at_is_hidden_at_first_with_its_number_and_a_link(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    partner, officer = client_for(Role.PARTNER_PRACTITIONER), client_for(sergeant)
    for _ in range(2):
        partner.get(f"/people/{person.nominal_ref}/")

    first = text(officer.get(f"/sharing/people/{person.nominal_ref}/?agency=probation"))
    alone = text(officer.get(f"/sharing/people/{person.nominal_ref}/?medium=spoken"))
    shown = text(officer.get(f"/sharing/people/{person.nominal_ref}/?agency=probation&looks=on"))

    assert "The worker meets him alone" in first
    assert "Looked at: " not in first
    assert "2 looks by partners are not listed." in first
    assert 'href="?agency=probation&amp;looks=on"' in first
    assert "not listed" not in alone
    assert (shown.count("Looked at: "), "not listed" in shown) == (2, False)


def test_a_file_of_the_ledger_needs_its_reason_and_is_an_export(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    officer = client_for(sergeant)
    address = f"/sharing/people/{person.nominal_ref}/export.csv"

    refused = officer.post(address, {"reason": "short"})
    made = officer.post(address, {"reason": "A subject asked for it"})
    pdf = officer.post(f"/reports/disclosures/{person.nominal_ref}/", {"reason": "A subject asked for it"})

    assert "There is a problem" in text(refused)
    assert made["Content-Type"].startswith("text/csv")
    assert "The worker meets him alone" in text(made)
    assert WORDS not in text(made)
    assert pdf.content.startswith(b"%PDF")
    with as_owner():
        acts = Act.objects.filter(kind="export").order_by("pk")
        assert [(act.subjects, act.reason) for act in acts] == [([person.pk], "A subject asked for it")] * 2


def test_the_agencys_ledger_is_for_the_centre_auditors_and_the_agencys_own_manager(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    address = "/sharing/agencies/probation/"

    for role in (Role.CENTRAL_SPOC, Role.AUDITOR, Role.PARTNER_MANAGER):
        page = client_for(role).get(address)
        assert page.status_code == 200
        assert person.full_name in text(page)
        assert "The worker meets him alone" in text(page)
    for role in (Role.SUPERVISOR, Role.PARTNER_PRACTITIONER, Role.ADMINISTRATOR):
        assert client_for(role).get(address).status_code == 403
    assert client_for(Role.PARTNER_MANAGER, agency="drugs").get(address).status_code == 404
    assert client_for(Role.CENTRAL_SPOC).get("/sharing/agencies/police/").status_code == 404
    lines = text(client_for(Role.CENTRAL_SPOC).get(address)).split("<tbody")[1]
    assert world["probation"].name not in lines
    export = client_for(Role.PARTNER_MANAGER).post(f"{address}export.csv", {"reason": "Our yearly review"})
    assert person.nominal_ref in text(export)


def test_an_agency_reads_nothing_of_what_it_was_given_once_its_share_ended(
    client_for: ClientFor, world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    manager = client_for(Role.PARTNER_MANAGER)
    before = text(manager.get("/sharing/agencies/probation/"))
    with as_owner():
        AgencyAccess.objects.filter(person=person).update(ends_on=timezone.localdate())

    after = text(manager.get("/sharing/agencies/probation/"))
    assert person.full_name in before
    assert person.full_name not in after
    assert "The worker meets him alone" not in after


def test_the_keeper_adds_amends_and_ends_on_pages_and_sees_what_that_stops(
    client_for: ClientFor, world: dict[str, Any], person: Any
) -> None:
    keeper, partner = client_for(Role.CENTRAL_SPOC), client_for(Role.PARTNER_PRACTITIONER)
    typed = {
        "reference": "ISA-77",
        "title": "Working together",
        "purposes": "Reducing reoffending",
        "legal_basis": "Crime and Disorder Act 1998",
        "data_classes": ["core", "plan"],
        "document_reference": "Legal/77",
        **date_parts("starts_on", 0),
        **date_parts("review_on", 300),
    }
    assert "Add an agreement" in text(keeper.get("/agencies/drugs/"))
    assert "Add an agreement" not in text(partner.get("/agencies/drugs/"))
    added = keeper.post("/sharing/agencies/drugs/agreement/", typed)
    with as_owner():
        agreement = SharingAgreement.objects.get(reference="ISA-77")
        probation = SharingAgreement.objects.get(agency=world["probation"])
    amended = keeper.post(
        f"/sharing/agreements/{agreement.pk}/amend/",
        {**typed, "data_classes": ["core"], "reason": "The plan is not needed"},
    )
    page = text(keeper.get(f"/sharing/agreements/{agreement.pk}/"))
    before = text(keeper.get(f"/sharing/agreements/{probation.pk}/end/"))
    seen = partner.get(f"/people/{person.nominal_ref}/").status_code
    ended = keeper.post(
        f"/sharing/agreements/{probation.pk}/end/",
        {**date_parts("ends_on", 0), "reason": "The agency was dissolved"},
    )

    assert [r.status_code for r in (added, amended, ended)] == [302, 302, 302]
    assert "ISA-77/2" in page
    assert "Amended. The plan is not needed" in page
    assert "would no longer see 1 person" in before
    # Without any agreement the agency has no way in at all: its session ends with the agreement.
    after = partner.get(f"/people/{person.nominal_ref}/")
    assert (seen, after.status_code) == (200, 403)
    assert person.family_name not in text(after)
    readers = [client_for(Role.ADMINISTRATOR), client_for(Role.SUPERVISOR)]
    readers.append(client_for(Role.PARTNER_MANAGER, agency="drugs"))
    for reader in readers:
        assert reader.get(f"/sharing/agreements/{agreement.pk}/").status_code == 200
        assert reader.get(f"/sharing/agreements/{agreement.pk}/end/").status_code == 403
    assert readers[-1].get(f"/sharing/agreements/{probation.pk}/").status_code == 404


def test_parts_of_a_case_are_shared_changed_and_stopped_on_pages(
    client_for: ClientFor, world: dict[str, Any], case: Case
) -> None:
    officer, partner = client_for(Role.SUPERVISOR), client_for(Role.PARTNER_PRACTITIONER, agency="drugs")
    agency = world["drugs"]
    typed = {
        "agency": agency.pk,
        "purpose": "Treatment on release",
        "reason": "She runs the group he attends",
    }
    officer.post(f"/cases/{case.pk}/share/", {**typed, "parts": ["core", "plan"]})
    whole = partner.get(f"/cases/{case.pk}/").status_code
    page = text(officer.get(f"/cases/{case.pk}/"))
    officer.post(f"/cases/{case.pk}/share/{agency.pk}/change/", {**typed, "parts": ["core"]})
    less = (
        partner.get(f"/people/{case.person.nominal_ref}/").status_code,
        partner.get(f"/cases/{case.pk}/").status_code,
    )
    officer.post(f"/cases/{case.pk}/share/{agency.pk}/stop/", {"reason": "Treatment ended"})

    assert (whole, less) == (200, (200, 404))
    assert "Treatment on release" in page
    assert partner.get(f"/people/{case.person.nominal_ref}/").status_code == 404
    with as_owner():
        rows = AgencyAccess.objects.filter(agency=agency).order_by("pk")
        assert [row.data_classes for row in rows] == [["core", "plan"], ["core"]]
        assert Disclosure.objects.filter(medium="case", agency=agency).count() == 2


def ticked(page: str) -> list[str]:
    return re.findall(r'name="parts"[^>]*value="(\w+)"[^>]*checked', page)


@pytest.mark.parametrize("parts", [[], ["core", "note"]])
def test_a_share_is_changed_and_stopped_from_what_it_is_now(
    client_for: ClientFor, world: dict[str, Any], case: Case, parts: list[str]
) -> None:
    officer, agency = client_for(Role.SUPERVISOR), world["drugs"]
    typed = {"agency": agency.pk, "purpose": "Treatment on release", "reason": "She runs the group"}
    officer.post(f"/cases/{case.pk}/share/", {**typed, "parts": parts})

    change = text(officer.get(f"/cases/{case.pk}/share/{agency.pk}/change/"))
    stop = text(officer.get(f"/cases/{case.pk}/share/{agency.pk}/stop/"))

    assert ticked(change) == parts
    assert f"Stop sharing with {agency.name}" in stop
    assert "It sees now: Core identity" in stop


def test_a_share_without_an_agreement_is_stopped_and_not_changed(
    client_for: ClientFor, world: dict[str, Any], case: Case
) -> None:
    officer, agency = client_for(Role.SUPERVISOR), world["drugs"]
    typed = {"agency": agency.pk, "purpose": "Treatment on release", "reason": "She runs the group"}
    officer.post(f"/cases/{case.pk}/share/", typed)
    before = text(officer.get(f"/cases/{case.pk}/"))
    with as_owner():
        SharingAgreement.objects.filter(agency=agency).update(ends_on=timezone.localdate())

    after = text(officer.get(f"/cases/{case.pk}/"))

    of_agency = f"/cases/{case.pk}/share/{agency.pk}"
    assert (f"{of_agency}/change/" in before, f"{of_agency}/stop/" in before) == (True, True)
    assert (f"{of_agency}/change/" in after, f"{of_agency}/stop/" in after) == (False, True)


@pytest.mark.parametrize("restricted", [False, True])
def test_the_ledger_holds_every_look_of_a_partner_for_whoever_reaches_the_person(
    world: dict[str, Any], person: Any, actor_of: ActorOf, partner: Actor, restricted: bool
) -> None:
    acts = [
        ("consult", partner),
        ("search", partner),
        ("export", partner),
        ("consult", actor_of(Role.ANALYST)),
    ]
    with as_owner():
        for kind, actor in acts:
            Act.objects.create(
                at=timezone.now(),
                kind=kind,
                action="look:profile",
                user_id=actor.user_id,
                user_name=actor.name,
                role=actor.role_code,
                agency=actor.agency_name,
                subjects=[person.pk],
            )
        Person.objects.filter(pk=person.pk).update(is_restricted=restricted)

    def looks(actor: Actor) -> list[str]:
        with as_actor(actor), connection.cursor() as cursor:
            cursor.execute("SELECT kind FROM authz.partner_looks(%s)", [person.pk])
            return sorted(kind for (kind,) in cursor.fetchall())

    whole = ["consult", "export", "search"]
    assert looks(actor_of(Role.OFFENDER_MANAGER)) == ([] if restricted else whole)
    assert looks(actor_of(Role.CENTRAL_SPOC)) == ([] if restricted else whole)
    assert looks(actor_of(Role.INSPECTOR, unit="south")) == []


def test_the_database_keeps_the_agencys_ledger_from_its_practitioners(
    world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor, actor_of: ActorOf
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)

    def lines(actor: Actor) -> int:
        with as_actor(actor):
            return Disclosure.objects.count()

    assert lines(actor_of(Role.PARTNER_MANAGER)) == 1
    assert lines(actor_of(Role.PARTNER_PRACTITIONER)) == 0
    assert lines(actor_of(Role.PARTNER_MANAGER, agency="drugs")) == 0


def test_the_agencys_ledger_says_who_there_was_told_and_leaves_its_own_name_out(
    client_for: ClientFor, world: dict[str, Any], person: Any, sergeant: Actor
) -> None:
    told = {
        "agency": world["probation"].pk,
        "recipient": "Kim Lee",
        "medium": "spoken",
        "what": "His address",
    }
    client_for(sergeant).post(f"/sharing/people/{person.nominal_ref}/write-down/", {**WHY, **told})

    page = text(client_for(Role.CENTRAL_SPOC).get("/sharing/agencies/probation/"))

    lines = page.split("<tbody")[1].split("</tbody")[0]
    assert "to Kim Lee<" in lines
    assert world["probation"].name not in lines
    assert ">To<" not in page.split("<table")[1]
