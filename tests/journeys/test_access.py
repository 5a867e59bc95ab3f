"""Who reaches what, as people live it: a disclosure and its end, another district's record, an auditor's review."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.stack import Stack, asked

pytestmark = pytest.mark.journey


def waiting_disclosure(stack: Stack) -> dict[str, Any]:
    """The disclosure to probation that waits for a signature: who asked, who may sign, of whom, with which words."""
    return asked(
        stack,
        "[{'by': a.asked_by.username, 'person': p.full_name, 'ref': p.nominal_ref,"
        " 'words': a.payload['text'], 'record': a.payload['pk'],"
        " 'signer': Membership.objects.get(role='inspector', team__unit=a.unit_id).user.username}"
        " for a in Approval.objects.filter(kind='sharing.disclosure', status='waiting')"
        " for p in Person.objects.filter(pk=a.person_id)][0]",
    )


def test_a_partner_reads_what_two_people_disclosed_and_loses_it_when_one_revokes_it(
    stack: Stack, visit: Visit
) -> None:
    disclosure = waiting_disclosure(stack)
    partner = visit("po.amir")
    partner.open("/sharing/received/")
    assert disclosure["person"] not in partner.text()

    inspector = visit(disclosure["signer"])
    inspector.follow("Disclose one record to one agency")
    assert disclosure["words"] in inspector.text()
    inspector.follow("Sign")
    inspector.press("Sign and do it")
    expect(inspector.page.get_by_text("Signed and done.")).to_be_visible()

    partner.open("/")
    partner.follow(f"Intelligence item {disclosure['record']}, {disclosure['person']}")
    partner.follow(f"Intelligence item {disclosure['record']}")
    item = partner.page.url.removeprefix(partner.address)
    assert disclosure["words"] in partner.text()
    assert "Use it for this purpose alone" in partner.text()

    sergeant = visit(disclosure["by"])
    sergeant.open(f"/sharing/people/{disclosure['ref']}/")
    sergeant.page.locator("main tr", has_text=f"item {disclosure['record']}").get_by_role(
        "link", name=re.compile("^Revoke")
    ).click()
    sergeant.page.get_by_label("Why does the disclosure end?").fill(
        "The appointment was moved to the office."
    )
    sergeant.press("Revoke")
    assert "The appointment was moved to the office." in sergeant.text()

    assert partner.status_of(item) == 404
    for path in ("/", "/sharing/received/", f"/records/people/{disclosure['ref']}/intelligence/"):
        partner.open(path)
        assert disclosure["words"] not in partner.text()
        assert f"Intelligence item {disclosure['record']}" not in partner.text()


def test_a_manager_opens_another_districts_record_for_a_reason_and_supervision_reviews_it(
    stack: Stack, visit: Visit
) -> None:
    person = asked(
        stack,
        "list(Person.objects.filter(home_unit__code='calderwick', managing_unit__code='calderwick',"
        " is_restricted=False).values('nominal_ref', 'family_name', 'given_names').order_by('id')[:1])[0]",
    )
    name = f"{person['given_names']} {person['family_name']}"
    manager = visit("pc.whitwell")
    assert manager.status_of(f"/people/{person['nominal_ref']}/") == 404
    manager.open("/people/")
    manager.follow("Search other districts")
    manager.press("Search")
    expect(manager.page.get_by_text("There is a problem")).to_be_visible()
    manager.page.get_by_label("Whole name, reference or PNC").fill(name)
    manager.page.get_by_label("Why do you search outside your district?").fill("Seen with a man we manage.")
    manager.press("Search")
    manager.page.get_by_role("link", name=f"Open this record of {name}", exact=True).first.click()
    manager.page.get_by_label("Why do you need this record?").fill("Joint enquiry; need the warnings.")
    manager.press("Open the record")
    expect(manager.page.get_by_text("record, open to you until")).to_be_visible()

    sergeant = visit("sgt.coates")
    sergeant.follow("PC Anna Whitwell")
    assert "Joint enquiry; need the warnings." in sergeant.text()
    assert name not in sergeant.text()
    sergeant.page.locator("main textarea").fill("Asked her; the enquiry is on the log.")
    sergeant.page.locator("main button[type=submit]").click()
    sergeant.open("/")
    assert "PC Anna Whitwell" not in sergeant.text()


def test_an_auditor_reviews_unusual_access_and_the_other_auditor_but_not_themselves(visit: Visit) -> None:
    auditor = visit("auditor.dean")
    expect(auditor.page.get_by_role("heading", name=re.compile("Auditors to review"))).to_be_visible()
    assert "Margaret Platt" in auditor.text()
    assert "Farid Dean" not in auditor.text()
    before = auditor.page.locator("main a", has_text="PC ").count()

    auditor.follow("repeated denials")
    auditor.press("Record the outcome")
    expect(auditor.page.get_by_text("There is a problem")).to_be_visible()
    auditor.page.get_by_label("Explained").check()
    auditor.page.get_by_label("What you found").fill("A broken bookmark, opened again and again.")
    auditor.press("Record the outcome")

    auditor.open("/")
    assert auditor.page.locator("main a", has_text="PC ").count() == before - 1
    auditor.open("/audit/seals/")
    # The first seal is made within minutes of the first act, and verified some minutes later.
    assert re.search("Holds|have not been verified yet", auditor.text())
