"""The rules of the house that no other tool checks (style.md, security.md)."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from iom.access.scope import as_owner
from iom.audit.models import Act
from tests.architecture.addresses import addresses
from tests.architecture.test_role_url_matrix import EXPECTED, WANTED, url_of
from tests.scene import Scene

ROOT = Path(settings.BASE_DIR)
APPS = ("iom", "cohorts", "scoring", "tagging", "meetings", "reports")
MARKERS = {
    "Northmarker": ("north", "person"),
    "Candidatemarker": ("north", "candidate"),
    "Hubmarker": ("hub", "person"),
}
# Reference data that names nobody: districts for a filter or a form.
DOORS_MAY_READ = ("Unit.objects", "Agency.objects")


# The moment of a record of what the product itself did, never a moment that a rule judges.
STAMP_THEIR_OWN_RECORDS = {
    "iom/audit/services/recording.py",
    "iom/jobs/services.py",
    "iom/notifications/services.py",
}


def sources(*endings: str) -> list[Path]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in files if str(path.relative_to(ROOT)).endswith(endings)]


def doors() -> list[Path]:
    named = sources("/views.py", "/api.py", "/tasks.py")
    inside = [
        path for app in APPS for room in ("views", "api") for path in (ROOT / app).rglob(f"{room}/*.py")
    ]
    return named + inside


@pytest.mark.parametrize("who", ["supervisor", "central_spoc", "partner_share", "auditor"])
def test_whoever_is_shown_on_a_page_is_in_the_record_of_looks(stage: Scene, who: str) -> None:
    unseen = []
    for name, method, thing in EXPECTED:
        if method != "GET" or EXPECTED[name, method, thing][who] != 200:
            continue
        with as_owner():
            last = Act.objects.order_by("-id").values_list("id", flat=True).first() or 0
        found = stage.browsers[who].get(url_of(stage, name, thing))
        text = b"".join(found).decode("utf-8", "replace")
        with as_owner():
            looked_at = {pk for act in Act.objects.filter(id__gt=last) for pk in act.subjects}
        for marker, (whose, key) in MARKERS.items():
            if marker in text and stage.objects[whose][key] not in looked_at:
                unseen.append((name, thing, marker))

    assert unseen == []


def test_pages_about_a_person_are_among_those_that_were_walked() -> None:
    about = {name for name, wanted in WANTED.items() if "nominal_ref" in wanted}

    assert {name for name, method, _ in EXPECTED if method == "GET"} >= about
    assert len(about) >= 5


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_check_of_the_databases_rights_has_nothing_to_say() -> None:
    said = StringIO()

    with as_owner():
        call_command("authz_check", stdout=said, stderr=said)

    assert said.getvalue() == ""


def test_doors_ask_no_tables_but_those_of_reference() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {use}"
        for path in doors()
        for use in re.findall(r"\w+\.(?:objects|_default_manager)\b", path.read_text())
        if use not in DOORS_MAY_READ
    ]

    assert found == []


def test_only_doors_ask_the_clock() -> None:
    """Rules, services, selectors and permissions are told the day (`on=`) and the moment (`at=`)."""
    inner = [
        path
        for path in sources(".py")
        if re.search(r"/(rules|services|selectors|permissions)(\.py|/)", f"/{path.relative_to(ROOT)}")
    ]
    asks = r"clock\.(?:now|today)\(|timezone\.(?:now|localdate)\(|date\.today\(|datetime\.now\("

    assert len(inner) > 50
    asking = {str(path.relative_to(ROOT)) for path in inner if re.search(asks, path.read_text())}
    assert asking <= STAMP_THEIR_OWN_RECORDS


def test_nobody_outside_access_asks_guardian_for_lists_of_objects() -> None:
    users = [path for path in sources(".py") if "get_objects_for_user" in path.read_text()]

    assert [str(path.relative_to(ROOT)) for path in users if ROOT / "iom/access" not in path.parents] == []


def test_the_form_that_keeps_a_list_of_ids_cheap_is_written_once() -> None:
    """`ids_from` and the row policies share it: a second hand would leave out the inner SELECT (decision 13)."""
    written = [
        str(path.relative_to(ROOT)) for path in sources(".py") if "unnest((SELECT authz." in path.read_text()
    ]

    assert written == ["iom/kernel/policies.py"]


def test_templates_hold_no_inline_style_and_no_script_without_a_nonce() -> None:
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        if path.is_relative_to(ROOT / "templates/reports") and "pdf" in path.name:
            continue
        text = path.read_text()
        found += [
            (path.name, bad) for bad in re.findall(r"<style|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", text)
        ]
        scripts = re.findall(r"<script\b([^>]*)>", text)
        found += [(path.name, tag) for tag in scripts if "src=" not in tag and "nonce=" not in tag]

    assert found == []


def test_templates_ask_no_managers() -> None:
    found = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\.objects|_set\.all|\.filter\b", path.read_text())
    ]

    assert found == []


def test_every_view_says_which_methods_it_answers() -> None:
    """Tried by request in the matrix; here that no address was left out of it."""
    assert {one.name for one in addresses()} == {name for name, _, thing in EXPECTED if thing == "north"}
