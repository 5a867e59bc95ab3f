"""What must stay shut: sessions that are over, acts that ask again who it is, reasons, holds (security.md, check 5).

Each door is tried once as it should open, so that a shut one means something, and once as it should not.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.models import Credential
from iom.kernel import step_up
from tests.architecture.test_role_url_matrix import answer, url_of
from tests.factories import MembershipFactory, PersonFactory, TeamFactory, UserFactory
from tests.retention.factories import LegalHoldFactory, ReviewFactory
from tests.scene import Scene
from tests.security.facts import rows

REASON = "A neighbour fears for his life"


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def opens(scene: Scene, who: str, address: str, change: Callable[[], None] | None = None) -> bool:
    """Whether the visitor is shown the page after the change."""
    with undone():
        if change:
            with as_owner():
                change()
        return bool(answer(scene.browsers[who], "GET", url_of(scene, address, "north")).status_code == 200)


def ends_membership(scene: Scene, who: str) -> Callable[[], None]:
    pk = scene.actors[who].membership_id
    return lambda: _run("UPDATE agencies_membership SET ends_on = authz.today() WHERE id = %s", pk)


def has_another_role(scene: Scene, who: str) -> Callable[[], None]:
    def change() -> None:
        ends_membership(scene, who)()
        team = TeamFactory(agency=scene.world["police"], unit=scene.world["south"])
        MembershipFactory(user_id=scene.actors[who].user_id, team=team, role="support")

    return change


def ends_agreement(scene: Scene, agency: str) -> Callable[[], None]:
    pk = scene.world[agency].pk
    return lambda: _run(
        "UPDATE agencies_sharingagreement SET ends_on = authz.today() WHERE agency_id = %s", pk
    )


def signs_in_elsewhere(scene: Scene, who: str) -> Callable[[], None]:
    def change() -> None:
        Credential.objects.filter(user_id=scene.actors[who].user_id).update(live_session="another")

    return change


def session_of(scene: Scene, who: str, **marks: Any) -> Callable[[], None]:
    """The visitor's session with other marks; None takes one away."""

    def change() -> None:
        session = scene.browsers[who].session
        session.update({key: value for key, value in marks.items() if value is not None})
        for key in (key for key, value in marks.items() if value is None):
            session.pop(key, None)
        session.save()

    return change


def breaks_glass(scene: Scene, reason: str) -> bool:
    """Whether the record of another district is opened for this reason."""
    with undone(), as_actor(scene.actors["prison_supervisor"]):
        try:
            reference = scene.objects["north"]["nominal_ref"]
            with transaction.atomic():
                return rows("SELECT authz.break_glass(%s, %s, 3, 99)", reference, reason)[0][0] is not None
        except DatabaseError:
            return False


def is_disposed_of(scene: Scene, *, held: bool) -> bool:
    """Whether a record that two people decided on goes, with and without a hold on it."""
    with undone():
        person = PersonFactory(home_unit=scene.world["north"])
        with as_owner():
            review = ReviewFactory(
                person=person, status="approved", decided_by=UserFactory(), approved_by=UserFactory(),
                decided_at=timezone.now(), decided_on=timezone.localdate(), reason="Nothing since 2015.",
            )  # fmt: skip
        if held:
            LegalHoldFactory(person=person, review_on=timezone.localdate() + timedelta(30))
        try:
            with as_service(), transaction.atomic():
                rows("SELECT authz.dispose_person(%s, %s)", person.pk, review.pk)
        except DatabaseError:
            return False
        return True


def open_doors(scene: Scene) -> list[str]:
    """Each door that stands open; or stays shut for whom it is there."""
    nine_hours_ago = timezone.now().timestamp() - 9 * 3600
    people, export = "persons:people", "records:tactics_csv"
    found = {
        "no page for a supervisor": not opens(scene, "supervisor", people),
        "no page for a partner": not opens(scene, "partner_share", people),
        "no export for a supervisor": not opens(scene, "supervisor", export),
        "who left": opens(scene, "supervisor", people, ends_membership(scene, "supervisor")),
        "whose role ended": opens(scene, "supervisor", people, has_another_role(scene, "supervisor")),
        "whose agreement ended": opens(scene, "partner_share", people, ends_agreement(scene, "probation")),
        "who signed in elsewhere": opens(
            scene, "supervisor", people, signs_in_elsewhere(scene, "supervisor")
        ),
        "who signed in nine hours ago": opens(
            scene, "supervisor", people, session_of(scene, "supervisor", began_at=nine_hours_ago)
        ),
        "who was not asked again": opens(
            scene, "supervisor", export, session_of(scene, "supervisor", **{step_up.KEY: None})
        ),
        "no emergency at all": not breaks_glass(scene, REASON),
        "an emergency without a reason": breaks_glass(scene, " "),
        "no disposal at all": not is_disposed_of(scene, held=False),
        "disposal of what is held": is_disposed_of(scene, held=True),
    }
    return [name for name, is_wrong in found.items() if is_wrong]


def _run(sql: str, *values: Any) -> None:
    rows(sql, *values)
