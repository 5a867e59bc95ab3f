"""Pages of score models: read, drafted, uploaded, compared, brought into use by two people (SCO-1, SCO-4)."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.approvals.models import Approval
from iom.audit.models import Act
from scoring.models import ScoreComparison, ScoreModel, ScoreReplay
from scoring.rules.tables import TABLES
from scoring.services import runs
from scoring.services.comparisons import compare_next
from scoring.services.replays import replay_next
from scoring.shipped import reasons
from tests.factories import PersonFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use
from tests.scoring.life import compared, drafted, shadowed, work_off
from tests.world import signed_in

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
DRAFT = "/score-models/ROR/1.1.0/"


@pytest.fixture
def in_use() -> ScoreModel:
    return model_in_use(reasons=reasons("ROR", "1.0.0"))


@pytest.fixture
def author(actor_of: ActorOf) -> Actor:
    return actor_of(Role.ANALYST)


@pytest.fixture
def analyst(author: Actor) -> Client:
    return signed_in(author)


def text(found: Any) -> str:
    return b"".join(found).decode()


def boxes(page: Any) -> dict[str, str]:
    """What the boxes of an edit page hold, as the browser would send them."""
    form = page.context["form"]
    sent = {"seen": form["seen"].value(), "lines": str(form.count)}
    for line in form.lines():
        sent |= {box.html_name: box.value() or "" for box, _ in line}
    return sent


def stored(version: str = "1.1.0") -> ScoreModel:
    with as_owner():
        return ScoreModel.objects.get(code="ROR", version=version)


def test_a_version_is_read_as_tables_with_its_reasons_its_hash_and_who_approved_it(
    analyst: Client, in_use: ScoreModel
) -> None:
    page = text(analyst.get("/score-models/ROR/1.0.0/"))

    assert "Invades a home; neighbourhood crime with high repetition." in page
    assert in_use.config_hash in page
    assert in_use.approver.name in page
    assert "Reviewed." in page
    assert "Least factor for a crime to count as one of many" in page
    assert "ROR 1.0.0" in text(analyst.get("/score-models/"))


def test_a_draft_is_begun_with_the_chosen_number(analyst: Client, in_use: ScoreModel) -> None:
    page = text(analyst.get("/score-models/ROR/1.0.0/draft/"))
    assert "1.0.1" in page
    assert "2.0.0" in page

    found = analyst.post("/score-models/ROR/1.0.0/draft/", {"step": "minor"})

    assert found.headers["Location"] == DRAFT
    assert stored().status == "draft"


def test_points_are_changed_a_line_added_and_a_line_taken_out(
    analyst: Client, author: Actor, in_use: ScoreModel
) -> None:
    drafted(in_use, by=author)
    sent = boxes(analyst.get(f"{DRAFT}edit/weights/"))
    last = len(sent) // 5 - 1
    sent |= {"base_points-0": "150", "family-1": ""}
    sent |= {
        f"family-{last}": "crime",
        f"category-{last}": "kidnap",
        f"base_points-{last}": "90",
        f"rationale-{last}": "Grave and planned.",
    }

    found = analyst.post(f"{DRAFT}edit/weights/", sent)

    assert found.status_code == 302, found.context["form"].errors
    crimes = stored().config["weights"]["crime"]
    assert (crimes["robbery_personal"], crimes["kidnap"]) == (150, 90)
    assert len(crimes) == len(in_use.config["weights"]["crime"])
    assert stored().reasons["crime"]["kidnap"]["rationale"] == "Grave and planned."


@pytest.mark.parametrize("table", TABLES)
def test_every_table_sent_back_as_it_stands_changes_nothing(
    analyst: Client, author: Actor, in_use: ScoreModel, table: str
) -> None:
    draft = drafted(in_use, by=author)

    found = analyst.post(f"{DRAFT}edit/{table}/", boxes(analyst.get(f"{DRAFT}edit/{table}/")))

    assert found.status_code == 302, found.context["form"].errors
    assert (stored().config, stored().reasons) == (draft.config, draft.reasons)


def test_every_problem_is_named_on_the_page_and_what_was_typed_stays(
    analyst: Client, author: Actor, in_use: ScoreModel
) -> None:
    drafted(in_use, by=author)
    sent = boxes(analyst.get(f"{DRAFT}edit/weights/")) | {"base_points-0": "lots", "family-1": "luck"}

    page = text(analyst.post(f"{DRAFT}edit/weights/", sent))

    assert "The points of crime robbery_personal are not whole, 0 or more." in page
    assert "Unknown in weights: luck." in page
    assert 'value="lots"' in page


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_downloaded_in_the_shape_of_the_specification_and_uploaded_again(
    analyst: Client, author: Actor, in_use: ScoreModel, table: str
) -> None:
    draft = drafted(in_use, by=author)
    file = text(analyst.get(f"{DRAFT}csv/{table}/"))
    heads = next(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert heads == ["model", "version", *TABLES[table].columns]

    found = upload(analyst, table, file)

    assert found.status_code == 302, found.context["form"].errors
    assert (stored().config, stored().reasons) == (draft.config, draft.reasons)


def upload(analyst: Client, table: str, file: str) -> Any:
    seen = analyst.get(f"{DRAFT}upload/").context["form"]["seen"].value()
    sent = {"table": table, "seen": seen, "file": SimpleUploadedFile("x.csv", file.encode())}
    return analyst.post(f"{DRAFT}upload/", sent)


@pytest.mark.parametrize(
    ("table", "file", "sentence"),
    [
        ("bands", "model,version,band,lower_bound_inclusive,colour\n", "Unknown column: colour."),
        ("bands", "model,version,band\n", "Missing column: lower_bound_inclusive."),
        ("bands", "model,version,band,lower_bound_inclusive\nROR,1.0.0,A,0\n", "Line 2 is of ROR 1.0.0"),
        ("bands", "model,version,band,lower_bound_inclusive\nROR,1.1.0,A,1\n", "does not begin at 0."),
        (
            "bands",
            "model,version,band,lower_bound_inclusive\nROR,1.1.0,A\n",
            "Line 2 has more or fewer cells",
        ),
        ("status", "model,version,status,factor\nROR,1.1.0,suspect,0.4\n", "Missing in status: acquitted,"),
        ("weights", "\u20ac", "Unknown column"),
    ],
)
def test_a_file_with_a_fault_is_refused_in_a_sentence(
    analyst: Client, author: Actor, in_use: ScoreModel, table: str, file: str, sentence: str
) -> None:
    draft = drafted(in_use, by=author)

    assert sentence in text(upload(analyst, table, file))
    assert stored().config == draft.config


def test_a_draft_goes_through_comparison_and_signature_into_use(
    analyst: Client, author: Actor, actor_of: ActorOf, in_use: ScoreModel
) -> None:
    person = PersonFactory(family_name="Mover")
    EventFactory.create_batch(
        3, person=person, category="shoplifting", occurred_on=timezone.localdate() - timedelta(3)
    )
    drafted(in_use, by=author, shoplifting=150)
    chair = signed_in(actor_of(Role.CENTRAL_SPOC))

    waits = analyst.post(f"{DRAFT}compare/").headers["Location"]
    assert "begins with it within half a minute" in text(analyst.get(waits))
    with as_owner():
        asked_at = ScoreComparison.objects.get().asked_at
    work_off(compare_next, asked_at)
    page = text(analyst.get(waits))
    assert "Mover" in page
    assert "From which grade to which" in page
    analyst.post(f"{DRAFT}shadow/", {"reason": "Ready to be run beside it."})
    assert stored().status == "shadow"
    assert "No night was scored with this version yet" in text(analyst.get(DRAFT))
    runs.recompute(timezone.localdate(), at=asked_at)
    analyst.post(f"{DRAFT}ask/", {"reason": "The group agreed on it."})
    with as_owner():
        approval = Approval.objects.get(kind="scoring.activate")
    shown = text(chair.get(f"/approvals/{approval.pk}/"))
    assert waits in shown
    assert "/score-models/ROR/1.0.0/changes/1.1.0/" in shown
    chair.post(f"/approvals/{approval.pk}/approve/", {"reason": "Looked at the comparison."})

    assert stored().status == "active"
    assert "Looked at the comparison." in text(analyst.get(DRAFT))


def test_whoever_signs_is_asked_again_who_they_are(
    author: Actor, actor_of: ActorOf, in_use: ScoreModel
) -> None:
    draft = shadowed(drafted(in_use, by=author), by=author)
    compared(draft, by=author)
    runs.recompute(TODAY, at=AT_NIGHT)
    signed_in(author).post(f"{DRAFT}ask/", {"reason": "The group agreed on it."})
    with as_owner():
        approval = Approval.objects.get(kind="scoring.activate")
    chair = signed_in(actor_of(Role.CENTRAL_SPOC), confirmed=False)

    found = chair.post(f"/approvals/{approval.pk}/approve/", {"reason": "Looked at the comparison."})

    assert found.status_code == 307
    assert "for=score_model" in found.headers["Location"]
    assert stored().status == "shadow"


def test_the_comparison_shows_and_records_only_the_people_within_reach(
    author: Actor, actor_of: ActorOf, in_use: ScoreModel, world: dict[str, Any]
) -> None:
    for unit in ("north", "south"):
        person = PersonFactory(home_unit=world[unit], family_name=f"Mover{unit}")
        EventFactory.create_batch(3, person=person, category="shoplifting")
    found = compared(drafted(in_use, by=author, shoplifting=150), by=author)
    sergeant = signed_in(actor_of(Role.SUPERVISOR))

    page = text(sergeant.get(f"/score-models/compared/{found.pk}/?show=up&first=100"))
    file = text(sergeant.get(f"/score-models/compared/{found.pk}/csv/"))

    assert "Movernorth" in page
    assert "Moversouth" not in page
    assert "Of the first 100 places" in page
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert ["Not brought on", "0", "0", "2", "0", "2"] in rows
    assert len([row for row in rows if row and row[0].startswith("N") and "North" in row]) == 1
    assert "South" not in file
    with as_owner():
        export = Act.objects.filter(kind="export").latest("id")
    assert len(export.subjects) == 1


def test_a_run_is_worked_out_again_from_its_page(analyst: Client, in_use: ScoreModel) -> None:
    EventFactory()
    (run,) = runs.recompute(TODAY, at=AT_NIGHT)

    analyst.post(f"/score-runs/{run.pk}/replay/")
    with as_owner():
        asked_at = ScoreReplay.objects.get().asked_at
    work_off(replay_next, asked_at)

    assert "identical" in text(analyst.get("/score-runs/"))


@pytest.mark.parametrize(
    "path", ["/score-models/ROR/9.9.9/", f"{DRAFT}csv/colours/", f"{DRAFT}edit/colours/"]
)
def test_what_is_not_there_is_not_found(
    analyst: Client, author: Actor, in_use: ScoreModel, path: str
) -> None:
    drafted(in_use, by=author)

    assert analyst.get(path).status_code == 404
