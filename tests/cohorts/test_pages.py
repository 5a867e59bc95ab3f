"""The pages of referral and case: each act is shown, done, refused or asked again in sentences (REF, COH, PLN, CMP)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from cohorts.models import Case, DeselectionNotice, Plan, Referral
from cohorts.rules.vocabulary import DESELECTION_CONSIDERATIONS, SELECTION_CONSIDERATIONS
from iom.access.scope import as_owner
from iom.audit.models import Act
from tests.scene import Scene
from tests.today import TODAY
from tests.world import signed_in

LONG = "x" * 10_000
REASON = {"reason": "Agreed at the meeting"}


def day(name: str, ahead: int) -> dict[str, Any]:
    """A date as its three boxes."""
    when = TODAY + timedelta(ahead)
    return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}


def acts() -> int:
    """How many acts that change or disclose have been done."""
    with as_owner():
        return Act.objects.filter(kind__in=("alter", "disclose")).count()


def address(scene: Scene, path: str) -> str:
    return path.format(**scene.objects["north"].values)


def typed_for(scene: Scene, typed: dict[str, Any]) -> dict[str, Any]:
    """What is typed, with `{drugs}` for the id of an agency and `{manager_own}` for that of a person."""
    ids = {name: actor.user_id for name, actor in scene.actors.items()}
    ids |= {name: row.pk for name, row in scene.world.items()}
    return {key: str(value).format(**ids) if "{" in str(value) else value for key, value in typed.items()}


def sentences(found: Any) -> str:
    """Every error of the page's form."""
    return " ".join(str(text) for texts in found.context["form"].errors.values() for text in texts)


def words(found: Any) -> str:
    """What a reader sees of a page, without its markup."""
    return re.sub(r"<[^>]+>", " ", found.content.decode())


def shows_the_score(found: Any) -> bool:
    """Whether the score of the scene stands on the page as a number of its own, which no team's or record's is."""
    return re.search(r"(?<!Team )\b617\b", words(found)) is not None


def board_form(**changes: Any) -> dict[str, Any]:
    """A whole decision to select, as the page sends it."""
    return {
        **day("decided_on", 0),
        "chair": "Insp Rowan Hale",
        "agency_ids": ["{police}", "{probation}"],
        "partner_information": "Probation: breached twice in a month.",
        **dict.fromkeys(SELECTION_CONSIDERATIONS, "Considered"),
        "rationale": "Prolific, and ready to work with us.",
        "outcome": "selected",
        "national": "fixed:burglary",
        "three_cohort": "reoffending:serious_acquisitive",
        **changes,
    }


def board_typed(scene: Scene, **changes: Any) -> dict[str, Any]:
    typed = board_form(**changes)
    return {**typed, "agency_ids": [scene.world["police"].pk, scene.world["probation"].pk]}


PROPOSAL = {
    **dict.fromkeys(DESELECTION_CONSIDERATIONS, "Considered"),
    "rationale": "No offence in a year.",
    "exit_strategy": "Probation keeps in touch.",
}
HELD = {"kind": "initial", "clock_time": "14:30", "attended": "yes", "notes": "Wants a job."}

# who, address, what is typed, the sentence that says it was done
DONE: list[tuple[str, str, dict[str, Any], str]] = [
    ("supervisor", "/cases/{case}/manager/", {"manager_id": "{manager_own}"}, "Manager allocated."),
    (
        "supervisor",
        "/cases/{case}/cohort/three_cohort/",
        {"place": "reoffending:volume", "rationale": "Steals bicycles now"},
        "Moved. The earlier place stays in the history.",
    ),
    (
        "manager_own",
        "/cases/{case}/checklist/{item_id}/",
        {"what": "tick", "evidence": "Confirmed by the bureau"},
        "Checklist updated.",
    ),
    (
        "supervisor",
        "/cases/{case}/deadlines/{deadline_id}/extend/",
        {**day("new_due_on", 40), "reason": "In hospital"},
        "Deadline extended. Reports show both dates.",
    ),
    (
        "supervisor",
        "/cases/{case}/share/",
        {"agency": "{drugs}", "purpose": "Treatment of dependency", "reason": "Treats the dependency"},
        "Shared.",
    ),
    ("supervisor", "/cases/{case}/share/{agency_id}/stop/", REASON, "Sharing ended."),
    ("manager_own", "/cases/{case}/plan/{plan_id}/", {"risks": "Burglary"}, "Draft saved."),
    (
        "manager_own",
        "/cases/{case}/actions/new/",
        {
            "pathway": "ete",
            "description": "Write a CV",
            "owner_agency": "{probation}",
            **day("due_on", 9),
        },
        "Action added.",
    ),
    (
        "partner_share",
        "/cases/{case}/actions/{action_id}/",
        {"step": "finish", "result": "Coach found"},
        "Action updated.",
    ),
    ("manager_own", "/cases/{case}/pathways/", {"pathway": "ete", "need": "high"}, "Pathway recorded."),
    (
        "manager_own",
        "/cases/{case}/engagements/plan/",
        {"kind": "initial", "clock_time": "14:30", **day("day", 3)},
        "Engagement planned.",
    ),
    (
        "manager_own",
        "/cases/{case}/engagements/record/",
        {**HELD, **day("day", -1)},
        "Engagement recorded.",
    ),
    (
        "inspector",
        "/cases/{case}/deselection/{deselection_id}/agree/",
        day("decided_on", 0),
        "Agreed.",
    ),
    (
        "inspector",
        "/cases/{case}/deselection/{deselection_id}/turn-down/",
        REASON,
        "Turned down. The case goes on.",
    ),
    ("partner_share", "/referrals/{referral}/withdraw/", REASON, "Referral withdrawn."),
    ("partner_share", "/cases/{case}/notices/{notice_id}/", {"x": 1}, "Acknowledged."),
]


@pytest.mark.parametrize(
    ("who", "path", "typed", "said"), DONE, ids=lambda v: v if isinstance(v, str) else ""
)
def test_an_act_is_asked_for_done_and_said(
    stage: Scene, who: str, path: str, typed: dict[str, Any], said: str
) -> None:
    browser, url = stage.browsers[who], address(stage, path)
    asked, before = browser.get(url), acts()
    assert asked.status_code == (405 if "/notices/" in path else 200)

    done = browser.post(url, typed_for(stage, typed))

    assert done.status_code == 302, sentences(done)
    assert next(str(m) for m in get_messages(done.wsgi_request)).startswith(said)
    assert acts() > before
    assert browser.get(done["Location"]).status_code == 200


# who, address, what is typed, a part of the sentence that says why not, the field it stands at
NOT_DONE: list[tuple[str, str, dict[str, Any], str, str]] = [
    (
        "supervisor",
        "/cases/{case}/manager/",
        {"manager_id": "999999"},
        "Select one of the answers",
        "manager_id",
    ),
    (
        "supervisor",
        "/cases/{case}/manager/",
        {"partner_manager_id": "{partner_no_share}"},
        "Share the case",
        "",
    ),
    (
        "supervisor",
        "/cases/{case}/cohort/national/",
        {"place": "evil:x", "rationale": "R"},
        "Select one",
        "place",
    ),
    ("supervisor", "/cases/{case}/cohort/national/", {"place": "fixed:burglary"}, "Enter", "rationale"),
    ("manager_own", "/cases/{case}/checklist/{item_id}/", {"what": "tick"}, "Enter", "evidence"),
    (
        "supervisor",
        "/cases/{case}/deadlines/{deadline_id}/extend/",
        {**day("new_due_on", -1), "reason": "Late"},
        "must be",
        "new_due_on",
    ),
    (
        "supervisor",
        "/cases/{case}/share/",
        {"agency": "{lapsed}", "purpose": "P", "reason": "R"},
        "no current information",
        "",
    ),
    (
        "supervisor",
        "/cases/{case}/share/",
        {"agency": "{probation}", "purpose": "P", "reason": "R"},
        "shared with",
        "",
    ),
    ("supervisor", "/cases/{case}/share/", {"agency": "{police}", "reason": "R"}, "Select one", "agency"),
    ("supervisor", "/cases/{case}/share/{agency_id}/stop/", {"reason": LONG}, "2000 characters", "reason"),
    ("manager_own", "/cases/{case}/plan/{plan_id}/", {"risks": LONG}, "8000 characters", "risks"),
    ("manager_own", "/cases/{case}/plan/{plan_id}/", {"risks": "a\x00b"}, "ull character", "risks"),
    (
        "manager_own",
        "/cases/{case}/actions/new/",
        {"pathway": "ete", "description": "D", "owner_agency": "0", **day("due_on", 2)},
        "Select",
        "owner_agency",
    ),
    (
        "manager_own",
        "/cases/{case}/actions/new/",
        {"pathway": "ete", "description": "D", "owner_agency": "{probation}", **day("due_on", -2)},
        "must be",
        "due_on",
    ),
    (
        "manager_own",
        "/cases/{case}/pathways/",
        {"pathway": "ete", "need": "high", **day("referred_on", 2)},
        "must be",
        "referred_on",
    ),
    (
        "manager_own",
        "/cases/{case}/engagements/record/",
        {**HELD, **day("day", 2)},
        "must be",
        "day",
    ),
    (
        "manager_own",
        "/cases/{case}/engagements/record/",
        {**HELD, **day("day", -2), "clock_time": "25:99"},
        "time",
        "clock_time",
    ),
    (
        "manager_own",
        "/cases/{case}/engagements/plan/",
        {"kind": "initial", "clock_time": "00:00", **day("day", 0)},
        "must be in the future",
        "day",
    ),
    ("manager_own", "/cases/{case}/deselection/", PROPOSAL, "a proposal waits", ""),
    ("manager_own", "/cases/{case}/deselection/", {**PROPOSAL, "intelligence": " "}, "Enter", "intelligence"),
    (
        "inspector",
        "/cases/{case}/deselection/{deselection_id}/agree/",
        day("decided_on", 3),
        "must be",
        "decided_on",
    ),
    (
        "inspector",
        "/cases/{case}/deselection/{deselection_id}/complete/",
        {"rationale": "Settled"},
        "cannot",
        "",
    ),
    ("supervisor", "/referrals/{referral}/list/", day("board_on", -1), "must be", "board_on"),
    ("supervisor", "/referrals/{referral}/list/", day("board_on", 4), "cannot", ""),
    ("supervisor", "/referrals/{referral}/match/?q=Northmarker", {"person": "999999"}, "", "person"),
]


@pytest.mark.parametrize(
    ("who", "path", "typed", "why", "field"), NOT_DONE, ids=lambda v: v[:40] if isinstance(v, str) else ""
)
def test_what_a_rule_or_the_input_forbids_is_said_at_the_form_and_changes_nothing(
    stage: Scene, who: str, path: str, typed: dict[str, Any], why: str, field: str
) -> None:
    before = acts()

    found = stage.browsers[who].post(address(stage, path), typed_for(stage, typed))

    assert found.status_code == 200
    assert why in sentences(found)
    assert (field or "__all__") in found.context["form"].errors
    assert "There is a problem" in found.content.decode()
    assert acts() == before


@pytest.mark.parametrize(
    ("who", "path", "status", "why"),
    [
        ("supervisor", "/referrals/{referral}/research/", 409, "cannot"),
        ("manager_own", "/cases/{case}/plan/new/", 409, "still being written"),
        ("manager_own", "/cases/{case}/plan/{plan_id}/complete/", 400, "Enter the risks"),
        ("supervisor", "/cases/{case}/plan/{plan_id}/endorse/", 409, "cannot"),
    ],
)
def test_a_button_that_comes_too_early_is_answered_by_a_sentence(
    stage: Scene, who: str, path: str, status: int, why: str
) -> None:
    before = acts()

    found = stage.browsers[who].post(address(stage, path), {"x": 1})

    assert found.status_code == status
    assert why in found.content.decode()
    assert acts() == before


def test_a_plan_is_written_completed_sent_back_completed_and_endorsed(stage: Scene) -> None:
    manager, sergeant = stage.browsers["manager_own"], stage.browsers["supervisor"]
    plan = address(stage, "/cases/{case}/plan/{plan_id}/")
    manager.post(plan, {"risks": "Burglary", "triggers": "Debt", "objectives": "Work by August"})

    assert manager.post(f"{plan}complete/").status_code == 302
    assert sergeant.post(f"{plan}return/", REASON).status_code == 302
    assert manager.post(f"{plan}complete/").status_code == 302
    assert sergeant.post(f"{plan}endorse/").status_code in (302, 409)
    with as_owner():
        assert Plan.objects.get(pk=stage.objects["north"]["plan_id"]).status in ("endorsed", "completed")


def test_a_record_is_not_shown_under_the_address_of_another_case(stage: Scene) -> None:
    other = {**stage.objects["north"].values, "case": stage.objects["hub"]["case"]}
    browser = stage.browsers["central_spoc"]
    for path in (
        "/cases/{case}/plan/{plan_id}/",
        "/cases/{case}/actions/{action_id}/",
        "/cases/{case}/checklist/{item_id}/",
        "/cases/{case}/deadlines/{deadline_id}/extend/",
        "/cases/{case}/engagements/{engagement_id}/",
        "/cases/{case}/deselection/{deselection_id}/agree/",
    ):
        assert browser.get(path.format(**other)).status_code == 404


def decision_page(scene: Scene) -> tuple[Client, str]:
    return scene.browsers["supervisor"], address(scene, "/referrals/{referral}/decision/")


def test_no_decision_is_filled_in_and_no_score_shown_before_partners_and_rationale_are_written(
    stage: Scene,
) -> None:
    browser, url = decision_page(stage)

    first = browser.get(url)
    assert not shows_the_score(first)
    assert first.context["form"]["outcome"].value() in (None, "")
    assert b"checked" not in first.content

    early = browser.post(url, {"show_score": "1", "rationale": "Prolific"})
    assert early.context["scores"] is None
    assert early.context["form"].errors == {
        "partner_information": [
            "Enter the information from partners that was considered before you look at the scores"
        ]
    }
    assert "Prolific" in early.content.decode()
    assert not shows_the_score(early)

    weighed = browser.post(
        url, {"show_score": "1", "rationale": "Prolific", "partner_information": "Breached"}
    )
    assert shows_the_score(weighed)
    assert b"There is a problem" not in weighed.content
    assert "Prolific" in weighed.content.decode()
    with as_owner():
        assert Referral.objects.get(pk=stage.objects["north"]["referral"]).status == "listed"


def test_the_board_selects_and_the_case_opens(stage: Scene) -> None:
    browser, url = decision_page(stage)

    done = browser.post(url, board_typed(stage))

    assert done.status_code == 302, sentences(done)
    with as_owner():
        case = Case.objects.get(person=stage.objects["north"]["candidate"])
        assert case.deadlines.count() == 3
    assert done["Location"] == f"/cases/{case.pk}/"
    assert browser.post(url, board_typed(stage)).status_code == 200
    with as_owner():
        assert Case.objects.filter(person=stage.objects["north"]["candidate"]).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "evil"}, "outcome"),
        ({"rationale": LONG}, "rationale"),
        ({"three_cohort": "", "national": ""}, "three_cohort"),
        ({next(iter(SELECTION_CONSIDERATIONS)): " "}, next(iter(SELECTION_CONSIDERATIONS))),
        ({"outcome": "not_selected", "note_to_referrer": "Thank you"}, "signpost"),
        (day("decided_on", 1), "decided_on"),
    ],
    ids=str,
)
def test_a_decision_that_lacks_something_says_so_and_decides_nothing(
    stage: Scene, changes: dict[str, Any], field: str
) -> None:
    browser, url = decision_page(stage)
    before = acts()

    found = browser.post(url, board_typed(stage, **changes))

    assert found.status_code == 200
    assert field in found.context["form"].errors
    assert acts() == before


def test_not_selecting_signposts_and_tells_the_referrer(stage: Scene) -> None:
    browser, url = decision_page(stage)
    typed = board_typed(
        stage, outcome="not_selected", signpost="Drug service", note_to_referrer="See the note"
    )

    done = browser.post(url, {**typed, **day("look_again_on", 30)})

    assert done.status_code == 302, sentences(done)
    page = stage.browsers["partner_share"].get(address(stage, "/referrals/{referral}/"))
    assert "See the note" in page.content.decode()
    assert "Prolific, and ready" not in page.content.decode()


def referral_form(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "given_names": "Sam",
        "family_name": "Unknownperson",
        "unit_id": scene.world["north"].pk,
        "ground": "reoffending",
        "route": "referral",
        "reasons": "Three burglaries in a month.",
        "request_key": "6a1c1a0e-6d6b-4e8e-9f0e-000000000001",
        **changes,
    }


def test_a_partner_refers_somebody_once_and_follows_it(stage: Scene) -> None:
    browser = stage.browsers["partner_share"]

    sent = browser.post("/referrals/new/", referral_form(stage))
    again = browser.post("/referrals/new/", referral_form(stage))

    assert sent.status_code == 302, sentences(sent)
    assert again.status_code == 200
    assert "__all__" in again.context["form"].errors
    assert "Unknownperson" in browser.get(sent["Location"]).content.decode()
    assert stage.browsers["partner_no_share"].get(sent["Location"]).status_code == 404


def test_an_agency_without_an_agreement_cannot_refer(stage: Scene) -> None:
    lapsed = signed_in(stage.actors["partner_lapsed"])

    found = lapsed.post("/referrals/new/", referral_form(stage))

    assert found.status_code == 403
    assert "sharing agreement has ended" in found.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"unit_id": "999999"},
        {"unit_id": "evil"},
        {"ground": "evil"},
        {"reasons": LONG},
        {"reasons": "a\x00b"},
        {"family_name": " "},
        {"request_key": "not-a-key"},
        day("date_of_birth", 1),
        {"date_of_birth_day": "31", "date_of_birth_month": "2", "date_of_birth_year": "1990"},
    ],
    ids=str,
)
def test_a_referral_with_bad_input_is_asked_again_with_what_was_typed(
    stage: Scene, changes: dict[str, Any]
) -> None:
    before = acts()

    found = stage.browsers["partner_share"].post("/referrals/new/", referral_form(stage, **changes))

    assert found.status_code == 200
    assert found.context["form"].errors
    assert "Sam" in found.content.decode()
    assert acts() == before


def test_refer_from_the_tab_is_filled_with_what_is_known_and_no_decision(stage: Scene) -> None:
    north = stage.objects["north"]
    url = f"/referrals/new/?person=NV1000002&alert={north['alert_id']}"

    page = stage.browsers["supervisor"].get(url)

    form = page.context["form"]
    assert form["family_name"].value() == "Candidatemarker"
    assert form["ground"].value() == "emerging_threat"
    assert "rose by 417" in form["reasons"].value()
    assert stage.browsers["partner_no_share"].get(url).status_code == 404
    assert stage.browsers["partner_share"].get("/referrals/new/?alert=²").status_code == 200


def test_match_finds_by_name_and_starts_the_research(stage: Scene) -> None:
    browser = stage.browsers["supervisor"]
    sent = stage.browsers["partner_share"].post(
        "/referrals/new/", referral_form(stage, family_name="Candidatemarker")
    )
    url = f"{sent['Location']}match/"
    assert "NV1000002" in browser.get(f"{url}?q=Candidatemarker").content.decode()

    done = browser.post(f"{url}?q=Candidatemarker", {"person": stage.objects["north"]["candidate"]})

    assert done.status_code == 302, sentences(done)
    police, partner = browser.get(sent["Location"]), stage.browsers["partner_share"].get(sent["Location"])
    assert police.context["view"].pack
    assert partner.context["view"].pack is None


PARTNER_PAGES = (
    "/",
    "/people/?q=Northmarker",
    "/people/NV1000001/",
    "/people/NV1000001/timeline/",
    "/people/NV1000002/",
    "/people/NV1000003/",
    "/people/?q=NV1000001",
    "/people/?q=NV1000003",
    "/cases/",
    "/cases/?name=Northmarker",
    "/cases/{case}/",
    "/cases/{case}/plan/",
    "/cases/{case}/engagements/",
    "/referrals/",
    "/referrals/{referral}/",
    "/deadlines/",
    "/meetings/",
    "/meetings/{meeting}/",
    "/notifications/",
    "/agencies/",
)


MARKERS = (
    "Northmarker",
    "Candidatemarker",
    "Hubmarker",
    "NV1000001",
    "NV1000002",
    "NV1000003",
    "2001/1234567A",
)


@pytest.mark.parametrize("path", PARTNER_PAGES)
def test_a_partner_whose_agreement_has_ended_meets_no_page_at_all(stage: Scene, path: str) -> None:
    lapsed = signed_in(stage.actors["partner_lapsed"])

    assert lapsed.get(address(stage, path)).status_code == 403
    assert lapsed.get(address(stage, path)).status_code == 302


@pytest.mark.parametrize("path", PARTNER_PAGES)
def test_a_partner_with_whom_nobody_is_shared_meets_no_name_reference_or_count(
    stage: Scene, path: str
) -> None:
    found = stage.browsers["partner_no_share"].get(address(stage, path))
    text = found.content.decode()

    assert found.status_code in (200, 404)
    for marker in MARKERS:
        assert marker in path or marker not in text
    page = found.context and (found.context.get("page") or found.context.get("found"))
    if page:
        assert page.count_text == "0"
    if found.context and found.context.get("counts"):
        assert set(found.context["counts"].values()) == {0}


@pytest.mark.parametrize("path", PARTNER_PAGES)
def test_a_partner_sees_of_a_shared_person_no_score_no_pack_and_no_deselection(
    stage: Scene, path: str
) -> None:
    found = stage.browsers["partner_share"].get(address(stage, path))
    text = found.content.decode()

    assert "Hubmarker" not in text
    assert "No offence in a year" not in text
    assert 'href="/emerging/' not in text
    assert not shows_the_score(found)
    assert 'href="/scores/"' not in text
    assert "Research pack" not in text
    if found.status_code == 200 and "NV1000001" in path and "q=" not in path:
        assert "Northmarker" in text


def test_my_day_counts_what_waits_and_shows_an_administrator_nobody(stage: Scene) -> None:
    own = stage.browsers["supervisor"].get("/")
    admin = stage.browsers["administrator"].get("/")

    # Not that of a case that was closed around it.
    assert own.context["counts"]["deselections_to_decide"] == 1
    assert b"Northmarker" in own.content
    assert b"marker" not in admin.content


def test_only_who_may_acknowledge_a_deselection_is_asked_to_and_a_partner_reads_of_its_own_notice(
    stage: Scene,
) -> None:
    north = stage.objects["north"]
    with as_owner():
        DeselectionNotice.objects.create(
            case_id=north["case"],
            deselection_id=north["deselection_id"],
            agency=stage.world["drugs"],
            told_on=TODAY,
        )

    def page(who: str) -> str:
        return str(stage.browsers[who].get(f"/cases/{north['case']}/").content.decode())

    asked = {
        who: page(who).count("/notices/") for who in ("supervisor", "partner_share", "analyst", "auditor")
    }

    assert asked == {"supervisor": 2, "partner_share": 1, "analyst": 0, "auditor": 0}
    assert "Clearwater Recovery" not in page("partner_share")
