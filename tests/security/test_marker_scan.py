"""No answer shows what its reader may not see: page, API, CSV, PDF, refusal, header (security.md, check 2).

Every address and every operation is scanned where its status is looked at too: `tests/architecture/`. Here stands what
makes that scan worth something, and what leaves the product by another way.
"""

from collections.abc import Iterator

from iom.access.scope import as_owner, as_service
from iom.kernel import clock
from iom.notifications.models import Notification, Outbox
from iom.notifications.services import compose_one
from tests.architecture import test_api_matrix as api
from tests.architecture.test_role_url_matrix import EXPECTED, answer, url_of
from tests.scene import VISITORS, Scene
from tests.security.markers import READS, SEES, Seeded, leaks, text_of
from tests.security.measures import note_figure

# First what the scene says as it was built; the markers are put in by the tests that follow.


def told(scene: Scene) -> Iterator[tuple[str, Notification]]:
    """Each message of the scene with the visitor it is for."""
    names = {actor.user_id: name for name, actor in scene.actors.items()}
    with as_owner():
        for message in Notification.objects.order_by("id"):
            if message.user_id in names:
                yield names[message.user_id], message


def test_no_message_tells_its_reader_of_somebody_out_of_reach(scene: Scene) -> None:
    wrong = [
        (who, message.kind, name)
        for who, message in told(scene)
        for name, seen_by in SEES.items()
        if name in f"{message.subject} {message.body}" and who not in seen_by
    ]

    assert len({message.kind for _, message in told(scene)}) > 2
    assert wrong == []


def test_an_e_mail_names_nobody(stage: Scene) -> None:
    """It leaves the product, so it says what kind of thing waits and for how many, and not for whom."""
    with as_owner():
        Notification.objects.update(urgent=True)
    with as_service():
        while compose_one(clock.now()):
            pass
    with as_owner():
        mails = [f"{mail.subject}\n{mail.body}" for mail in Outbox.objects.all()]

    assert mails != []
    assert [name for mail in mails for name in SEES if name in mail] == []


def test_every_classified_field_is_marked_or_says_why_not(seeded: Seeded) -> None:
    by_reason: dict[str, int] = {}
    for reason in seeded.unmarked.values():
        short = reason.split(":")[0]
        by_reason[short] = by_reason.get(short, 0) + 1

    marked = {compartment.split()[0] for _, _, compartment in seeded.markers.values()}
    assert len(seeded.markers) > 200
    assert {"core", "identifier", "plan", "operations", "intelligence", "disclosed", "victim", "note", "youth",
            "exploitation", "audit"} <= marked  # fmt: skip
    note_figure("markers", {"marked": len(seeded.markers), "unmarked": by_reason})


def test_the_scan_finds_what_stands_in_plain_sight(scene: Scene, seeded: Seeded) -> None:
    """Whoever may see it is shown markers of each kind, so that none found means none shown."""
    url = url_of(scene, "cohorts:profile", "north")
    said = text_of(answer(scene.browsers["supervisor"], "GET", url))

    assert "Northmarker" in said
    assert list(leaks(seeded, "supervisor", said)) == []
    assert list(leaks(seeded, "partner_no_share", said)) != []


def test_who_reads_what_is_said_of_every_visitor() -> None:
    assert set(READS) == set(VISITORS)
    note_figure("scan", {"pages": len(EXPECTED), "operations": len(api.EXPECTED), "visitors": len(VISITORS)})
