"""One record to one agency: asked by one, signed by another, seen while everything it stands on is in force (SHR-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, ProgrammingError
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner
from iom.access.scoped import shows_column
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.approvals import services as approvals
from iom.approvals.models import Approval
from iom.audit.models import Act
from iom.documents.models import Document
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.notifications.models import Notification
from iom.persons.models import Person
from iom.records.models import IntelligenceItem, IntelligenceSource
from iom.sharing.models import Disclosure, DocumentGroupGrant, IntelligenceItemGroupGrant
from iom.sharing.rules import What
from iom.sharing.selectors import disclosures
from iom.sharing.services import disclosure, shares
from iom.sharing.things import thing_of
from tests.sharing.factories import WORDS, DocumentFactory, ItemFactory, asked, disclosed

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
KINDS = [(What.ITEM, "item", IntelligenceItem), (What.DOCUMENT, "document", Document)]


def seen(actor: Actor, model: Any) -> list[int]:
    with as_actor(actor):
        return list(model.objects.values_list("pk", flat=True))


@pytest.fixture(params=KINDS, ids=[what.value for what, _, _ in KINDS])
def thing(request: pytest.FixtureRequest) -> tuple[What, Any, Any]:
    what, name, model = request.param
    return what, request.getfixturevalue(name), model


def test_nothing_is_seen_by_asking_and_all_of_it_once_signed(
    world: dict[str, Any], thing: Any, sergeant: Actor, inspector: Actor, partner: Actor, actor_of: ActorOf
) -> None:
    what, record, model = thing
    asked(what, record, world["probation"], by=sergeant)
    before = seen(partner, model)
    with as_actor(inspector):
        approvals.approve(Approval.objects.get().pk, by=inspector, at=timezone.now())

    assert before == []
    assert seen(partner, model) == [record.pk]
    assert seen(actor_of(Role.PARTNER_MANAGER, agency="drugs"), model) == []
    assert seen(actor_of(Role.PARTNER_MANAGER, agency="lapsed"), model) == []


def test_the_source_of_an_item_never_leaves_the_police(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)

    with as_actor(partner):
        assert disclosures.words_of(partner, item.pk) == WORDS
    with pytest.raises(ProgrammingError, match="permission denied"), as_actor(partner):
        IntelligenceSource.objects.count()


def test_it_is_written_into_the_ledger_and_the_audit_and_the_agency_is_told(
    world: dict[str, Any], thing: Any, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    what, record, _ = thing
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)

    with as_owner():
        line = Disclosure.objects.select_related("agreement").get()
        act = Act.objects.get(action="sharing.item.disclosed")
        told = Notification.objects.get(kind="disclosure")
    assert (line.person_id, line.agency_id, line.item_ref) == (
        record.person_id,
        world["probation"].pk,
        f"{what.value}:{record.pk}",
    )
    assert (line.purpose, line.necessity) == ("Keeping an appointment safe", "The worker meets him alone")
    assert (line.by_id, line.approved_by_name) == (sergeant.user_id, inspector.name)
    assert line.agreement.agency_id == world["probation"].pk
    assert WORDS not in line.what
    assert (act.kind, act.subjects, act.reason) == ("disclose", [record.person_id], "The agency asked for it")
    assert (told.user_id, told.person_id) == (partner.user_id, record.person_id)


def test_the_asker_never_signs_and_a_grant_by_one_person_cannot_be_written(
    world: dict[str, Any], item: Any, actor_of: ActorOf, sergeant: Actor, inspector: Actor
) -> None:
    approval = asked(What.ITEM, item, world["probation"], by=inspector)

    with pytest.raises(Refused, match="Somebody other"), as_actor(inspector):
        approvals.approve(approval.pk, by=inspector, at=timezone.now())
    with as_owner():
        assert IntelligenceItemGroupGrant.objects.count() == 0
    disclosed(What.DOCUMENT, _document(item, world), world["probation"], by=sergeant, signed_by=inspector)
    with pytest.raises(IntegrityError, match="two_people"), as_owner():
        DocumentGroupGrant.objects.update(granted_by=inspector.user_id)


def _document(item: Any, world: dict[str, Any]) -> Any:
    return DocumentFactory(person=item.person, owner_agency=world["police"])


@pytest.mark.parametrize(
    ("days", "ok"), [(-1, False), (0, False), (1, True), (180, True), (181, False), (None, False)]
)
def test_a_disclosure_ends_in_the_future_but_not_too_far(
    world: dict[str, Any], item: Any, sergeant: Actor, days: int | None, ok: bool
) -> None:
    ends = None if days is None else timezone.localdate() + timedelta(days=days)

    if ok:
        assert asked(What.ITEM, item, world["probation"], by=sergeant, expires_on=ends).status == "waiting"
    else:
        with pytest.raises(Invalid) as refused:
            asked(What.ITEM, item, world["probation"], by=sergeant, expires_on=ends)
        assert list(refused.value.fields) == ["expires_on"]


def test_it_cannot_outlast_what_it_stands_on(
    world: dict[str, Any], item: Any, person: Any, sergeant: Actor
) -> None:
    soon = timezone.localdate() + timedelta(days=10)
    with as_owner():
        AgencyAccess.objects.filter(person=person).update(ends_on=soon)

    with pytest.raises(Invalid, match="sharing of the person"):
        asked(What.ITEM, item, world["probation"], by=sergeant)
    with as_owner():
        AgencyAccess.objects.filter(person=person).update(ends_on=None)
        SharingAgreement.objects.filter(agency=world["probation"]).update(ends_on=soon)
    with pytest.raises(Invalid, match="agreement"):
        asked(What.ITEM, item, world["probation"], by=sergeant)


@pytest.mark.parametrize("name", ["purpose", "necessity"])
def test_it_says_for_what_and_why(world: dict[str, Any], item: Any, sergeant: Actor, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked(What.ITEM, item, world["probation"], by=sergeant, **{name: "short"})

    assert list(refused.value.fields) == [name]


def test_only_to_an_agency_the_person_is_shared_with_under_an_agreement_that_covers_it(
    world: dict[str, Any], item: Any, sergeant: Actor
) -> None:
    for agency, words in (("drugs", "not shared"), ("lapsed", "not shared")):
        with pytest.raises(Refused, match=words):
            asked(What.ITEM, item, world[agency], by=sergeant)
    with pytest.raises(Invalid):
        asked(What.ITEM, item, world["police"], by=sergeant)
    with as_owner():
        SharingAgreement.objects.filter(agency=world["probation"]).update(data_classes=["core", "plan"])
    with pytest.raises(Refused, match="covers the disclosure"):
        asked(What.ITEM, item, world["probation"], by=sergeant)


def test_words_must_be_prepared_and_must_be_those_that_were_signed(
    world: dict[str, Any], person: Any, item: Any, sergeant: Actor, inspector: Actor
) -> None:
    with pytest.raises(Refused, match="Prepare the words"):
        asked(What.ITEM, ItemFactory(person=person, sanitised=""), world["probation"], by=sergeant)
    approval = asked(What.ITEM, item, world["probation"], by=sergeant)
    with as_owner():
        IntelligenceItem.objects.filter(pk=item.pk).update(sanitised="Other words that nobody signed")
    with pytest.raises(Refused, match="words changed"), as_actor(inspector):
        approvals.approve(approval.pk, by=inspector, at=timezone.now())
    with as_owner():
        assert IntelligenceItemGroupGrant.objects.count() == 0
        assert Disclosure.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [{"withdrawn_at": timezone.now(), "withdrawn_reason": "Wrong person"}, {"scan_state": "waiting"}],
)
def test_a_document_that_was_withdrawn_or_not_checked_is_not_disclosed(
    world: dict[str, Any], document: Any, sergeant: Actor, change: dict[str, Any]
) -> None:
    with as_owner():
        Document.objects.filter(pk=document.pk).update(**change)

    with pytest.raises(Refused, match="checked document"):
        asked(What.DOCUMENT, document, world["probation"], by=sergeant)


def test_the_same_is_asked_once_and_disclosed_once(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor
) -> None:
    approval = asked(What.ITEM, item, world["probation"], by=sergeant)

    with pytest.raises(Refused, match="waits for its second signature"):
        asked(What.ITEM, item, world["probation"], by=sergeant)
    with as_actor(inspector):
        approvals.approve(approval.pk, by=inspector, at=timezone.now())
    with pytest.raises(Refused, match="disclosed to the agency already"):
        asked(What.ITEM, item, world["probation"], by=sergeant)


def test_who_may_not_ask_or_sign(
    world: dict[str, Any], item: Any, sergeant: Actor, actor_of: ActorOf, partner: Actor
) -> None:
    support = actor_of(Role.SUPPORT)
    with pytest.raises(Forbidden):
        asked(What.ITEM, item, world["probation"], by=support)
    for outsider in (actor_of(Role.SUPERVISOR, unit="south"), actor_of(Role.ANALYST), partner):
        with pytest.raises(NotFound):
            asked(What.ITEM, item, world["probation"], by=outsider)
    approval = asked(What.ITEM, item, world["probation"], by=sergeant)
    for other in (actor_of(Role.SUPERVISOR), actor_of(Role.INSPECTOR, unit="south"), partner):
        with pytest.raises(NotFound), as_actor(other):
            approvals.approve(approval.pk, by=other, at=timezone.now())


def _ends(what: What, world: dict[str, Any], person: Any, how: str) -> None:
    today, agency = timezone.localdate(), world["probation"]
    grants = IntelligenceItemGroupGrant if what == What.ITEM else DocumentGroupGrant
    with as_owner():
        if how == "expired":
            grants.objects.update(expires_on=today)
        elif how == "share ended":
            AgencyAccess.objects.filter(person=person, agency=agency).update(ends_on=today)
        elif how == "agreement ended":
            SharingAgreement.objects.filter(agency=agency).update(ends_on=today)
        elif how == "agreement covers less":
            SharingAgreement.objects.filter(agency=agency).update(data_classes=["core", "plan"])
        elif how == "another agreement took its place":
            SharingAgreement.objects.filter(agency=agency).update(ends_on=today)
            SharingAgreement.objects.create(
                agency=agency,
                reference="ISA-NEW",
                title="Another",
                starts_on=today,
                data_classes=["core", "disclosed"],
            )


@pytest.mark.parametrize(
    "how",
    [
        "expired",
        "share ended",
        "agreement ended",
        "agreement covers less",
        "another agreement took its place",
    ],
)
def test_it_is_gone_once_anything_it_stands_on_is(
    world: dict[str, Any],
    thing: Any,
    person: Any,
    sergeant: Actor,
    inspector: Actor,
    partner: Actor,
    how: str,
) -> None:
    what, record, model = thing
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)
    before = seen(partner, model)

    _ends(what, world, person, how)

    assert (before, seen(partner, model)) == ([record.pk], [])
    with as_actor(partner):
        assert disclosures.received(partner, on=timezone.localdate()) == []


def test_it_lasts_through_the_day_before_its_end(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    with as_owner():
        IntelligenceItemGroupGrant.objects.update(expires_on=timezone.localdate() + timedelta(days=1))

    assert seen(partner, IntelligenceItem) == [item.pk]


def test_an_amendment_of_the_agreement_carries_it_on(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    today = timezone.localdate()
    with as_owner():
        old = SharingAgreement.objects.get(agency=world["probation"])
        SharingAgreement.objects.filter(pk=old.pk).update(ends_on=today)
        SharingAgreement.objects.create(
            agency=world["probation"],
            reference="ISA/2",
            title="Amended",
            starts_on=today,
            series=old,
            data_classes=["core", "disclosed"],
        )

    assert seen(partner, IntelligenceItem) == [item.pk]


def test_revoking_works_at_once_with_one_person_and_a_reason(
    world: dict[str, Any], thing: Any, sergeant: Actor, inspector: Actor, partner: Actor, actor_of: ActorOf
) -> None:
    what, record, model = thing
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)
    manager = actor_of(Role.OFFENDER_MANAGER)
    with as_actor(manager):
        pk = disclosures.grants_of_person(manager, record.person_id, on=timezone.localdate())[0].pk
        with pytest.raises(Invalid):
            disclosure.revoke(what, pk, reason="short", by=manager, at=timezone.now())
        disclosure.revoke(what, pk, reason="It was the wrong agency", by=manager, at=timezone.now())
        with pytest.raises(Refused):
            disclosure.revoke(what, pk, reason="It was the wrong agency", by=manager, at=timezone.now())

    assert seen(partner, model) == []
    with pytest.raises(NotFound), as_actor(partner):
        disclosures.words_of(partner, record.pk)


def test_what_expired_can_be_disclosed_anew(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    with as_owner():
        IntelligenceItemGroupGrant.objects.update(expires_on=timezone.localdate())

    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)

    assert seen(partner, IntelligenceItem) == [item.pk]
    with as_owner():
        assert IntelligenceItemGroupGrant.objects.filter(revoked_at__isnull=True).count() == 1
        assert IntelligenceItemGroupGrant.objects.count() == 2


def test_a_grant_is_not_rewritten_nor_deleted(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)

    for act in (
        lambda: IntelligenceItemGroupGrant.objects.update(expires_on=timezone.localdate() + timedelta(99)),
        lambda: IntelligenceItemGroupGrant.objects.all()._raw_delete("default"),
        lambda: Disclosure.objects.update(purpose="Other"),
        lambda: Disclosure.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), as_actor(inspector):
            act()


def test_a_signer_writes_no_disclosure_that_nobody_asked_for(
    world: dict[str, Any], thing: Any, sergeant: Actor, inspector: Actor
) -> None:
    what, record, _ = thing
    model = thing_of(what).grants
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)
    with as_owner():
        written = model.objects.get()
        model.objects.all()._raw_delete("default")

    changed = {"granted_by_id": inspector.user_id + 999, "expires_on": written.expires_on + timedelta(days=1)}
    for name, value in changed.items():
        signed = getattr(written, name)
        setattr(written, name, value)
        with pytest.raises(IntegrityError, match="Nobody signed"), as_actor(inspector):
            model.objects.bulk_create([written])
        setattr(written, name, signed)
    with as_actor(inspector):
        assert model.objects.bulk_create([written])


def test_what_was_revoked_is_not_given_back(
    world: dict[str, Any], thing: Any, sergeant: Actor, inspector: Actor
) -> None:
    what, record, _ = thing
    model = thing_of(what).grants
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)
    with as_actor(sergeant):
        pk = model.objects.get().pk
        disclosure.revoke(what, pk, reason="The words were wrong", by=sergeant, at=timezone.now())

    with pytest.raises(IntegrityError, match="not given back"), as_actor(inspector):
        model.objects.filter(pk=pk).update(revoked_at=None, revoked_by=None)


@pytest.mark.parametrize("how", ["stopped", "ran out"])
def test_what_was_disclosed_does_not_come_back_when_sharing_begins_again(
    world: dict[str, Any],
    thing: Any,
    person: Person,
    sergeant: Actor,
    inspector: Actor,
    partner: Actor,
    how: str,
) -> None:
    what, record, model = thing
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)
    before, today, now = seen(partner, model), timezone.localdate(), timezone.now()
    if how == "stopped":
        with as_actor(sergeant):
            shares.stop(AgencyAccess.objects.get(), by=sergeant, at=now, on=today)
    else:
        with as_owner():
            AgencyAccess.objects.update(ends_on=today)

    with as_actor(sergeant):
        anew = shares.Share(world["probation"].pk, "Managing them together", "They work together again")
        shares.begin(person.pk, anew, by=sergeant, at=now, on=today)

    assert (before, seen(partner, model)) == ([record.pk], [])
    with as_owner():
        assert Act.objects.filter(action="sharing.item.revoked", subjects=[person.pk]).count() == 1


def test_changing_a_share_keeps_what_was_disclosed_while_it_still_holds_single_items(
    world: dict[str, Any], thing: Any, person: Person, sergeant: Actor, inspector: Actor, partner: Actor
) -> None:
    what, record, model = thing
    disclosed(what, record, world["probation"], by=sergeant, signed_by=inspector)
    found = []
    for parts in (["core", "disclosed"], ["core"]):
        share = shares.Share(world["probation"].pk, "Managing them together", "They need less now", parts)
        with as_actor(sergeant):
            access = AgencyAccess.objects.get(ends_on__isnull=True)
            shares.change(access, share, by=sergeant, at=timezone.now(), on=timezone.localdate())
        found.append(seen(partner, model))

    assert found == [[record.pk], []]
    with as_actor(inspector):
        pk = thing_of(what).grants.objects.get().pk
        disclosure.revoke(what, pk, reason="The words were wrong", by=inspector, at=timezone.now())
    with pytest.raises(Refused, match="leaves single items out"):
        asked(what, record, world["probation"], by=sergeant)


def test_guardians_plain_way_of_granting_is_refused(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    with as_owner():
        group = world["probation"].disclosure_group.group
        permission = Permission.objects.get(codename="view_intelligenceitem")

        for grant in (
            IntelligenceItemGroupGrant.objects.assign_perm,
            IntelligenceItemGroupGrant.objects.bulk_assign_perm,
            IntelligenceItemGroupGrant.objects.assign_perm_to_many,
        ):
            with pytest.raises(TypeError):
                grant(permission, group, item)


def test_the_signer_reads_the_words_and_the_grading_an_auditor_neither(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor, actor_of: ActorOf
) -> None:
    approval = asked(What.ITEM, item, world["probation"], by=sergeant)
    auditor = actor_of(Role.AUDITOR)

    with as_actor(inspector):
        lines = dict(disclosures.describe(approval, inspector))
    with as_actor(auditor):
        read = dict(disclosures.describe(approval, auditor))
    assert (lines["Words that go out"], lines["Grading"]) == (WORDS, "1B P")
    assert set(read) == {"What", "To", "Purpose", "Why it is needed", "Until"}


def test_the_words_asked_for_are_kept_from_who_does_not_read_them_in_the_audit_too(
    inspector: Actor, actor_of: ActorOf
) -> None:
    auditor = actor_of(Role.AUDITOR)

    shown = [shows_column(actor, "approvals_approval", "payload") for actor in (inspector, auditor)]

    assert shown == [True, False]


def test_what_is_disclosed_is_not_reworded_until_it_is_revoked(
    world: dict[str, Any], item: Any, sergeant: Actor, inspector: Actor
) -> None:
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)

    with pytest.raises(IntegrityError, match="cannot be reworded"), as_actor(sergeant):
        IntelligenceItem.objects.filter(pk=item.pk).update(sanitised="Other words")
    with as_actor(sergeant):
        pk = disclosures.grants_of_person(sergeant, item.person_id, on=timezone.localdate())[0].pk
        disclosure.revoke(What.ITEM, pk, reason="The words were wrong", by=sergeant, at=timezone.now())
        assert IntelligenceItem.objects.filter(pk=item.pk).update(sanitised="Other words") == 1
