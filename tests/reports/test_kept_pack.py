"""A record pack that is kept as a document and disclosed to one agency: what is in it, and who gets it (SHR-2)."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.documents.models import Document
from iom.documents.services import open_document, scan_one
from iom.kernel import clock
from iom.kernel.errors import NotFound
from iom.persons.models import Address
from iom.sharing.models import DocumentGroupGrant
from iom.sharing.rules import What
from iom.sharing.services import disclosure
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.records.factories import one_of_each
from tests.sharing.factories import disclosed
from tests.today import TODAY

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
WHY = {"reason": "Asked for by the practitioner"}
REF = "NV6000001"
URL = f"/reports/record-pack/keep/{REF}/"


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> Path:
    settings.DOCUMENT_ROOT, settings.INCOMING_DIR = tmp_path / "documents", tmp_path / "incoming"
    return Path(settings.DOCUMENT_ROOT)


@pytest.fixture
def child(world: dict[str, Any]) -> Any:
    """Sixteen, of North, shared with probation, with one record of every kind."""
    person = PersonFactory(
        home_unit=world["north"],
        nominal_ref=REF,
        family_name="Packmarker",
        date_of_birth=TODAY.replace(year=TODAY.year - 16, day=1),
        pnc_id="2002/0073319Z",
        cro_no="1234/01Z",
    )
    AgencyAccessFactory(person=person, agency=world["probation"])
    one_of_each(person, world["police"])
    with as_owner():
        Address.objects.create(person=person, line="1 Addressmarker Street", lived_from=TODAY)
    return person


def text_of(content: bytes, place: Path) -> str:
    (place / "read.pdf").write_bytes(content)
    read = subprocess.run(["pdftotext", place / "read.pdf", "-"], capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def opened(actor: Actor, document: Document, place: Path) -> str:
    with as_actor(actor):
        found = open_document(document.pk, by=actor, at=clock.now(), reason="Reading what was disclosed")
        return text_of(b"".join(found.stream), place)


def test_a_kept_pack_is_given_to_one_agency_by_two_people_and_taken_back(
    child: Any, world: dict[str, Any], actor_of: Callable[..., Actor], client_for: ClientFor, tmp_path: Path
) -> None:
    sergeant, inspector = actor_of(Role.SUPERVISOR), actor_of(Role.INSPECTOR)
    partner = actor_of(Role.PARTNER_MANAGER)

    kept = client_for(sergeant).post(URL, WHY | {"part": "identity"})
    with as_owner():
        document = Document.objects.get()
    with as_service():
        scan_one(clock.now())
    with pytest.raises(NotFound):
        opened(partner, document, tmp_path)
    disclosed(What.DOCUMENT, document, world["probation"], by=sergeant, signed_by=inspector)
    text = opened(partner, document, tmp_path)

    assert kept.status_code == 302
    assert (document.compartment, document.marking) == ("core", "official_sensitive")
    assert "Packmarker" in text
    for secret in ("2002/0073319Z", "1234/01Z", "Addressmarker", "PNC", "Victim", "Intelligence", "Notes"):
        assert secret not in text
    with as_owner():
        grant = DocumentGroupGrant.objects.get()
        act = Act.objects.get(action="reports.record_pack.kept")
    assert (act.subjects, act.reason) == ([child.pk], WHY["reason"])
    with as_actor(sergeant):
        disclosure.revoke(What.DOCUMENT, grant.pk, reason="The wrong agency", by=sergeant, at=timezone.now())
    with pytest.raises(NotFound):
        opened(partner, document, tmp_path)


def test_a_pack_with_a_childs_record_is_filed_as_a_childs_and_offered_to_its_readers_alone(
    child: Any, client_for: ClientFor
) -> None:
    sergeant, manager = client_for(Role.SUPERVISOR), client_for(Role.OFFENDER_MANAGER)

    def parts(client: Client) -> list[str]:
        return [code for code, _ in client.get(URL).context["form"].fields["part"].choices]

    assert parts(sergeant) == ["identity", "young-person", "tactics"]
    assert parts(manager) == ["identity", "tactics"]
    assert manager.post(URL, WHY | {"part": "young-person"}).context["form"].errors["part"]
    sergeant.post(URL, WHY | {"part": "young-person"})
    with as_owner():
        assert Document.objects.get().compartment == "youth"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SUPPORT, 403),
        (Role.ANALYST, 403),
        (Role.AUDITOR, 403),
        (Role.PARTNER_MANAGER, 403),
        (Role.PRISON_OFFICER, 404),
    ],
)
def test_who_may_not_disclose_makes_no_such_pack(
    child: Any, client_for: ClientFor, role: Role, status: int
) -> None:
    answer = client_for(role).post(URL, WHY | {"part": "identity"})

    assert answer.status_code == status
    with as_owner():
        assert not Document.objects.exists()


def test_the_page_asks_again_who_it_is_and_for_a_reason(child: Any, client_for: ClientFor) -> None:
    assert client_for(Role.SUPERVISOR, confirmed=False).get(URL).status_code == 302
    refused = client_for(Role.SUPERVISOR).post(URL, {"part": "identity", "reason": "short"})
    assert refused.context["form"].errors["reason"]
