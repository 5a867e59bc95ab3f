"""Acts through the API: one person's whole way, what each role may, and how a rule refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cohorts.models import Case, ChecklistItem
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS, SELECTION_CONSIDERATIONS
from iom.access.scope import as_owner
from iom.accounts.rules import Role
from iom.audit.models import Act
from scoring.models import ThreatAlert
from tests.api.conftest import Api, Managed
from tests.cohorts.factories import ListedReferralFactory
from tests.factories import AgencyAccessFactory, PersonFactory

pytestmark = pytest.mark.django_db
ApiFor = Callable[..., Api]


def board(**changes: Any) -> dict[str, Any]:
    return {
        "decided_on": timezone.localdate().isoformat(),
        "chair": "Insp Rowan Hale",
        "agencies": ["police", "probation"],
        "rationale": "Prolific, and ready to work with us.",
        "national": "fixed:burglary",
        "three_cohort": "reoffending:volume",
        **{name: f"Considered: {words}" for name, words in SELECTION_CONSIDERATIONS.items()},
        **changes,
    }


def proposal(**changes: Any) -> dict[str, Any]:
    return {
        "rationale": "No offence in a year.",
        "exit_strategy": "Probation keeps in touch.",
        **{name: f"Considered: {words}" for name, words in DESELECTION_CONSIDERATIONS.items()},
        **changes,
    }


def done(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_a_person_goes_all_the_way_from_referral_to_deregistration(
    api_for: ApiFor, world: dict[str, Any], sergeant: Api, partner: Api
) -> None:
    person = PersonFactory(home_unit=world["north"])
    manager, inspector = api_for(Role.OFFENDER_MANAGER), api_for(Role.INSPECTOR)
    today = timezone.localdate()
    later = (today + timedelta(days=20)).isoformat()
    form = {
        "given_names": "Sam", "family_name": "Example", "unit": "north", "ground": "reoffending",
        "reasons": "Three burglaries in a month.",
    }  # fmt: skip

    sent = done(partner.post("referrals/", form), 201)
    ref = f"referrals/{sent['referral']['id']}"
    assert sent["steps"] == ["withdraw"]
    assert done(sergeant.get(f"{ref}/"))["steps"] == ["start_research", "withdraw"]
    found = done(sergeant.get(f"{ref}/candidates/", q=person.nominal_ref))
    assert [row["person"]["nominal_ref"] for row in found["results"]] == [person.nominal_ref]
    research = done(sergeant.post(f"{ref}/start-research/", {"nominal_ref": person.nominal_ref}))
    assert research["pack"]["person"] == person.nominal_ref
    listed = done(sergeant.post(f"{ref}/list-for-board/", {"board_on": today.isoformat()}))
    assert listed["steps"] == ["select", "refuse", "defer", "withdraw"]
    case = f"cases/{done(sergeant.post(f'{ref}/select/', board()), 201)['id']}"
    assert done(partner.get(f"{ref}/"))["referral"]["status"] == "selected"
    assert partner.get(f"{case}/").status_code == 404

    assert done(sergeant.post(f"{case}/share/", {"agency": "probation", "reason": "Joint work"}), 201)
    assert done(partner.get(f"{case}/"))["steps"] == ["update_action"]
    choices = done(sergeant.get(f"{case}/managers/"))["results"]
    own = next(c["user"]["id"] for c in choices if c["user"]["id"] == manager.client.actor.user_id)
    done(sergeant.post(f"{case}/allocate-manager/", {"manager": own}))
    now = timezone.now()
    held = {"kind": "initial", "held_at": now.isoformat(), "notes": "Wants a job."}
    done(manager.post(f"{case}/engagements/record/", held), 201)
    plan = f"plans/{done(manager.post(f'{case}/plans/'), 201)['id']}"
    done(manager.post(f"{plan}/edit/", {"risks": "Burglary", "triggers": "Debt", "objectives": "Work"}))
    action = {
        "pathway": "ete",
        "description": "Book a job coach",
        "owner_agency": "probation",
        "due_on": later,
    }
    number = done(manager.post(f"{case}/actions/", action), 201)["id"]
    done(manager.post(f"{case}/pathways/", {"pathway": "ete", "need": "high"}), 201)
    assert done(manager.post(f"{plan}/complete/"))["status"] == "completed"
    assert manager.post(f"{plan}/endorse/").status_code == 403
    assert done(sergeant.post(f"{plan}/endorse/"))["status"] == "endorsed"
    assert (
        done(partner.post(f"actions/{number}/update/", {"step": "finish", "result": "Found"}))["status"]
        == "done"
    )
    overview = done(manager.get(f"{case}/"))
    assert {d["kind"]: d["state"] for d in overview["deadlines"]} == dict.fromkeys(
        ("engagement", "plan", "endorsement"), "met"
    )

    proposed = f"deselections/{done(manager.post(f'{case}/propose-deselection/', proposal()), 201)['id']}"
    assert manager.post(f"{proposed}/agree/", {"decided_on": today.isoformat()}).status_code == 403
    done(inspector.post(f"{proposed}/agree/", {"decided_on": today.isoformat()}))
    early = inspector.post(f"{proposed}/deregister/", {"rationale": "Stable, in work."})
    assert early.status_code == 409
    assert "Still to do" in early.json()["detail"]
    for item in done(inspector.get(f"{case}/"))["checklist"]:
        if item["kind"] == "deselection" and item["status"] == "to_do":
            done(inspector.post(f"checklist/{item['id']}/tick/", {"evidence": "Confirmed by the bureau"}))
    closed = done(inspector.post(f"{proposed}/deregister/", {"rationale": "Stable, in work."}))
    assert closed["status"] == "closed"
    notice = done(partner.get(f"{case}/"))["notices"][0]
    assert done(partner.post(f"notices/{notice['id']}/acknowledge/"))["acknowledged_on"] == today.isoformat()
    assert done(inspector.get(f"{case}/"))["steps"] == []


def test_a_second_selection_is_refused_with_the_sentence_of_the_rule(
    sergeant: Api, world: dict[str, Any]
) -> None:
    person = PersonFactory(home_unit=world["north"])
    day = timezone.localdate()
    referral = ListedReferralFactory(person=person, unit=world["north"], referring_agency=world["probation"])
    path = f"referrals/{referral.pk}/select/"

    first, second = sergeant.post(path, board(decided_on=day.isoformat())), sergeant.post(path, board())

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json() == {"detail": "You cannot select the person: the referral is selected."}
    with as_owner():
        assert Case.objects.filter(person=person).count() == 1
        assert Act.objects.filter(action="cohorts.case.selected").count() == 1


def test_what_a_service_finds_wrong_is_said_in_the_names_of_the_api(
    sergeant: Api, world: dict[str, Any]
) -> None:
    referral = ListedReferralFactory(
        person=PersonFactory(home_unit=world["north"]),
        unit=world["north"],
        referring_agency=world["probation"],
    )

    response = sergeant.post(f"referrals/{referral.pk}/select/", board(agencies=["police"], offending=""))

    assert response.status_code == 400
    assert set(response.json()) == {"agencies", "offending"}


def test_a_form_sent_twice_with_one_key_is_one_referral(partner: Api, world: dict[str, Any]) -> None:
    form = {
        "given_names": "Sam", "family_name": "Example", "unit": "north", "ground": "harm", "reasons": "Why.",
        "request_key": "7f1e0d52-36b2-4a58-9d0c-1f3d0c1b2a3d",
    }  # fmt: skip

    statuses = [partner.post("referrals/", form).status_code for _ in range(2)]

    assert statuses == [201, 409]
    assert partner.get("referrals/").json()["count"] == 1


def test_a_referral_cannot_point_at_whom_one_may_not_see(
    partner: Api, hidden: Managed, world: dict[str, Any]
) -> None:
    form = {"given_names": "Sam", "family_name": "X", "unit": "north", "ground": "harm", "reasons": "Why."}

    not_yours = partner.post("referrals/", {**form, "nominal_ref": hidden.person.nominal_ref})
    missing = partner.post("referrals/", {**form, "nominal_ref": "NV9999999"})
    by_alert = partner.post("referrals/", {**form, "alert": hidden.alert.pk})

    assert not_yours.status_code == missing.status_code == by_alert.status_code == 404
    assert not_yours.content == missing.content == by_alert.content


def test_a_deadline_is_extended_with_its_reason_and_by_supervision_alone(
    sergeant: Api, partner: Api, api_for: ApiFor, shared: Managed
) -> None:
    path = f"deadlines/{shared.deadline.pk}/extend/"
    later = shared.deadline.due_on + timedelta(days=3)
    body = {"new_due_on": later.isoformat(), "reason": "In hospital"}

    assert partner.post(path, body).status_code == 403
    assert api_for(Role.OFFENDER_MANAGER).post(path, body).status_code == 403
    assert sergeant.post(path, {**body, "reason": ""}).status_code == 400
    assert sergeant.post(path, {**body, "new_due_on": shared.deadline.due_on.isoformat()}).status_code == 400
    extended = done(sergeant.post(path, body))

    assert (extended["due_on"], extended["state"]) == (later.isoformat(), "open")
    assert extended["first_due_on"] == shared.deadline.first_due_on.isoformat()
    assert partner.get("deadlines/", extended="true").json()["count"] == 1
    with as_owner():
        assert Act.objects.get(action="cohorts.deadline.extended").subjects == [shared.person.pk]


def test_a_case_is_narrowed_as_on_the_page(
    sergeant: Api, shared: Managed, hidden: Managed, world: dict[str, Any]
) -> None:
    with as_owner():
        Case.objects.filter(pk=hidden.case.pk).update(manager_id=sergeant.client.actor.user_id)

    def found(**query: str) -> list[int]:
        return sorted(row["id"] for row in done(sergeant.get("cases/", **query))["results"])

    both = sorted([shared.case.pk, hidden.case.pk])
    assert found() == found(unit="north") == found(cohort="reoffending") == both
    assert found(scheme="national", cohort="fixed") == both
    assert found(mine="true") == found(manager=str(sergeant.client.actor.user_id)) == [hidden.case.pk]
    assert found(unallocated="true") == found(name="sharedn") == [shared.case.pk]
    assert found(unit="south") == found(status="closed") == found(overdue="true") == []
    assert found(in_custody="false") == both
    assert found(in_custody="true") == []


def test_a_line_of_the_checklist_is_ticked_set_aside_and_opened_again(sergeant: Api, shared: Managed) -> None:
    path = f"checklist/{shared.item.pk}"

    assert sergeant.post(f"{path}/tick/").status_code == 400
    assert done(sergeant.post(f"{path}/tick/", {"evidence": "Bureau, 12 June"}))["status"] == "done"
    assert sergeant.post(f"{path}/not-needed/", {"reason": "Twice"}).status_code == 409
    assert done(sergeant.post(f"{path}/reopen/", {"reason": "Wrong person"}))["status"] == "to_do"
    assert (
        done(sergeant.post(f"{path}/not-needed/", {"reason": "Held by another force"}))["status"]
        == "not_needed"
    )
    with as_owner():
        assert ChecklistItem.objects.get(pk=shared.item.pk).evidence == "Held by another force"


def test_an_engagement_is_planned_missed_and_held(sergeant: Api, shared: Managed) -> None:
    case, now = f"cases/{shared.case.pk}", timezone.now()
    missed = done(sergeant.post(f"engagements/{shared.engagement.pk}/missed/", {"next_step": "Call at home"}))
    later = {
        "kind": "office",
        "planned_at": (now + timedelta(days=2)).isoformat(),
        "with_agency": "probation",
    }
    planned = done(sergeant.post(f"{case}/engagements/plan/", later), 201)
    held = {"kind": "office", "held_at": now.isoformat(), "notes": "Came early.", "engagement": planned["id"]}

    assert missed["attended"] == "no"
    assert planned["with_agency"]["code"] == "probation"
    assert done(sergeant.post(f"{case}/engagements/record/", held), 201)["id"] == planned["id"]
    assert sergeant.post(f"{case}/engagements/record/", held).status_code == 409
    naive = {**later, "planned_at": (now + timedelta(days=2)).replace(tzinfo=None).isoformat()}
    assert "planned_at" in sergeant.post(f"{case}/engagements/plan/", naive).json()


def test_a_person_moves_to_another_cohort_in_one_scheme_at_a_time(sergeant: Api, shared: Managed) -> None:
    path, why = f"cases/{shared.case.pk}/move-placement/", {"rationale": "Firearms found."}

    assert sergeant.post(path, why).status_code == 400
    assert (
        sergeant.post(path, {**why, "national": "free:firearms", "three_cohort": "harm:ocg"}).status_code
        == 400
    )
    assert sergeant.post(path, {**why, "three_cohort": "harm:volume"}).status_code == 400
    assert (
        done(sergeant.post(path, {**why, "three_cohort": "harm:firearms"}), 201)["cohort_name"]
        == "Risk of Harm"
    )


def test_a_case_without_a_place_in_a_scheme_is_given_its_first(sergeant: Api, shared: Managed) -> None:
    path, body = (
        f"cases/{shared.case.pk}/move-placement/",
        {"national": "free:firearms", "rationale": "Found."},
    )
    with as_owner():
        shared.case.placements.filter(scheme="national").delete()

    assert done(sergeant.post(path, body), 201)["cohort"] == "free"
    assert sergeant.post(path, body).status_code == 409


def test_sharing_ends_and_with_it_everything_the_agency_saw(
    sergeant: Api, partner: Api, shared: Managed, world: dict[str, Any]
) -> None:
    AgencyAccessFactory(person=shared.person, agency=world["drugs"])
    assert partner.get("cases/").json()["count"] == 1

    done(
        sergeant.post(
            f"cases/{shared.case.pk}/end-sharing/", {"agency": "probation", "reason": "Order ended"}
        )
    )

    assert partner.get("cases/").json()["count"] == 0
    assert partner.get(f"persons/{shared.person.nominal_ref}/").status_code == 404
    assert sergeant.post(
        f"cases/{shared.case.pk}/share/", {"agency": "lapsed", "reason": "Housing"}
    ).json() == {"detail": "Old Housing Trust has no current information sharing agreement."}


def test_an_entry_of_the_tab_is_reviewed_and_taken_off_once(
    sergeant: Api, api_for: ApiFor, shared: Managed
) -> None:
    path = f"emerging/alerts/{shared.alert.pk}/review/"
    body = {"outcome": "discuss", "rationale": "Three burglaries in a week.", "take_off": True}
    entry = done(sergeant.get("emerging/north/"))["results"][0]

    assert entry["alert"]["rules"] == ["ABSOLUTE"]
    assert entry["overdue"] is False
    assert api_for(Role.OFFENDER_MANAGER).post(path, body).status_code == 403
    assert sergeant.post(path, {**body, "outcome": "ignore"}).status_code == 400
    assert done(sergeant.post(path, body), 201)["took_off"] is True
    assert sergeant.post(path, body).status_code == 409
    assert done(sergeant.get("emerging/north/"))["count"] == 0
    with as_owner():
        assert ThreatAlert.objects.get(pk=shared.alert.pk).outcome == "discuss"


def test_a_score_is_explained_to_the_point_with_its_warning(sergeant: Api, shared: Managed) -> None:
    base = f"persons/{shared.person.nominal_ref}/scores"
    told = done(sergeant.get(f"{base}/ROR/"))

    assert sum(round(float(line["points"]) * 100) for line in told["lines"]) == round(
        float(told["raw"]) * 100
    )
    assert "must not be the sole reason" in told["guide"]
    assert [row["published"] for row in done(sergeant.get(f"{base}/"))["results"]] == [612]
    assert done(sergeant.get(f"{base}/ROR/history/"))["results"] == []
    assert sergeant.get(f"{base}/DA/").status_code == 404
    assert sergeant.get(f"{base}/DA/history/").status_code == 404
    assert sergeant.get("scores/DA/").status_code == 404


def test_a_referral_is_withdrawn_put_off_and_refused(
    sergeant: Api, partner: Api, fresh: Any, world: dict[str, Any]
) -> None:
    def listed() -> str:
        person = PersonFactory(home_unit=world["north"])
        row = ListedReferralFactory(person=person, unit=world["north"], referring_agency=world["probation"])
        return f"referrals/{row.pk}"

    places = ("national", "three_cohort")
    decision = {name: value for name, value in board().items() if name not in places}
    later = (timezone.localdate() + timedelta(days=60)).isoformat()
    no = {**decision, "signpost": "Housing", "look_again_on": later, "note_to_referrer": "Not now."}

    assert partner.post(f"referrals/{fresh.pk}/start-research/").status_code == 403
    assert partner.post(f"referrals/{fresh.pk}/withdraw/", {"reason": ""}).status_code == 400
    assert done(partner.post(f"referrals/{fresh.pk}/withdraw/", {"reason": "Moved away"}))["steps"] == []
    assert done(sergeant.post(f"{listed()}/defer/", decision))["referral"]["status"] == "deferred"
    assert done(sergeant.post(f"{listed()}/refuse/", no))["referral"]["look_again_on"] == later
