"""One of everything, dated from today, so that each address of the product leads somewhere."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client, override_settings

from cohorts.models import Case, DeselectionNotice
from cohorts.services import (
    add_action,
    plan_engagement,
    propose_deselection,
    start_plan,
    turn_down_deselection,
)
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.agencies.models import SharingAgreement
from iom.audit.models import Act
from iom.audit.services import seal_next
from iom.feeds.models import FeedFile, Sender
from iom.feeds.rules import FileStatus
from iom.notifications.models import Notification
from iom.oversight.models import AuditReview, Finding
from iom.persons.models import Person
from iom.persons.services import decide_pair, name_pair
from iom.records.kinds import KINDS
from iom.sharing.models import IntelligenceItemGroupGrant, SharingReview
from iom.sharing.rules import What
from iom.sharing.services.reviews import open_review
from iom.signin.models import Invitation, OidcProvider, SecurityKey
from scoring.models import OffenceList
from scoring.shipped import reasons
from tests.access.factories import GrantFactory
from tests.cohorts.factories import ListedReferralFactory, way_out
from tests.documents.factories import AudienceFactory, DocumentFactory
from tests.factories import (
    AgencyAccessFactory,
    AgencyFactory,
    CustodyPeriodFactory,
    PersonFactory,
    PrisonFactory,
    UserFactory,
)
from tests.meetings.factories import AttendanceFactory, MeetingCaseFactory, MeetingFactory
from tests.records.factories import one_of_each
from tests.reports.worth.factories import finished_evaluation
from tests.retention.scene import records_to_keep
from tests.scoring.factories import finished_comparison, model_in_use
from tests.scoring.life import drafted
from tests.sharing.factories import ItemFactory, asked, disclosed
from tests.tagging.factories import DeviceFactory, WearingFactory
from tests.today import TODAY, alert, at, scored, selected
from tests.world import browser_of, member, signed_in, small_force

ABSENT = 987_654_321
ABSENT_REF = "NV7777777"

MEMBERS: dict[str, tuple[Role, dict[str, str]]] = {
    "manager_own": (Role.OFFENDER_MANAGER, {}),
    "manager_other": (Role.OFFENDER_MANAGER, {"unit": "south"}),
    "supervisor": (Role.SUPERVISOR, {}),
    "inspector": (Role.INSPECTOR, {}),
    "central_spoc": (Role.CENTRAL_SPOC, {}),
    "support": (Role.SUPPORT, {}),
    "prison_officer": (Role.PRISON_OFFICER, {}),
    "prison_supervisor": (Role.PRISON_SUPERVISOR, {}),
    "partner_share": (Role.PARTNER_PRACTITIONER, {}),
    "partner_no_share": (Role.PARTNER_PRACTITIONER, {"agency": "drugs"}),
    "partner_housing": (Role.PARTNER_MANAGER, {"agency": "housing"}),
    "partner_youth": (Role.PARTNER_PRACTITIONER, {"agency": "youth"}),
    "partner_lapsed": (Role.PARTNER_PRACTITIONER, {"agency": "lapsed"}),
    "partner_ended": (Role.PARTNER_PRACTITIONER, {"agency": "ended"}),
    "analyst": (Role.ANALYST, {}),
    "auditor": (Role.AUDITOR, {}),
    "administrator": (Role.ADMINISTRATOR, {}),
}
VISITORS = ("anonymous", "no_membership", *MEMBERS)
# What names no person: an address made of these alone is walked for one object.
GENERAL = {"scheme", "model", "version", "other", "table", "code", "token", "act", "what", "ho_code", "feed"}


@dataclass(frozen=True)
class Thing:
    """What fills the addresses: one person's records, or the numbers of nothing at all."""

    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def fills(self, name: str, wanted: tuple[str, ...]) -> bool:
        """Whether it has a record of its own for this address."""
        keys = {PK_OF.get(name, "case") if key == "pk" else key for key in wanted}
        return keys <= set(self.values) and not keys <= GENERAL

    def args(self, name: str, wanted: tuple[str, ...]) -> dict[str, Any]:
        """The arguments of the address, the `pk` of the kind of record that its name stands for."""
        return {key: self.values[PK_OF.get(name, "case") if key == "pk" else key] for key in wanted}


PK_OF = {
    **dict.fromkeys(
        ("approvals:detail", "approvals:approve", "approvals:refuse", "approvals:withdraw"), "approval"
    ),
    **dict.fromkeys(
        ("sharing:agreement_detail", "sharing:agreement_amend", "sharing:agreement_end"), "agreement"
    ),
    **dict.fromkeys(("sharing:received_item", "sharing:revoke"), "grant"),
    "sharing:received_decision": "decision_grant",
    "sharing:disclose": "intelligence_item",
    "persons:review_opening": "opening",
    "persons:end_naming": "naming",
    "notifications:read_one": "notification",
    "audit:act_page": "audit_act",
    "oversight:finding": "finding",
    "oversight:review": "audit_review",
    "tagging:wearing_remove": "wearing",
    **dict.fromkeys(("referral", "match", "take_up", "list_for", "take_back", "decide"), "referral"),
    **dict.fromkeys(("device_detail", "device_state", "device_fit"), "device"),
    **dict.fromkeys(("meeting_detail", "meeting_disclosure", "meeting_disclose", "decision_add"), "meeting"),
}
PK_OF |= {
    "retention:review": "retention_review",
    "retention:keep": "retention_review",
    "retention:dispose": "retention_review",
    "retention:hold_lift": "legal_hold",
    "retention:returned_decide": "returned",
    "retention:disposal": "disposal",
    "retention:item": "access_item",
    "retention:correction_decide": "correction",
    **dict.fromkeys(
        (f"retention:{name}" for name in ("bundle", "bundle_pdf", "bundle_json", "give")), "access_ready"
    ),
    **dict.fromkeys(
        (
            f"retention:{name}"
            for name in (
                "request",
                "identity",
                "take",
                "extend",
                "assemble",
                "end",
                "section",
                "confirm",
                "ask",
            )
        ),
        "access_request",
    ),
}
PK_OF |= {
    f"documents:{name}": "document"
    for name in (
        *("document", "download", "download_sensitive", "withdraw", "version_add"),
        *("audience", "check_again"),
    )
}
_PREFIX = {"referral": "cohorts", "device": "tagging", "meeting": "meetings"}
PK_OF |= {f"{_PREFIX[kind]}:{name}": kind for name, kind in PK_OF.items() if ":" not in name}
PK_OF |= {
    f"records:{code.replace('-', '_')}_{step}": f"record_{code}"
    for code in KINDS
    for step in ("correct", "end", "sanitise", "audience")
}


@dataclass(frozen=True)
class Scene:
    """The browsers of every visitor, and the objects their addresses are made of."""

    world: dict[str, Any]
    actors: dict[str, Actor]
    browsers: dict[str, Client]
    objects: dict[str, Thing]


def build() -> Scene:
    """One of everything in North, and persons of each kind of reach.

    `north` is shared with probation and housing, its sharing with the agency `ended` is over, and an agency without an
    agreement is named; `hub` is managed by the Prison Hub and shared with nobody; `ended` is a closed case of North
    whose sharing with probation is over; `child` is sixteen and shared with youth justice; `restricted` is of North and
    shared with probation and housing, but only the manager of North and the housing manager are named on it.
    """
    world = small_force() | {
        "housing": AgencyFactory(code="housing", name="Harbour Homes", kind="housing", agreement=True),
        "youth": AgencyFactory(
            code="youth", name="Northmoor Youth Justice", kind="youth_justice", agreement=True
        ),
        "ended": AgencyFactory(code="ended", name="New Leaf", kind="voluntary", agreement=True),
    }
    actors = {name: member(world, role, **where) for name, (role, where) in MEMBERS.items()}
    # What a visit leaves is undone, so a sign-in is not renewed by it: it must last for the whole walk.
    with override_settings(SESSION_COOKIE_AGE=24 * 60 * 60):
        browsers = {name: visitor(actor) for name, actor in actors.items()}
        browsers["anonymous"] = browsers["no_membership"] = Client()
        browsers["no_membership"] = browser_of(UserFactory())
    model = model_in_use(reasons=reasons("ROR", "1.0.0"))
    north = _north(world, actors, model)
    objects = {
        "north": north,
        "hub": _hub(world, actors, model),
        "ended": _ended(world, actors, model),
        "child": _child(world, actors, model),
        "restricted": _restricted(world, actors, model),
        "absent": Thing({**dict.fromkeys(north.values, ABSENT), **_words("absent", ABSENT_REF)}),
    }
    return Scene(world, actors, browsers, objects)


def visitor(actor: Actor) -> Client:
    """A browser whose session knows already in which role it acts, as it does after its first page."""
    browser = signed_in(actor)
    with as_owner():
        session = browser.session
        session["acting"] = actor.membership_id
        session.save()
    return browser


def _words(code: str, nominal_ref: str) -> dict[str, Any]:
    return {
        "nominal_ref": nominal_ref,
        "unit_code": code,
        "scheme": "three_cohort",
        "model": "ROR",
        "version": "1.1.0" if code != "absent" else "9.9.9",
        "other": "1.0.0",
        "table": "bands",
        "code": "probation" if code != "absent" else "absent",
        "token": "no-such-link",
        "act": "renew",
        "what": "item",
        "ho_code": "02803" if code != "absent" else "absent",
        "feed": "persons" if code != "absent" else "absent",
    }


def filed(world: dict[str, Any], person: Any, *agencies: str, compartment: str = "plan") -> int:
    """A document of the police that these agencies may read too."""
    document = DocumentFactory(
        person=person, owner_agency=world["police"], compartment=compartment, title="A letter"
    )
    for agency in agencies:
        AudienceFactory(document=document, agency=world[agency])
    return int(document.pk)


def _records(person: Any, owner: Any) -> dict[str, int]:
    """One record of every kind about the person, the note being the owner's, by the names that addresses use."""
    return {f"record_{code}": record.pk for code, record in one_of_each(person, owner).items()}


def _managed(
    world: dict[str, Any], actors: dict[str, Any], model: Any, person: Any
) -> tuple[Any, dict[str, Any]]:
    """A case of North with all that hangs on it, by the names that addresses use."""
    sergeant, manager = actors["supervisor"], actors["manager_own"]
    scored(person, model)
    case = selected(world, person, sergeant, "north")
    with as_actor(manager):
        plan = start_plan(case.pk, by=manager, at=at(5))
        action = add_action(
            case.pk,
            by=manager,
            at=at(5),
            pathway="ete",
            description="Book a job coach",
            owner_agency_id=world["probation"].pk,
            due_on=TODAY + timedelta(9),
        )
        engagement = plan_engagement(
            case.pk, by=manager, at=at(5), kind="initial", planned_at=at(-3), place="Mill Street"
        )
        earlier = propose_deselection(case.pk, way_out(), by=manager, at=at(5))
    with as_actor(sergeant):
        turn_down_deselection(earlier.pk, by=sergeant, at=at(5), reason="Too early.")
    with as_actor(manager):
        deselection = propose_deselection(case.pk, way_out(), by=manager, at=at(4))
    with as_owner():
        notice = DeselectionNotice.objects.create(
            case=case, deselection=earlier, agency=world["probation"], told_on=TODAY
        )
        item, deadline = case.checklist.filter(status="to_do").first(), case.deadlines.first()
        assert item is not None
        assert deadline is not None
    wearing = WearingFactory(person=person, device=DeviceFactory(unit=world["north"], state="fitted"))
    return case, {
        "person": person.pk,
        "case": case.pk,
        "plan_id": plan.pk,
        "action_id": action.pk,
        "engagement_id": engagement.pk,
        "deselection_id": deselection.pk,
        "notice_id": notice.pk,
        "item_id": item.pk,
        "deadline_id": deadline.pk,
        "wearing": wearing.pk,
        "document": filed(world, person, "probation", "housing"),
        "referral": case.referral_id,
        "alert_id": alert(person, model, world["north"]).pk,
        "nominal_ref": person.nominal_ref,
        "scheme": "three_cohort",
        "model": "ROR",
        "agency_id": world["probation"].pk,
        **_records(person, world["probation"]),
    }


def _north(world: dict[str, Any], actors: dict[str, Any], model: Any) -> Thing:
    sergeant = actors["supervisor"]
    person = PersonFactory(
        home_unit=world["north"], family_name="Northmarker", nominal_ref="NV1000001", pnc_id="2001/1234567A"
    )
    case, values = _managed(world, actors, model, person)
    for agency in ("probation", "housing", "lapsed"):
        AgencyAccessFactory(person=person, agency=world[agency])
    AgencyAccessFactory(person=person, agency=world["ended"], ends_on=TODAY)
    with as_owner():
        notification = Notification.objects.create(
            user_id=sergeant.user_id,
            key="k",
            kind="case",
            subject="A person was selected",
            body="Allocate.",
            created_at=at(9),
        )
        act = Act.objects.filter(user_id=sergeant.user_id).order_by("id").first()
        assert act is not None
        with as_service():
            seal_next(at=at(1), below=(act.xid or 0) + 1)
        finding = Finding.objects.create(
            kind="denied",
            user_id=actors["manager_own"].user_id,
            for_date=TODAY,
            found_at=at(1),
            sentence="Was denied 12 times in one day.",
            acts=[act.pk],
            act_count=1,
        )
        audit_review = AuditReview.objects.create(
            reviewed_id=actors["auditor"].user_id, month=TODAY.replace(day=1), due_on=TODAY
        )
        file = FeedFile.objects.create(
            kind="persons",
            name="persons.csv",
            sha256="0" * 64,
            size_bytes=1,
            status=FileStatus.LOADED,
            received_at=at(1),
            loaded_at=at(1),
        )
    candidate = PersonFactory(
        home_unit=world["north"], family_name="Candidatemarker", nominal_ref="NV1000002"
    )
    scored(candidate, model)
    referral = ListedReferralFactory(
        person=candidate,
        unit=world["north"],
        referring_agency=world["probation"],
        board_on=TODAY,
        family_name="Candidatemarker",
    )
    meeting = MeetingFactory(unit=world["north"], disclosure_read=False)
    AttendanceFactory(meeting=meeting, agency=world["probation"])
    decision = MeetingCaseFactory(meeting=meeting, person=person)
    disclosed(What.MEETING, decision, world["probation"], by=sergeant, signed_by=actors["inspector"])
    values |= records_to_keep(person, world["north"], actors["inspector"])
    values |= _reached(person, world["north"], actors["administrator"])
    comparison = finished_comparison(drafted(model, by=actors["analyst"]), model, person)
    return Thing(
        values
        | _sharing(world, actors, person, case)
        | {
            "candidate": candidate.pk,
            "alert_id": alert(candidate, model, world["north"]).pk,
            "referral": referral.pk,
            "notification": notification.pk,
            "audit_act": act.pk,
            "finding": finding.pk,
            "audit_review": audit_review.pk,
            "file_id": file.pk,
            "meeting": meeting.pk,
            "decision_grant": _grant_of(decision),
            "comparison_id": comparison.pk,
            "run_id": comparison.new_run_id,
            "evaluation_id": finished_evaluation(model).pk,
            "device": DeviceFactory(unit=world["north"]).pk,
            **_sign_in(world, actors),
            **_kept(actors),
            **_doubles(world, actors, person, candidate),
            **_words("north", person.nominal_ref),
        }
    )


def _kept(actors: dict[str, Any]) -> dict[str, int]:
    """A system with a key and a proposed list of offence codes."""
    with as_owner():
        sender = Sender.objects.create(
            name="Extracts",
            kinds=["persons"],
            key_digest="0" * 64,
            made_by_id=actors["administrator"].user_id,
            made_at=at(1),
            reason="Sends the nightly extracts.",
            expires_on=TODAY + timedelta(days=30),
        )
        proposed = OffenceList.objects.create(
            reason="Sent as a file", proposed_by_id=actors["administrator"].user_id, proposed_at=at(1)
        )
    return {"sender_id": sender.pk, "list_id": proposed.pk}


def _doubles(world: dict[str, Any], actors: dict[str, Any], person: Any, candidate: Any) -> dict[str, int]:
    """Two records that may be one person, and a third that was merged into one of them."""
    sergeant, third = actors["supervisor"], PersonFactory(home_unit=world["north"])
    with as_actor(sergeant):
        done = name_pair(
            candidate.nominal_ref, third.nominal_ref, by=sergeant, at=at(1), reason="The same face and birth."
        )
        merge = decide_pair(
            done.pk,
            by=sergeant,
            at=at(1),
            same=True,
            keep=candidate.nominal_ref,
            reason="The same face and birth.",
        )
        pair = name_pair(
            person.nominal_ref, candidate.nominal_ref, by=sergeant, at=at(1), reason="They look alike."
        )
    assert merge is not None
    return {"pair_id": pair.pk, "merge_id": merge.pk}


def _grant_of(decision: Any) -> int:
    with as_owner():
        return int(decision.disclosures.get().pk)


def _sign_in(world: dict[str, Any], actors: dict[str, Any]) -> dict[str, Any]:
    """A manager whom the administrator looks after, a link for them, a key of the sergeant's, single sign-on."""
    manager, asked = actors["manager_own"], actors["administrator"]
    signed = member(world, Role.ADMINISTRATOR)
    with as_owner():
        provider = OidcProvider.objects.create(
            agency=world["probation"], issuer="http://127.0.0.1:9", client_id="iom", starts_on=TODAY
        )
        key = SecurityKey.objects.create(
            user_id=actors["supervisor"].user_id,
            name="Blue key",
            credential_id=b"blue",
            public_key=b"blue",
            added_at=at(1),
        )
        link = Invitation.objects.create(
            user_id=manager.user_id,
            purpose="renew",
            asked_by_id=asked.user_id,
            approved_by_id=signed.user_id,
            made_at=at(1),
        )
    return {
        "user_id": manager.user_id,
        "membership_id": manager.membership_id,
        "invitation_id": link.pk,
        "provider_id": provider.pk,
        "key_id": key.pk,
    }


def _sharing(world: dict[str, Any], actors: dict[str, Any], person: Any, case: Any) -> dict[str, Any]:
    """An item disclosed to probation, another that waits for its second signature, and sharing to look at again."""
    item, waiting = ItemFactory(person=person), ItemFactory(person=person)
    sergeant, inspector = actors["supervisor"], actors["inspector"]
    disclosed(What.ITEM, item, world["probation"], by=sergeant, signed_by=inspector)
    approval = asked(What.ITEM, waiting, world["probation"], by=sergeant)
    with as_actor(sergeant):
        open_review(
            person.pk,
            unit_id=case.unit_id,
            owner_id=actors["manager_own"].user_id,
            cause="manager",
            by=sergeant,
            at=at(0),
        )
    with as_owner():
        review = SharingReview.objects.get(person=person)
        return {
            "intelligence_item": waiting.pk,
            "approval": approval.pk,
            "grant": IntelligenceItemGroupGrant.objects.get(content_object=item).pk,
            "agreement": SharingAgreement.objects.get(agency=world["probation"]).pk,
            "line_id": review.lines.get(access__agency=world["probation"]).pk,
        }


def _ended(world: dict[str, Any], actors: dict[str, Any], model: Any) -> Thing:
    person = PersonFactory(home_unit=world["north"], family_name="Endedmarker", nominal_ref="NV1000004")
    case, values = _managed(world, actors, model, person)
    AgencyAccessFactory(person=person, agency=world["probation"], ends_on=TODAY)
    with as_owner():
        Case.objects.filter(pk=case.pk).update(status="closed", deselected_on=TODAY, closed_on=TODAY)
    return Thing(values)


def _reached(person: Any, unit: Any, reader: Actor) -> dict[str, Any]:
    """A naming and an opening of the record that open nothing: their user sees no person whatever they hold."""
    opening = GrantFactory(
        content_object=person, user_id=reader.user_id, kind="search", unit=unit, expires_at=at(1)
    )
    return {"opening": opening.pk, "naming": GrantFactory(content_object=person, user_id=reader.user_id).pk}


def _restricted(world: dict[str, Any], actors: dict[str, Any], model: Any) -> Thing:
    person = PersonFactory(home_unit=world["north"], family_name="Restrictedmarker", nominal_ref="NV1000006")
    _, values = _managed(world, actors, model, person)
    for agency in ("probation", "housing"):
        AgencyAccessFactory(person=person, agency=world[agency])
    for named in ("manager_own", "partner_housing"):
        GrantFactory(content_object=person, user_id=actors[named].user_id)
    with as_owner():
        Person.objects.filter(pk=person.pk).update(is_restricted=True)
    return Thing(values | records_to_keep(person, world["north"], actors["inspector"]))


def _child(world: dict[str, Any], actors: dict[str, Any], model: Any) -> Thing:
    person = PersonFactory(
        home_unit=world["north"],
        family_name="Childmarker",
        nominal_ref="NV1000005",
        date_of_birth=date(TODAY.year - 16, 1, 1),
    )
    scored(person, model)
    case = selected(world, person, actors["supervisor"], "north")
    AgencyAccessFactory(person=person, agency=world["youth"])
    return Thing(
        {
            "person": person.pk,
            "case": case.pk,
            "document": filed(world, person, "youth", compartment="youth"),
            "nominal_ref": person.nominal_ref,
            "model": "ROR",
            **_records(person, world["youth"]),
        }
    )


def _hub(world: dict[str, Any], actors: dict[str, Any], model: Any) -> Thing:
    officer = actors["prison_supervisor"]
    person = PersonFactory(
        home_unit=world["south"],
        managing_unit=world["hub"],
        family_name="Hubmarker",
        nominal_ref="NV1000003",
    )
    CustodyPeriodFactory(person=person, prison=PrisonFactory(hub=world["hub"]))
    scored(person, model)
    case = selected(world, person, officer, "hub")
    entry = alert(person, model, world["hub"])
    return Thing(
        {
            "person": person.pk,
            "case": case.pk,
            "alert_id": entry.pk,
            "document": filed(world, person),
            **_words("prison-hub", person.nominal_ref),
        }
    )
