"""The sections of a person that hold compartments of their own, as each role meets them (SHR-2, NEW-3, YTH-1)."""

import csv
import io
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import Role
from iom.agencies.rules import DataClass
from iom.audit.models import Act
from iom.records.kinds import KINDS
from iom.records.models import AgencyNote, IntelligenceItem, VictimRecord
from tests.cohorts.factories import CaseFactory
from tests.factories import PersonFactory
from tests.records.conftest import REF, Held
from tests.records.factories import ExploitationFactory, NoteFactory
from tests.records.test_permissions import disclosed_to_everybody

ClientFor = Callable[..., Client]
REASON = {"reason": "Asked for by the safeguarding board"}
SECTION = {code: f"/records/people/{REF}/{code}/" for code in KINDS}
ONCE = {
    "exploitation": "Found two counties away",
    "intelligence": "The source saw a blade",
    "notes": "On a methadone script",
    "tactics": "Plain clothes at the retail park",
    "victims": "Vera Victim",
    "young-person": "Hillside Academy",
}


def opened(client: Client) -> dict[str, int]:
    return {code: client.get(url).status_code for code, url in SECTION.items()}


@pytest.mark.parametrize(
    ("role", "home", "open_to"),
    [
        (
            Role.SUPERVISOR,
            {},
            {"exploitation", "intelligence", "notes", "tactics", "victims", "young-person"},
        ),
        (Role.OFFENDER_MANAGER, {}, {"exploitation", "intelligence", "notes", "tactics"}),
        (Role.SUPPORT, {}, {"intelligence", "notes", "tactics"}),
        (Role.AUDITOR, {}, {"tactics"}),
        (Role.PARTNER_PRACTITIONER, {}, {"intelligence", "notes"}),
        (
            Role.PARTNER_PRACTITIONER,
            {"agency": "youth"},
            {"exploitation", "intelligence", "notes", "young-person"},
        ),
    ],
)
def test_a_section_is_shown_and_opens_for_exactly_those_who_read_its_compartment(
    role: Role, home: dict[str, str], open_to: set[str], held: Held, client_for: ClientFor
) -> None:
    client = client_for(role, **home)

    profile = client.get(f"/people/{REF}/").content.decode()

    assert {code for code, url in SECTION.items() if f'href="{url}"' in profile} == open_to
    assert opened(client) == {code: 200 if code in open_to else 403 for code in KINDS}


def test_nobody_out_of_reach_learns_that_there_is_a_section(held: Held, client_for: ClientFor) -> None:
    for role, home in (
        (Role.SUPERVISOR, {"unit": "south"}),
        (Role.PRISON_OFFICER, {}),
    ):
        client = client_for(role, **home)

        assert set(opened(client).values()) == {404}
        for code, record in held.records.items():
            assert client.get(f"/records/{code}/{record.pk}/end/").status_code == 404


@pytest.mark.parametrize("code", list(KINDS))
def test_page_api_csv_and_pdf_show_the_same_records(
    code: str, held: Held, world: dict[str, Any], client_for: ClientFor, tmp_path: Path
) -> None:
    NoteFactory(person=held.person, agency=world["police"], text=ONCE["notes"])
    client = client_for(Role.SUPERVISOR)

    page = client.get(SECTION[code]).content.decode()
    api = client.get(f"/api/v1/persons/{REF}/{code}/").json()
    table = client.post(f"{SECTION[code]}csv/", REASON).content.decode()
    (tmp_path / "pack.pdf").write_bytes(client.post(f"/reports/record-pack/{REF}/", REASON).content)
    pdf = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "pack.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout

    assert ONCE[code] in page
    assert ONCE[code] in str(api["results"])
    assert ONCE[code] in table
    assert ONCE[code] in " ".join(pdf.split())
    assert len(list(csv.reader(io.StringIO(table)))) == 1 + api["count"]


def test_an_export_is_kept_with_its_reason_and_refused_without_one(held: Held, client_for: ClientFor) -> None:
    client = client_for(Role.SUPERVISOR)

    for url in (f"{SECTION['victims']}csv/", f"/reports/record-pack/{REF}/"):
        assert "attachment" not in client.post(url, {"reason": "short"}).headers.get(
            "Content-Disposition", ""
        )
        assert "attachment" in client.post(url, REASON).headers["Content-Disposition"]

    with as_owner():
        kept = Act.objects.filter(kind="export", reason=REASON["reason"], subjects__contains=[held.person.pk])
        assert kept.count() == 2


def test_a_csv_takes_nothing_for_a_formula(held: Held, world: dict[str, Any], client_for: ClientFor) -> None:
    NoteFactory(person=held.person, agency=world["police"], text="=1+1")

    table = client_for(Role.SUPERVISOR).post(f"{SECTION['notes']}csv/", REASON).content.decode()

    assert ",'=1+1," in table


def test_whoever_may_see_it_reads_first_that_the_suspect_is_a_victim(
    held: Held, client_for: ClientFor
) -> None:
    seen = client_for(Role.OFFENDER_MANAGER).get(f"/people/{REF}/").content.decode()
    youth = client_for(Role.PARTNER_PRACTITIONER, agency="youth").get(f"/people/{REF}/").content.decode()

    for page in (seen, youth):
        assert "Victim of exploitation: county lines" in page.split("<h1")[0]
        assert "Ask the safeguarding lead before any arrest." in page.split("<h1")[0]


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.SUPPORT, {}),
        (Role.ANALYST, {}),
        (Role.AUDITOR, {}),
        (Role.PARTNER_PRACTITIONER, {}),
        (Role.PARTNER_PRACTITIONER, {"agency": "drugs"}),
    ],
)
def test_the_page_of_who_may_not_see_it_is_the_same_with_and_without_exploitation(
    role: Role, home: dict[str, str], held: Held, client_for: ClientFor
) -> None:
    client = client_for(role, **home)

    before = client.get(f"/people/{REF}/").content.decode()
    ExploitationFactory(person=held.person, kind="sexual")
    after = client.get(f"/people/{REF}/").content.decode()

    assert _plain(before) == _plain(after)
    assert "xploit" not in after


def _plain(page: str) -> str:
    return "\n".join(line for line in page.split("\n") if "nonce" not in line and "csrf" not in line)


def test_a_partner_reads_a_disclosed_items_sanitised_text_and_dates_and_nothing_else(
    held: Held, client_for: ClientFor
) -> None:
    disclosed_to_everybody(held.records["intelligence"].pk)
    client = client_for(Role.PARTNER_PRACTITIONER)

    page = client.get(SECTION["intelligence"]).content.decode()
    answer = client.get(f"/api/v1/persons/{REF}/intelligence/").json()["results"][0]
    table = client.post(f"{SECTION['intelligence']}csv/", REASON).content.decode()

    assert set(answer) == {"id", "recorded_at", "occurred_on", "sanitised"}
    assert "May carry a blade" in page
    assert table.splitlines()[0] == "\ufeffReference,Happened on,For partners,Recorded"
    for shown in (page, table):
        assert "Knife at the precinct" not in shown
        assert "The source saw" not in shown
        assert "2B" not in shown


def test_a_note_is_written_addressed_corrected_and_ended(
    held: Held, world: dict[str, Any], client_for: ClientFor
) -> None:
    worker = client_for(Role.PARTNER_PRACTITIONER, agency="drugs")
    probation = client_for(Role.PARTNER_PRACTITIONER)
    form = {"kind": "general", "text": "Missed two", "agencies": [world["probation"].pk]}

    assert worker.post(f"{SECTION['notes']}add/", form).status_code == 302
    assert "Missed two" in probation.get(SECTION["notes"]).content.decode()
    with as_owner():
        note = AgencyNote.objects.get(text="Missed two")
    assert probation.get(f"/records/notes/{note.pk}/correct/").status_code == 403
    correction = form | {"text": "Missed three", "reason": "I had miscounted them"}
    assert worker.post(f"/records/notes/{note.pk}/correct/", correction).status_code == 302
    with as_owner():
        new = AgencyNote.objects.get(text="Missed three")
        note.refresh_from_db()
    assert (new.replaces_id, note.end_reason) == (note.pk, "Corrected: I had miscounted them")
    assert "Missed three" in probation.get(SECTION["notes"]).content.decode()
    assert worker.post(f"/records/notes/{new.pk}/audience/", {"agencies": []}).status_code == 302
    assert "Missed three" not in probation.get(SECTION["notes"]).content.decode()
    assert worker.post(f"/records/notes/{new.pk}/end/", {"reason": "No longer true"}).status_code == 302
    page = worker.get(SECTION["notes"]).content.decode()
    assert page.index('<h2 class="govuk-heading-m">Earlier</h2>') < page.index("Missed three")


def test_police_cannot_send_a_note_to_an_agency_the_person_is_not_shared_with(
    held: Held, world: dict[str, Any], client_for: ClientFor
) -> None:
    worker = client_for(Role.SUPERVISOR)

    answer = worker.post(
        f"{SECTION['notes']}add/", {"kind": "general", "text": "x", "agencies": [world["lapsed"].pk]}
    )

    assert answer.status_code == 200
    with as_owner():
        assert not AgencyNote.objects.filter(text="x").exists()


def test_a_note_sent_to_an_agency_that_does_not_see_the_person_is_not_read_there(
    held: Held, world: dict[str, Any], client_for: ClientFor, actor_of: Callable[..., Any]
) -> None:
    worker = client_for(Role.PARTNER_PRACTITIONER, agency="drugs")
    form = {"kind": "general", "text": "Sent astray", "agencies": [world["lapsed"].pk, world["police"].pk]}

    assert worker.post(f"{SECTION['notes']}add/", form).status_code == 302

    with as_actor(actor_of(Role.PARTNER_PRACTITIONER, agency="lapsed")):
        assert not AgencyNote.objects.exists()
    assert "Sent astray" in client_for(Role.SUPERVISOR).get(SECTION["notes"]).content.decode()
    assert client_for(Role.SUPERVISOR, unit="south").get(SECTION["notes"]).status_code == 404


def test_an_item_is_recorded_in_full_and_its_text_for_partners_is_written_once(
    held: Held, client_for: ClientFor
) -> None:
    manager = client_for(Role.OFFENDER_MANAGER)
    form = {
        "title": "Stash",
        "content": "Told of a stash",
        "source_evaluation": "3",
        "information_evaluation": "D",
        "handling": "C",
    }

    refused = manager.post(f"{SECTION['intelligence']}add/", form)
    taken = manager.post(f"{SECTION['intelligence']}add/", form | {"handling_instructions": "Ask the DI"})
    with as_owner():
        item = IntelligenceItem.objects.get(source__title="Stash")
    sanitise = f"/records/intelligence/{item.pk}/sanitise/"
    first = manager.post(sanitise, {"sanitised": "May hold stolen goods"})
    second = manager.post(sanitise, {"sanitised": "Something else"})

    assert "Enter the conditions on sharing" in refused.content.decode()
    assert (taken.status_code, first.status_code, second.status_code) == (302, 302, 200)
    assert "The sanitised text is written." in second.content.decode()
    with as_owner():
        item.refresh_from_db()
        assert (item.sanitised, item.source.grade) == ("May hold stolen goods", "3D C")


def test_the_manager_of_the_case_keeps_its_victims_and_another_manager_is_refused(
    held: Held, client_for: ClientFor
) -> None:
    mine, other = client_for(Role.OFFENDER_MANAGER), client_for(Role.OFFENDER_MANAGER)
    CaseFactory(person=held.person, manager_id=mine.actor.user_id)  # type: ignore[attr-defined]
    form = {"victim_name": "Ned", "relation": "Neighbour"}

    assert other.post(f"{SECTION['victims']}add/", form).status_code == 403
    assert mine.post(f"{SECTION['victims']}add/", form).status_code == 302
    assert other.post(f"/records/victims/{held.records['victims'].pk}/end/", REASON).status_code == 404
    with as_owner():
        assert VictimRecord.objects.filter(victim_name="Ned").count() == 1


def test_a_childs_record_is_refused_for_an_adult(held: Held, client_for: ClientFor) -> None:
    with as_owner():
        born = held.person.date_of_birth - timedelta(days=3 * 365)
        type(held.person).objects.filter(pk=held.person.pk).update(date_of_birth=born)
    form = {"care_status": "none", "starts_on": "2026-06-01"}

    answer = client_for(Role.SUPERVISOR).post(f"{SECTION['young-person']}add/", form)

    assert "A child’s record is for somebody under 18." in answer.content.decode()


@pytest.mark.parametrize(("role", "home"), [(Role.PARTNER_PRACTITIONER, {}), (Role.SUPERVISOR, {})])
def test_the_record_pack_holds_what_its_reader_sees_and_no_more(
    role: Role, home: dict[str, str], held: Held, client_for: ClientFor, tmp_path: Path
) -> None:
    (tmp_path / "pack.pdf").write_bytes(
        client_for(role, **home).post(f"/reports/record-pack/{REF}/", REASON).content
    )
    read = subprocess.run(
        ["pdftotext", tmp_path / "pack.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    text = " ".join(read.split())

    secret = [words for code, words in ONCE.items() if code != "notes" and words in text]

    assert "Courier" in text
    assert len(secret) == (0 if role == Role.PARTNER_PRACTITIONER else 5)
    assert ("Victims Nothing" in text or "Vera" in text) is (role == Role.SUPERVISOR)


def test_the_record_pack_says_beforehand_what_it_leaves_out_and_prints_no_advice(
    world: dict[str, Any], client_for: ClientFor, tmp_path: Path
) -> None:
    PersonFactory(home_unit=world["north"], nominal_ref="NV0000077")
    client, url = client_for(Role.SUPERVISOR), "/reports/record-pack/NV0000077/"

    asked = client.get(url).content.decode()
    (tmp_path / "pack.pdf").write_bytes(client.post(url, REASON).content)
    done = subprocess.run(
        ["pdftotext", tmp_path / "pack.pdf", "-"], capture_output=True, text=True, check=True
    )

    assert "The case, the plan and the documents are not in it." in asked
    assert "No exploitation is recorded." in done.stdout
    assert "Record here" not in done.stdout


def test_an_auditor_reads_that_a_victims_record_was_made_but_not_what_it_says(
    held: Held, client_for: ClientFor
) -> None:
    sergeant, auditor = client_for(Role.SUPERVISOR), client_for(Role.AUDITOR)
    sergeant.post(f"{SECTION['victims']}add/", {"victim_name": "Zoramarker", "relation": "Sister"})
    sergeant.post(
        f"{SECTION['tactics']}add/", {"kind": "disruption", "text": "Tacmarker", "valid_from": "2026-06-01"}
    )
    with as_owner():
        acts = {
            act.detail["kind"]: act.pk
            for act in Act.objects.filter(action="records.record.added").order_by("pk")
        }

    victim = auditor.get(f"/audit/{acts['victims']}/").content.decode()
    tactic = auditor.get(f"/audit/{acts['tactics']}/").content.decode()

    assert "records_victimrecord" in victim
    assert "Zoramarker" not in victim
    assert "victim_name" not in victim
    assert "Tacmarker" in tactic


@pytest.mark.parametrize(
    ("agency", "part", "code"),
    [
        ("probation", "note", "notes"),
        ("youth", "youth", "young-person"),
        ("youth", "exploitation", "exploitation"),
    ],
)
def test_a_section_is_closed_to_read_and_to_write_where_the_share_leaves_it_out(
    held: Held, world: dict[str, Any], client_for: ClientFor, agency: str, part: str, code: str
) -> None:
    client, url = client_for(Role.PARTNER_PRACTITIONER, agency=agency), SECTION[code]
    before = client.get(url).status_code, client.get(f"{url}add/").status_code
    with as_owner():
        AgencyAccess.objects.filter(person=held.person, agency=world[agency]).update(
            data_classes=[one.value for one in DataClass if one.value != part]
        )

    after = (
        client.get(url),
        client.get(f"{url}add/"),
        client.post(f"{url}add/", {"kind": "general", "text": "A note"}),
    )

    assert before == (200, 200)
    assert [answer.status_code for answer in after] == [403, 403, 403]
    assert f'href="{url}"' not in client.get(f"/people/{REF}/").content.decode()
