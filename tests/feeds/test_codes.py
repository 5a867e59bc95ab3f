"""Offence codes: a list is proposed by file or page, approved by another person, and then mapped anew (INT-1)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_owner, as_service
from iom.accounts.rules import Role
from iom.feeds.models import Touched
from iom.feeds.services import Outcome, take_touched
from iom.kernel.errors import Forbidden, Invalid, Refused
from scoring import pricing, shipped
from scoring.models import Event, EventVersion, OffenceCode, OffenceList
from scoring.services.codes import decide_codes, map_anew, propose_code
from tests.feeds.conftest import CRIME

pytestmark = pytest.mark.django_db
Load = Callable[..., Outcome]
Write = Callable[..., Path]
LATER = datetime(2026, 7, 10, 9, tzinfo=UTC)
NOTE = "Checked by the crime registrar."
CODE = {
    "ho_code": "02803",
    "category": "Burglary in a dwelling",
    "sub_category": "Other burglary in a dwelling.",
    "ror_category": "burglary_business",
    "da_category": "other",
    "neighbourhood_crime": "Y",
}


@pytest.fixture
def spoc(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.CENTRAL_SPOC)


def _decide(list_id: int, by: Actor, *, approve: bool = True, note: str = NOTE) -> OffenceList:
    with as_service():
        return decide_codes(list_id, by=by, at=LATER, approve=approve, note=note)


def _map_anew() -> None:
    with as_service():
        while map_anew(LATER):
            pass


def test_a_file_proposes_only_what_is_mapped_otherwise_and_changes_nothing(load: Load, write: Write) -> None:
    same = {**CODE, "ho_code": "02801", "ror_category": "burglary_residential"}
    with as_owner():
        same["sub_category"] = OffenceCode.objects.get(pk="02801").sub_category

    outcome = load("offence_codes", write("offence_codes", CODE, same))

    assert (outcome.inserted, outcome.unchanged, outcome.rejected) == (1, 1, 0)
    with as_owner():
        proposed = OffenceList.objects.get()
        assert proposed.status == "proposed"
        assert [(row.ho_code, row.was_ror) for row in proposed.rows.all()] == [
            ("02803", "burglary_residential")
        ]
        assert OffenceCode.objects.get(pk="02803").ror_category == "burglary_residential"


def test_a_file_that_says_nothing_new_proposes_nothing_and_a_category_must_exist(
    load: Load, write: Write
) -> None:
    with as_owner():
        row = OffenceCode.objects.filter(pk="02803").values(*CODE).get()
    row["neighbourhood_crime"] = "Y"

    same = load("offence_codes", write("offence_codes", row))
    wrong = load("offence_codes", write("offence_codes", {**CODE, "ror_category": "mischief"}, name="w.csv"))

    assert (same.unchanged, same.inserted) == (1, 0)
    assert wrong.status == "parked"
    with as_owner():
        assert not OffenceList.objects.exists()


def test_an_approved_list_maps_what_is_held_and_past_nights_stay(
    load: Load, write: Write, spoc: Actor, known_person: None
) -> None:
    load("crimes", write("crimes", CRIME, {**CRIME, "crime_ref": "NM2", "ho_code": "02801"}))
    load("offence_codes", write("offence_codes", CODE))
    with as_owner():
        proposed = OffenceList.objects.get()
        person = Event.objects.values_list("person_id", flat=True)[0]
        Touched.objects.all().delete()

    _decide(proposed.pk, spoc)
    _map_anew()

    with as_owner():
        proposed.refresh_from_db()
        event = Event.objects.get(occurrence_ref="NM2600001")
        kept = EventVersion.objects.get()
        assert Event.objects.get(occurrence_ref="NM2").category == "burglary_residential"
    assert (proposed.status, proposed.events_changed, proposed.note) == ("approved", 1, NOTE)
    assert (event.category, event.summary) == ("burglary_business", "Burglary business, NM2600001")
    assert (kept.category, kept.superseded_at) == ("burglary_residential", LATER)
    with as_service():
        assert take_touched(people=10, before=LATER) == [person]
        config = shipped.models()["ROR"]
        ask = pricing.question(config, date(2026, 7, 1))
        found = pricing.ask_rows(config, ask, pricing.people_in([person]), tail="line.sql")
    assert {row["category"] for row in found} == {"burglary_residential"}


def test_rows_sent_again_after_the_mapping_changed_are_no_corrections(
    load: Load, write: Write, spoc: Actor, known_person: None
) -> None:
    load("crimes", write("crimes", CRIME))
    load("offence_codes", write("offence_codes", CODE))
    with as_owner():
        proposed = OffenceList.objects.get().pk
    _decide(proposed, spoc)
    _map_anew()

    again = load("crimes", write("crimes", CRIME, {**CRIME, "crime_ref": "NM2"}, name="again.csv"))

    assert (again.unchanged, again.updated, again.inserted) == (1, 0, 1)
    with as_owner():
        assert set(Event.objects.values_list("category", flat=True)) == {"burglary_business"}


def test_a_conviction_of_a_kind_that_now_counts_becomes_relevant(
    load: Load, write: Write, spoc: Actor, known_person: None
) -> None:
    row = {
        "conviction_ref": "V1",
        "nominal_ref": "N1000001",
        "convicted_on": "2020-03-04",
        "ho_code": "00001",
        "recorded_at": "2026-06-02T10:15",
    }
    load("convictions", write("convictions", row))
    shoplifting = {**CODE, "ho_code": "00001", "ror_category": "shoplifting"}
    load("offence_codes", write("offence_codes", shoplifting))
    with as_owner():
        assert Event.objects.get().category == "other"
        proposed = OffenceList.objects.get().pk

    _decide(proposed, spoc)
    _map_anew()

    with as_owner():
        event = Event.objects.get()
    assert (event.category, event.summary) == ("relevant", "Convicted: Shoplifting, V1")


def test_who_proposed_does_not_decide_and_a_note_is_needed(spoc: Actor, actor_of: Any) -> None:
    change: dict[str, Any] = {
        "ror_category": "burglary_business",
        "da_category": "other",
        "neighbourhood_crime": True,
        "reason": "Recorded by our force as business burglary.",
    }
    with as_service():
        proposed = propose_code("02803", by=spoc, at=LATER, **change)

    with pytest.raises(Refused, match="another person"):
        _decide(proposed.pk, spoc)
    with pytest.raises(Invalid):
        _decide(proposed.pk, actor_of(Role.CENTRAL_SPOC), note="Fine")
    with pytest.raises(Forbidden):
        _decide(proposed.pk, actor_of(Role.SUPERVISOR))
    decided = _decide(proposed.pk, actor_of(Role.CENTRAL_SPOC), approve=False)
    with pytest.raises(Refused, match="decided"):
        _decide(proposed.pk, actor_of(Role.CENTRAL_SPOC))
    with as_service(), pytest.raises(Refused, match="mapped so already"):
        propose_code("02803", by=spoc, at=LATER, **{**change, "ror_category": "burglary_residential"})

    assert decided.status == "declined"
    _map_anew()
    with as_owner():
        assert OffenceCode.objects.get(pk="02803").ror_category == "burglary_residential"


def test_the_pages_propose_and_another_person_decides(client_for: Any, actor_of: Any, world: Any) -> None:
    first, second = client_for(Role.CENTRAL_SPOC), client_for(Role.CENTRAL_SPOC)
    change = {"ror_category": "burglary_business", "da_category": "other", "reason": NOTE}

    found = first.get("/offence-codes/", {"q": "02803"}).content.decode()
    proposed = first.post("/offence-codes/02803/change/", change)
    place = proposed["Location"]
    own = first.get(place).content.decode()
    decided = second.post(place, {"decision": "approve", "note": NOTE}, follow=True).content.decode()

    assert "Other burglary in a dwelling." in found
    assert "02801" not in found
    assert "another person decides it" in own
    assert "The decision is recorded." in decided
    with as_owner():
        row = OffenceCode.objects.get(pk="02803")
        assert (row.ror_category, row.neighbourhood_crime, row.draft) == ("burglary_business", False, False)
    assert client_for(Role.SUPERVISOR).post(place, {"decision": "decline"}).status_code == 403
