"""The documents of the demo (SHR-5)."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.demo.documents import has_documents, make_documents
from iom.documents import store
from iom.documents.models import Document, DocumentAudience
from iom.kernel import clock
from tests.cohorts.factories import CaseFactory
from tests.factories import AgencyAccessFactory, PersonFactory
from tests.world import member


@pytest.mark.django_db
def test_managed_people_get_documents_of_the_police_and_of_a_partner(
    world: dict[str, Any], tmp_path: Path, settings: Any
) -> None:
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    member(world, Role.SUPERVISOR)
    member(world, Role.PARTNER_PRACTITIONER)
    person = PersonFactory(home_unit=world["north"])
    CaseFactory(person=person)
    AgencyAccessFactory(person=person, agency=world["probation"])
    with as_owner():
        assert not has_documents()

    made = make_documents(on=timezone.localdate(), at=clock.now(), seed=7)

    with as_owner():
        assert has_documents()
        found = list(Document.objects.select_related("owner_agency"))
        assert made >= 5
        assert len(found) >= made
        assert {one.owner_agency.code for one in found} == {"police", "probation"}
        assert {one.scan_state for one in found} == {"clean"}
        assert {one.detected_type for one in found} == {"application/pdf", "image/png"}
        assert DocumentAudience.objects.exists()
    assert all(store.path_of(one.stored_name).exists() for one in found)
