"""A person asks what is held: nothing is given that was not decided, and signed by another (SHR-4)."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cohorts.models import Engagement
from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.approvals import services as approvals
from iom.audit.models import Act
from iom.audit.services import record
from iom.kernel.disposal import rules as disposal_rules
from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused
from iom.persons.models import Address, Alias, Assessment, EqualityRecord, Marker, Person
from iom.records.models import AgencyNote, IntelligenceItem, IntelligenceSource, VictimRecord
from iom.retention import audit, graph
from iom.retention.models import AccessItem, AccessRequest, Bundle
from iom.retention.rules.bundle import Decided, NotDecided, contents, digest_of
from iom.retention.rules.grounds import GROUNDS
from iom.retention.rules.statuses import Outcome, RequestStatus
from iom.retention.sections import LABELS, NOT_IN_THE_ANSWER, SECTIONS
from iom.retention.services.assembling import assemble_next
from iom.retention.services.bundle import UNDECIDED, ask_release, make_next, release
from iom.retention.services.corrections import decide_correction, enter_correction
from iom.retention.services.items import confirm_section, decide_item
from iom.retention.services.reminders import remind
from iom.retention.services.requests import (
    ask_assembling,
    end_request,
    enter_request,
    extend,
    prove_identity,
    reopen_refused,
    take_over,
)
from iom.sharing.models import Disclosure
from scoring.shipped import reasons
from tests.cohorts.factories import CaseFactory, DeadlineFactory
from tests.documents.factories import DocumentFactory
from tests.factories import PersonFactory, UserFactory
from tests.meetings.factories import MeetingCaseFactory
from tests.retention.factories import proved
from tests.scoring.factories import (
    EventFactory,
    IntelligenceFactory,
    finished_comparison,
    model_in_use,
)
from tests.scoring.life import drafted

pytestmark = pytest.mark.django_db
ON = timezone.localdate()
AT = datetime(ON.year, ON.month, ON.day, 12, tzinfo=UTC)
WHY = "Every item was read."
# Words that must never reach the person, each held in another part of the record.
SECRETS = {
    "intelligence": "Marker-intelligence",
    "victim": "Marker-victim",
    "clinical": "Marker-clinical",
    "assessment": "Marker-oasys",
    "staff": "Quentin Marksman",
    "other person": "Zebedee Markham",
    "investigation": "Marker-open-burglary",
}


@pytest.fixture
def person(world: dict[str, Any]) -> Person:
    """Somebody of North with a secret in every part of the record."""
    someone = PersonFactory(
        home_unit=world["north"], family_name="Asker", given_names="Pat", nominal_ref="NV6000001"
    )
    EventFactory(
        person=someone, category="shoplifting", occurred_on=date(2020, 1, 1), summary="Shoplifting, given"
    )
    EventFactory(
        person=someone, status="suspect", occurred_on=ON - timedelta(20), summary=SECRETS["investigation"]
    )
    IntelligenceFactory(person=someone, summary=SECRETS["intelligence"])
    case = CaseFactory(person=someone, unit=world["north"])
    MeetingCaseFactory(person=someone)
    UserFactory(name=SECRETS["staff"])
    with as_owner():
        Alias.objects.create(person=someone, family_name="Askwith", search_name="askwith")
        EqualityRecord.objects.create(person=someone, ethnicity="W1")
        Marker.objects.create(person=someone, kind="vulnerability", text="Cannot read", recorded_on=ON)
        Assessment.objects.create(
            person=someone,
            instrument="OGRS3",
            value=SECRETS["assessment"],
            assessed_on=ON,
            agency=world["probation"],
        )
        Engagement.objects.create(
            case=case,
            kind="initial",
            held_at=AT,
            attended="yes",
            notes=f"Seen by {SECRETS['staff']} with {SECRETS['other person']} at the hostel.",
            recorded_at=AT,
        )
        item = IntelligenceItem.objects.create(person=someone, recorded_at=AT)
        IntelligenceSource.objects.create(
            item=item, person=someone, title="T", content=SECRETS["intelligence"], source_evaluation=2,
            information_evaluation="B", handling="P",
        )  # fmt: skip
        Disclosure.objects.create(
            person=someone, agency=world["probation"], recipient=SECRETS["other person"], medium="spoken",
            what="Part of the plan", purpose="Supervision", necessity="To plan", by_name="A", at=AT,
        )  # fmt: skip
        secret = DocumentFactory(person=someone, compartment="intelligence")
        Disclosure.objects.create(
            person=someone, agency=world["probation"], recipient="Probation", medium="document",
            what="Document", item_ref=f"document:{secret.pk}", purpose=SECRETS["intelligence"],
            necessity="To plan", by_name="A", at=AT,
        )  # fmt: skip
        VictimRecord.objects.create(
            person=someone, victim_name=SECRETS["victim"], relation="wife", recorded_at=AT
        )
        AgencyNote.objects.create(
            person=someone, agency=world["drugs"], kind=AgencyNote._meta.get_field("kind").choices[0][0],
            text=SECRETS["clinical"], recorded_at=AT,
        )  # fmt: skip
    return someone  # type: ignore[no-any-return]


@pytest.fixture
def support(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.SUPPORT)


@pytest.fixture
def inspector(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.INSPECTOR)


@pytest.fixture
def spoc(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of(Role.CENTRAL_SPOC)


def entered(person: Person, by: Actor, **changes: Any) -> AccessRequest:
    values = {"received_on": ON, "asked_for": "", "ask_identity": False, "by": by, "on": ON, "at": AT}
    with as_actor(by):
        return enter_request(person.nominal_ref, **{**values, **changes})


def assembled(person: Person, by: Actor) -> AccessRequest:
    found = entered(person, by)
    with as_actor(by):
        prove_identity(found.pk, how="Passport seen at the counter", proved_on=ON, by=by, on=ON)
        ask_assembling(found.pk, by=by)
    with as_service():
        assert assemble_next(AT)
    return found


def confirmed(person: Person, by: Actor) -> AccessRequest:
    found = assembled(person, by)
    with as_actor(by):
        for code in sorted({item.section for item in items_of(found)}):
            confirm_section(found.pk, code, by=by, at=AT)
    return found


def items_of(found: AccessRequest) -> list[AccessItem]:
    with as_owner():
        return list(AccessItem.objects.filter(request=found).order_by("section", "seq"))


def item_of(found: AccessRequest, section: str, word: str = "") -> AccessItem:
    return next(i for i in items_of(found) if i.section == section and word in i.title + i.text)


def signed(found: AccessRequest, by: Actor, second: Actor) -> AccessRequest:
    with as_actor(by):
        asked = ask_release(found.pk, reason=WHY, by=by, at=AT)
    with as_actor(second):
        approvals.approve(asked.approval_id or 0, by=second, at=AT)
    return asked


def made(found: AccessRequest) -> Bundle:
    with as_service():
        assert make_next(AT)
    with as_owner():
        return Bundle.objects.get(request=found)


def words_of(bundle: Bundle) -> str:
    """Everything the person could read in what they are given: the PDF's text and objects, and the data."""
    with pikepdf.open(io.BytesIO(bytes(bundle.pdf))) as pdf:
        streams = b" ".join(
            bytes(obj.read_bytes())
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Stream) and "/Subtype" not in obj
        )
    return pdf_text(bytes(bundle.pdf)) + streams.decode("latin-1") + json.dumps(bundle.document)


def pdf_text(pdf: bytes) -> str:
    import subprocess  # noqa: PLC0415

    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


# The request


def test_a_request_is_due_in_a_month_and_waits_for_identity_where_that_is_asked_for(
    person: Person, support: Actor
) -> None:
    at_once = entered(person, support, received_on=ON - timedelta(3))
    waits = entered(person, support, ask_identity=True)

    assert at_once.due_on is not None
    assert waits.due_on is None
    with as_actor(support):
        proved_now = prove_identity(
            waits.pk, how="Passport seen at the counter", proved_on=ON, by=support, on=ON
        )
    assert proved_now.due_on is not None
    assert proved_now.due_on > at_once.due_on


def test_nothing_is_put_together_before_identity_is_proved(person: Person, support: Actor) -> None:
    found = entered(person, support)

    with as_actor(support), pytest.raises(Refused, match="proved who they are"):
        ask_assembling(found.pk, by=support)


def test_the_time_is_extended_once_with_a_reason(person: Person, support: Actor) -> None:
    found = entered(person, support)
    with as_actor(support):
        with pytest.raises(Invalid):
            extend(found.pk, reason="busy", by=support, on=ON)
        later = extend(found.pk, reason="Three requests at once, of many pages.", by=support, on=ON)
        with pytest.raises(Refused, match="once"):
            extend(found.pk, reason="Three requests at once, of many pages.", by=support, on=ON)

    assert later.due_on is not None
    assert found.due_on is not None
    assert 58 <= (later.due_on - found.due_on).days <= 62


@pytest.mark.parametrize(
    "role",
    [
        Role.OFFENDER_MANAGER,
        Role.SUPERVISOR,
        Role.ANALYST,
        Role.AUDITOR,
        Role.PARTNER_MANAGER,
        Role.ADMINISTRATOR,
    ],
)
def test_other_roles_enter_no_request(person: Person, actor_of: Callable[..., Actor], role: Role) -> None:
    other = actor_of(role)

    with pytest.raises((Forbidden, NotFound)):
        entered(person, other)


def test_a_request_of_another_district_is_not_found(person: Person, support: Actor, actor_of: Any) -> None:
    found = entered(person, support)
    elsewhere = actor_of(Role.SUPPORT, unit="south")

    with as_actor(elsewhere), pytest.raises(NotFound):
        take_over(found.pk, by=elsewhere)


def test_only_who_signs_releases_refuses_a_request(person: Person, support: Actor, inspector: Actor) -> None:
    found = entered(person, support)

    with as_actor(support), pytest.raises(Invalid):
        end_request(
            found.pk, outcome="refused", reason="Manifestly unfounded: abuse only.", by=support, on=ON
        )
    with as_actor(inspector):
        ended = end_request(
            found.pk, outcome="refused", reason="Manifestly unfounded: abuse only.", by=inspector, on=ON
        )
    assert ended.status == "refused"


def test_the_handler_is_told_before_it_is_due_once_a_day(person: Person, support: Actor) -> None:
    found = proved(person=person, handler_id=support.user_id, due_on=ON + timedelta(7))

    with as_service():
        told = [remind(on=ON, at=AT), remind(on=ON, at=AT), remind(on=ON + timedelta(1), at=AT)]

    assert told == [1, 0, 0]
    assert found.handler_id == support.user_id


# What is proposed


def test_every_table_that_leads_to_a_person_is_in_the_answer_or_said_not_to_be() -> None:
    told = {table for section in SECTIONS for table in section.tables}
    leading = {model._meta.label for model in graph.leading_to_a_person()}

    assert leading - told - set(NOT_IN_THE_ANSWER) == set()
    assert told - set(disposal_rules()) == set()


@pytest.mark.parametrize(
    ("section", "word", "proposed", "ground"),
    [
        ("identity", "Asker", Outcome.DISCLOSE, "own_data"),
        ("markers", "Cannot read", Outcome.DISCLOSE, "own_data"),
        ("events", "Shoplifting, given", Outcome.DISCLOSE, "own_data"),
        ("events", SECRETS["investigation"], Outcome.WITHHOLD, "operation"),
        ("events", SECRETS["intelligence"], Outcome.WITHHOLD, "intelligence"),
        ("intelligence", SECRETS["intelligence"], Outcome.WITHHOLD, "intelligence"),
        ("assessments", SECRETS["assessment"], Outcome.WITHHOLD, "other_controller"),
        ("victims", "Victim", Outcome.WITHHOLD, "victim"),
        ("notes", "Clearwater", Outcome.WITHHOLD, "clinical"),
        ("engagements", "hostel", Outcome.REDACT, "third_party"),
    ],
)
def test_a_rule_proposes_with_its_ground(
    person: Person, support: Actor, section: str, word: str, proposed: str, ground: str
) -> None:
    item = item_of(assembled(person, support), section, word)

    assert (item.proposed, item.ground, item.outcome) == (proposed, ground, "")


def test_a_score_worked_out_to_try_a_version_is_in_the_answer(
    person: Person, support: Actor, actor_of: Callable[..., Actor]
) -> None:
    in_use = model_in_use(reasons=reasons("ROR", "1.0.0"))
    finished_comparison(drafted(in_use, by=actor_of(Role.ANALYST)), in_use, person)

    item = item_of(assembled(person, support), "scores", "ROR 1.1.0")

    assert (item.title, item.proposed, item.ground) == (
        "Score in a comparison: ROR",
        Outcome.WITHHOLD,
        "opinion",
    )


def test_names_of_staff_and_of_others_are_marked(person: Person, support: Actor) -> None:
    item = item_of(assembled(person, support), "engagements", "hostel")

    assert f"[[{SECRETS['staff']}]]" in item.proposed_marked
    assert f"[[{SECRETS['other person']}]]" in item.proposed_marked


def test_the_person_reads_words_and_no_codes(person: Person, support: Actor) -> None:
    EventFactory(
        person=person,
        status="no_crime",
        occurred_on=date(2020, 2, 1),
        summary="Taken back",
        source="custody_release",
    )
    EventFactory(person=person, status="acquitted", occurred_on=date(2020, 3, 1), summary="Not guilty")
    with as_owner():
        case = person.cases.get()
    DeadlineFactory(case=case, due_on=date(2027, 1, 4))
    found = assembled(person, support)

    event = item_of(found, "events", "Taken back").text
    assert "Outcome: recorded as no crime" in event
    assert "From: police system: custody release" in event
    assert item_of(found, "events", "Not guilty").text.count("Outcome: acquitted\n") == 1
    assert item_of(found, "identity", "Ethnicity").text == "As you defined it: White: British"
    assert "Due: 4 January 2027" in item_of(found, "cases", "Duty:").text


def test_where_the_person_lives_is_theirs_to_read_and_with_whom_is_not(
    person: Person, support: Actor
) -> None:
    with as_owner():
        Address.objects.create(
            person=person, line="75 Railway Terrace", town="Long Eaton", postcode="NG1 1AA"
        )
        Address.objects.create(person=person, line="c/o Ann Field, 8 Quay Street", town="Fernley")
    found = assembled(person, support)

    assert item_of(found, "identity", "Railway").proposed == Outcome.DISCLOSE
    assert "c/o [[Ann Field]], 8 Quay Street" in item_of(found, "identity", "Quay").proposed_marked


def test_the_request_itself_is_not_among_what_was_asked_before(person: Person, support: Actor) -> None:
    found = assembled(person, support)

    assert [item.section for item in items_of(found) if item.section == "asked_before"] == []


def test_victims_and_other_agencies_notes_are_not_copied_and_stay_withheld(
    person: Person, inspector: Actor
) -> None:
    found = assembled(person, inspector)
    everything = " ".join(item.title + item.text for item in items_of(found))

    assert SECRETS["victim"] not in everything
    assert SECRETS["clinical"] not in everything
    with as_actor(inspector), pytest.raises(Refused, match="never given"):
        decide_item(item_of(found, "notes").pk, outcome="disclose", reason=WHY, by=inspector, at=AT)
    with pytest.raises(DatabaseError), as_owner():
        AccessItem.objects.filter(locked=True).update(
            outcome="disclose", decided_by_id=inspector.user_id, decided_at=AT
        )


def test_looks_are_told_by_role_and_month_never_by_name(
    person: Person, support: Actor, inspector: Actor
) -> None:
    with as_owner():
        record(audit.TAKEN, by=inspector, subjects=[person.pk], kind="consult")

    item = item_of(assembled(person, support), "looks")

    assert f"{ON:%B %Y}: IOM inspector, Northmoor Police: looked at once" in item.text
    assert inspector.name not in item.text


# Deciding


def test_who_may_not_read_a_compartment_neither_sees_nor_confirms_its_items(
    person: Person, support: Actor, inspector: Actor
) -> None:
    found = assembled(person, inspector)
    victim = item_of(found, "victims")

    with as_actor(support):
        with pytest.raises(NotFound):
            decide_item(victim.pk, outcome="withhold", ground="victim", by=support, at=AT)
        with pytest.raises(Refused):
            confirm_section(found.pk, "victims", by=support, at=AT)
        assert not AccessItem.objects.filter(compartment="victim").exists()


def test_a_decision_that_departs_from_the_proposal_needs_a_reason_and_hiding_a_ground(
    person: Person, support: Actor
) -> None:
    found = assembled(person, support)
    item = item_of(found, "markers", "Cannot read")

    with as_actor(support), pytest.raises(Invalid) as wrong:
        decide_item(item.pk, outcome="withhold", by=support, at=AT)
    assert set(wrong.value.fields) == {"reason", "ground"}
    with as_actor(support):
        decided = decide_item(
            item.pk,
            outcome="withhold",
            ground="third_party",
            reason="Told by the neighbour.",
            by=support,
            at=AT,
        )
    assert (decided.outcome, decided.ground) == ("withhold", "third_party")
    with as_owner():
        assert Act.objects.filter(action=audit.ITEM_DECIDED.code, subjects=[person.pk]).exists()


def test_hidden_passages_are_marked_and_the_words_stay(person: Person, support: Actor) -> None:
    item = item_of(assembled(person, support), "engagements", "hostel")

    with as_actor(support):
        with pytest.raises(Invalid) as wrong:
            decide_item(item.pk, outcome="redact", marked="changed", ground="third_party", by=support, at=AT)
        decided = decide_item(
            item.pk,
            outcome="redact",
            marked=item.text.replace("at the hostel", "[[at the hostel]]"),
            ground="third_party",
            by=support,
            at=AT,
        )

    assert list(wrong.value.fields) == ["marked"]
    assert "[[at the hostel]]" in decided.marked


# Signing, making, giving


def test_nothing_is_asked_signed_or_made_while_one_item_is_undecided(
    person: Person, inspector: Actor, spoc: Actor
) -> None:
    found = confirmed(person, inspector)
    with as_owner():
        left = AccessItem.objects.filter(request=found, section="identity").first()
        assert left is not None
        AccessItem.objects.filter(pk=left.pk).update(outcome="", decided_by=None, decided_at=None)

    with as_actor(inspector), pytest.raises(Refused, match=UNDECIDED):
        ask_release(found.pk, reason=WHY, by=inspector, at=AT)
    with as_owner():
        AccessRequest.objects.filter(pk=found.pk).update(
            status="signed", asked_by_id=inspector.user_id, signed_by_id=spoc.user_id
        )
    with as_service(), pytest.raises(DatabaseError, match="Not everything is decided"), transaction.atomic():
        Bundle.objects.create(request=found, made_at=AT, pdf=b"x", document={}, sha256="0" * 64)


def test_the_rule_itself_makes_nothing_of_an_undecided_item() -> None:
    with pytest.raises(NotDecided):
        contents([Decided("identity", 1, "T", None, "x", "", "", "own_data")], LABELS)


def test_the_asker_cannot_sign_and_support_staff_cannot_at_all(
    person: Person, inspector: Actor, support: Actor
) -> None:
    found = confirmed(person, inspector)
    with as_actor(inspector):
        asked = ask_release(found.pk, reason=WHY, by=inspector, at=AT)
        with pytest.raises((Refused, Forbidden)):
            approvals.approve(asked.approval_id or 0, by=inspector, at=AT)
    with as_actor(support), pytest.raises((Refused, Forbidden, NotFound)):
        approvals.approve(asked.approval_id or 0, by=support, at=AT)


def test_a_refused_signature_opens_the_request_again(person: Person, inspector: Actor, spoc: Actor) -> None:
    found = confirmed(person, inspector)
    with as_actor(inspector):
        asked = ask_release(found.pk, reason=WHY, by=inspector, at=AT)
    with as_actor(spoc):
        approvals.refuse(asked.approval_id or 0, by=spoc, at=AT, reason="A name is still in item 4.")

    with as_service():
        assert reopen_refused() == 1
    with as_owner():
        assert AccessRequest.objects.get(pk=found.pk).status == "deciding"


def test_what_was_signed_is_what_is_made(person: Person, inspector: Actor, spoc: Actor) -> None:
    found = signed(confirmed(person, inspector), inspector, spoc)
    with as_owner():
        AccessItem.objects.filter(request=found, section="identity", seq=1).update(text="Other words")

    with as_service(), pytest.raises(Refused, match="What was signed"):
        make_next(AT)


def test_neither_pdf_nor_data_holds_a_word_that_was_withheld_or_removed(
    person: Person, inspector: Actor, spoc: Actor
) -> None:
    bundle = made(signed(confirmed(person, inspector), inspector, spoc))
    words = words_of(bundle)

    assert {kind: secret for kind, secret in SECRETS.items() if secret in words} == {}
    assert "Marksman" not in words
    assert "Shoplifting, given" in words
    assert "[removed]" in words
    assert "neither confirm nor deny" in pdf_text(bytes(bundle.pdf)).replace("\n", " ")
    for silent in ("Victim", "Intelligence item", "Emerging threat", "Tactic"):
        assert silent not in words


def test_what_is_told_of_is_told_by_its_reason_and_number_and_the_rest_not_at_all() -> None:
    def withheld(ground: str, n: int) -> Decided:
        return Decided("events", n, f"Title {ground}", ON, "secret", "withhold", "", ground)

    said = contents([withheld(code, n) for n, code in enumerate(GROUNDS) if code != "own_data"], LABELS)

    assert said["sections"] == []
    told = {row["reason"]: row["items"] for row in said["withheld"]}
    assert told == {
        GROUNDS["third_party"].told: 1,
        GROUNDS["opinion"].told: 1,
        GROUNDS["other_controller"].told: 2,
        GROUNDS["staff"].told: 1,
    }
    assert "Title" not in json.dumps(said)


def test_the_fingerprint_changes_with_every_decision() -> None:
    one = Decided("events", 1, "T", ON, "text", "redact", "[[text]]", "third_party")
    others = [
        Decided("events", 1, "T", ON, "text", "disclose", "", "third_party"),
        Decided("events", 1, "T", ON, "text", "redact", "[[te]]xt", "third_party"),
        Decided("events", 1, "T", ON, "text", "redact", "[[text]]", "staff"),
    ]

    assert len({digest_of([item]) for item in [one, *others]}) == 4


def test_giving_it_is_recorded_as_a_disclosure(person: Person, inspector: Actor, spoc: Actor) -> None:
    found = signed(confirmed(person, inspector), inspector, spoc)
    made(found)

    with as_actor(inspector):
        release(found.pk, how="Handed over at Mill Street", by=inspector, on=ON, at=AT)
        with pytest.raises(Refused):
            release(found.pk, how="Handed over at Mill Street", by=inspector, on=ON, at=AT)

    with as_owner():
        assert AccessRequest.objects.get(pk=found.pk).status == RequestStatus.RELEASED
        act = Act.objects.get(action=audit.RELEASED.code)
        line = Disclosure.objects.get(person=person, medium="print")
    assert (line.recipient, line.by_id) == ("The person themselves", inspector.user_id)
    assert (act.kind, act.subjects) == ("disclose", [person.pk])


def test_a_correction_is_entered_with_its_date_and_decided_with_a_reason(
    person: Person, support: Actor
) -> None:
    with as_actor(support):
        row = enter_correction(
            person.nominal_ref, received_on=ON, what="The date of birth is wrong.", by=support, on=ON, at=AT
        )
        with pytest.raises(Invalid):
            decide_correction(row.pk, outcome="", reason="", by=support, on=ON)
        decided = decide_correction(
            row.pk,
            outcome="corrected",
            reason="Birth certificate seen; put right at the source.",
            by=support,
            on=ON,
        )
        with pytest.raises(Refused):
            decide_correction(row.pk, outcome="refused", reason="Changed our mind.", by=support, on=ON)

    assert decided.outcome == "corrected"
