"""Score models: loaded, hashed, checked, approved by somebody else, and then left alone (SCO-1)."""

import copy
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction

from iom.access.actor import SYSTEM
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.kernel.errors import Forbidden
from scoring import shipped
from scoring.models import OffenceCode, ScoreModel
from scoring.rules.config import BadModel, canonical, config_hash, parse
from scoring.services.drafts import draft_model
from scoring.services.models import load_shipped_models
from tests.scoring.factories import AT_NIGHT, TODAY, model_in_use

STATED = {
    "ROR": "6fb72db532aa37a81d985061ba202e686ed40821733919b74cdf74352e54a0d9",
    "DA": "8d1d9280714685bc472fa3632e46b0aa800dc8afd0d3413d48dcc34d8d93a4cd",
    "CSE": "183630a271220e97a949ad13bd74101a0f0bdeab39e17b2eb9d9c92461c57ba3",
    "FIREARMS": "dc1b8e617844cd682dd6bffc78803b90e4b99d9b9fcbe7e20e923656921eeade",
    "OCG": "8ca17a7b658e1dfcd415a53cb856ffd8f10760ec9332a9afbf1499c4c3fc7f7e",
}
REASONS = shipped.reasons("ROR", "1.0.0")


def document(**changes):
    found = copy.deepcopy(dict(shipped.models()["ROR"].document))
    del found["config_hash"]
    for path, value in changes.items():
        *parents, last = path.split("__")
        part = found
        for key in parents:
            part = part[key]
        part[last] = value
    return found


def test_the_config_hashes_are_reproduced():
    assert {code: config_hash(config.document) for code, config in shipped.models().items()} == STATED


def test_the_hash_does_not_depend_on_how_the_document_is_written():
    turned = dict(reversed(list(shipped.models()["ROR"].document.items())))

    assert config_hash(turned) == STATED["ROR"]
    assert json.loads(canonical(turned)) == document()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"colour": "red"}, "Unknown in the model: colour."),
        ({"status__suspect": "1.01"}, "The factor of suspect is not a number from 0 to 1."),
        ({"status__suspect": "-0.1"}, "The factor of suspect"),
        ({"status__suspect": "0.405"}, "The factor of suspect"),
        ({"status__arraigned": "0.5"}, "Unknown in status: arraigned."),
        ({"intel__1A": "lots"}, "The factor of 1A"),
        ({"families__crime__half_life": 0}, "The half-life of crime is below 1 day."),
        ({"families__crime__lookback": 0}, "The lookback of crime is below 1 day."),
        ({"families__crime__cap": -1}, "The cap of crime is below 0."),
        ({"families__crime__colour": 1}, "Unknown in family crime: colour."),
        (
            {"families__stop_search": {"half_life": 1, "lookback": 1, "cap": None}},
            "stop_search is not a family",
        ),
        ({"weights__crime__other": -1}, "The points of crime other are not whole, 0 or more."),
        ({"weights__crime__other": 1.5}, "The points of crime other"),
        ({"bands": [["A", 0], ["B", 350], ["C", 350]]}, "The bands do not rise strictly."),
        ({"bands": [["A", 1], ["B", 350]]}, "The lowest band does not begin at 0."),
        ({"frequency__steps": [[3, 50], [2, 60]]}, "The steps of frequency do not rise."),
        ({"frequency__min_factor": "2"}, "min_factor is not a number from 0 to 1."),
        ({"emerging__window": 0}, "window is not a whole number."),
        ({"emerging__rel_ratio": "0.9"}, "rel_ratio is below 1."),
        ({"version": "1.0"}, "The version is three numbers"),
        ({"config_hash": "0" * 64}, "The config_hash does not fit the content"),
        ({"weights__crime": ["burglary"]}, "The model is not built as expected"),
        ({"version": "1.0.²"}, "The version is three numbers"),
        ({"version": "01.0.0"}, "The version is three numbers"),
        ({"code": "ror"}, "The code is not a word in capitals"),
        ({"bands": [["A", 0], ["B' OR 'x", 350]]}, "The band B' OR 'x is not a word in capitals"),
        ({"bands": [["A", 0], ["A", 350]]}, "Two bands have one name."),
        ({"weights__crime__other": 1_000_001}, "The points of crime other are not whole"),
        ({"weights__crime__Free text": 1}, "The category crime Free text is not a word of a feed."),
        ({"families__crime__lookback": 40_000}, "The lookback of crime is beyond 36,525 days."),
        ({"families": {}, "weights": {}}, "The model has no families."),
    ],
)
def test_a_model_with_a_fault_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(BadModel, match=sentence.replace("(", r"\(").replace(".", r"\.")):
        parse(document(**changes))


def test_every_category_of_every_shipped_model_has_a_rationale_and_the_same_points():
    wanted = {
        (code, family, category): str(base)
        for code, config in shipped.models().items()
        for family, categories in config.weights.items()
        for category, base in categories.items()
    }

    assert set(shipped.rationales()) == set(wanted)
    assert all(text.strip() for text in shipped.rationales().values())
    assert shipped.base_points() == wanted


def test_the_draft_for_organised_crime_weighs_only_what_some_other_model_or_a_feed_already_names():
    """OCG in the form of FIREARMS: no category of its own making, no grades, not released."""
    ocg = shipped.models()["OCG"]
    named = {
        (family, category)
        for code in ("ROR", "DA", "CSE", "FIREARMS")
        for family, categories in shipped.models()[code].weights.items()
        for category in categories
    }

    assert {(family, category) for family, known in ocg.weights.items() for category in known} <= named
    assert (ocg.version, ocg.banded, ocg.status) == ("0.1.0", False, shipped.models()["FIREARMS"].status)
    assert ocg.horizons().keys() <= set(shipped.HALF_LIVES)


@pytest.mark.django_db
def test_every_category_of_the_offence_codes_is_in_the_models():
    with as_service():
        codes = list(OffenceCode.objects.values_list("ror_category", "da_category", "draft"))

    assert len(codes) == 3039
    assert {ror for ror, _, _ in codes} <= set(shipped.models()["ROR"].weights["crime"])
    assert {da for _, da, _ in codes} <= set(shipped.models()["DA"].weights["crime"])
    assert all(draft for _, _, draft in codes)


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_without_a_person_nothing_comes_into_use(actor_of):
    chair = actor_of(Role.CENTRAL_SPOC)
    with as_service():
        rows = load_shipped_models(by=SYSTEM, on=TODAY, at=AT_NIGHT)
        assert {row.status for row in rows} == {"draft"}

        load_shipped_models(by=chair, on=TODAY, at=AT_NIGHT)
        load_shipped_models(by=chair, on=TODAY, at=AT_NIGHT)

        statuses = dict(ScoreModel.objects.values_list("code", "status"))
    assert statuses == {"ROR": "active", "DA": "active", "CSE": "draft", "FIREARMS": "draft", "OCG": "draft"}


@pytest.mark.django_db
def test_the_command_loads_and_says_what_is_in_use(actor_of, capsys):
    chair = actor_of(Role.CENTRAL_SPOC)

    call_command("load_score_models", "--approve-as", chair.username)

    assert f"ROR 1.0.0: active, {STATED['ROR']}" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_database_itself_refuses_an_author_who_approves(actor_of):
    author = actor_of(Role.CENTRAL_SPOC)
    with as_actor(author):
        draft = draft_model(document(version="1.1.0"), reasons=REASONS, by=author)

    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        ScoreModel.objects.filter(pk=draft.pk).update(approver_id=author.user_id)


@pytest.mark.django_db
def test_who_may_not_approve_is_refused(actor_of):
    officer = actor_of(Role.OFFENDER_MANAGER)

    with as_actor(officer), pytest.raises(Forbidden):
        draft_model(document(version="1.1.0"), reasons=REASONS, by=officer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"config": {}},
        {"config_hash": "0" * 64},
        {"version": "2.0.0"},
        {"status": "draft"},
        {"status": "shadow"},
        {"effective_from": date(2030, 1, 1)},
        {"approval_reason": "Another."},
    ],
    ids=lambda change: next(iter(change.items()))[0],
)
def test_a_model_in_use_cannot_be_changed_even_by_the_owner(change):
    row = model_in_use()

    with as_owner(), pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        ScoreModel.objects.filter(pk=row.pk).update(**change)


def test_the_order_of_the_lines_survives_a_document_that_has_lost_the_order_of_its_keys() -> None:
    for config in shipped.models().values():
        document = {**config.document, "families": dict(sorted(config.document["families"].items()))}

        assert list(parse(document).families) == list(config.families) == list(config.document["families"])
