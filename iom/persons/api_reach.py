"""Reaching a record that is not one's own, by the API: the same rules, reasons and records as on the pages (SHR-2)."""

from typing import Any

from rest_framework import serializers

from iom.access.actor import Actor
from iom.access.api import Rows, acts, endpoint, lists
from iom.access.models import PersonUserGrant
from iom.access.rules import OPENINGS, GrantKind
from iom.access.scoped import ScopedSerializer
from iom.accounts.api import StaffSerializer
from iom.accounts.rules import Power
from iom.agencies.api import UnitSerializer
from iom.kernel import clock
from iom.kernel.api import Code, Day, Input, Paging, Words
from iom.kernel.compartments import Compartment
from iom.kernel.reads import naming_nobody
from iom.persons import services
from iom.persons.openings import OpeningLine, opening_lines, openings_visible_to
from iom.persons.permissions import visible_to
from iom.persons.rules import typed_elsewhere

TAG = "Reach"
C = Compartment
WHETHER = "whether a reference that was typed is within reach; what is opened is written down by the database"


class ElsewhereSerializer(ScopedSerializer):
    """What the whole force may know of a person of another district: enough to ask the right people."""

    nominal_ref = serializers.CharField()
    given_names = serializers.CharField()
    family_name = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    district = serializers.CharField()
    is_managed = serializers.BooleanField()
    managing_unit = serializers.CharField(allow_null=True)
    contact_team = serializers.CharField(allow_null=True)
    contact_phone = serializers.CharField(allow_null=True)
    contact_email = serializers.CharField(allow_null=True)
    within_reach = serializers.BooleanField(help_text="Whether the record opens without more.")

    class Meta:
        compartments = {
            **dict.fromkeys(("nominal_ref", "given_names", "family_name", "birth_year"), C.CORE),
            **dict.fromkeys(("district", "is_managed", "managing_unit", "within_reach"), C.CORE),
            **dict.fromkeys(("contact_team", "contact_phone", "contact_email"), C.STRUCTURE),
        }


class FoundSerializer(ScopedSerializer):
    found = ElsewhereSerializer(many=True)

    class Meta:
        compartments = {"found": C.CORE}


class OpenedSerializer(ScopedSerializer):
    """`is_open` is false where there is no such record; `until` is null where it was within reach all along."""

    nominal_ref = serializers.CharField()
    is_open = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True)

    class Meta:
        compartments = dict.fromkeys(("nominal_ref", "is_open", "until"), C.CORE)


class SearchElsewhere(Input):
    q = Words(120, help_text="A whole reference or PNC, or the family name and all first names.")
    born = Day(required=False, allow_null=True, default=None)
    reason = Words(500, help_text="At least 10 characters.")


class OpenElsewhere(Input):
    reason = Words(500, help_text="At least 10 characters.")


class Emergency(Input):
    reference = Words(20, help_text="The whole nominal reference.")
    reason = Words(500, help_text="At least 10 characters. Supervision is told at once and reviews it.")


@acts("elsewhere_search", FoundSerializer, takes=SearchElsewhere)
def search_elsewhere(actor: Actor, typed: dict[str, Any]) -> dict[str, Any]:
    """Search the whole force for an exact name or reference, with a reason."""
    asked = typed_elsewhere(typed["q"], on=clock.today())
    found = services.search_elsewhere(asked, by=actor, born=typed["born"], reason=typed["reason"])
    ids = [one.person_id for one in found]
    within = set(visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return {"found": [vars(one) | {"within_reach": one.person_id in within} for one in found]}


@acts("elsewhere_open", OpenedSerializer, takes=OpenElsewhere)
def open_elsewhere(actor: Actor, typed: dict[str, Any], nominal_ref: str) -> dict[str, Any]:
    """Open one record of another district for some hours, with a reason."""
    with naming_nobody(WHETHER):
        return _answer(services.open_elsewhere(nominal_ref, by=actor, reason=typed["reason"]), nominal_ref)


@acts("emergency_open", OpenedSerializer, takes=Emergency, steps_up="break_glass")
def emergency(actor: Actor, typed: dict[str, Any]) -> dict[str, Any]:
    """Open any record in an emergency, with a sign-in confirmed just now; supervision is told at once, also of a
    reference that is nobody's."""
    with naming_nobody(WHETHER):
        given = services.break_glass(typed["reference"], by=actor, reason=typed["reason"], at=clock.now())
    return _answer(given, typed["reference"])


def _answer(opened: services.Opened | None, reference: str) -> dict[str, Any]:
    if opened is None:
        return {"nominal_ref": reference, "is_open": False, "until": None}
    return {"nominal_ref": opened.nominal_ref, "is_open": True, "until": opened.until}


class OpeningSerializer(ScopedSerializer):
    """One record that somebody opened; the person only where the reader may see them."""

    id = serializers.IntegerField(source="grant.pk")
    kind = Code("OpeningKind", [GrantKind(kind).value for kind in OPENINGS], source="grant.kind")
    person = serializers.CharField(source="subject.reference", default=None, allow_null=True)
    opened_by = StaffSerializer(source="grant.user")
    unit = UnitSerializer(source="grant.unit", allow_null=True)
    reason = serializers.CharField(source="grant.reason")
    opened_at = serializers.DateTimeField(source="grant.granted_at")
    expires_at = serializers.DateTimeField(source="grant.expires_at", allow_null=True)
    is_over = serializers.BooleanField()
    reviewed_by = StaffSerializer(source="grant.reviewed_by", allow_null=True)
    reviewed_at = serializers.DateTimeField(source="grant.reviewed_at", allow_null=True)
    review_note = serializers.CharField(source="grant.review_note")
    may_review = serializers.BooleanField()

    class Meta:
        model = PersonUserGrant
        compartments = {
            "person": C.CORE,
            **dict.fromkeys(
                (
                    *("id", "kind", "opened_by", "unit", "reason", "opened_at", "expires_at", "is_over"),
                    *("reviewed_by", "reviewed_at", "review_note", "may_review"),
                ),
                C.OPERATIONS,
            ),
        }


class OpeningQuery(Paging):
    show = Code("OpeningsShown", ("waiting", "all"), default="waiting")


class OpeningReview(Input):
    note = Words(2000, help_text="Whether it was right, in at least 10 characters.")


@lists("openings_list", OpeningSerializer, power=Power.SEE_AUDIT, query=OpeningQuery)
def openings(actor: Actor, asked: dict[str, Any]) -> Rows:
    """What your team opened, and what was opened of your district; what waits for a review unless all is asked for."""
    rows = openings_visible_to(actor)
    if asked["show"] == "waiting":
        rows = rows.filter(reviewed_at__isnull=True)
    return Rows(
        rows,
        lambda grant: grant.content_object_id,
        "openings of records",
        lambda found: opening_lines(actor, found, at=clock.now()),
    )


@acts("openings_review", OpeningSerializer, takes=OpeningReview)
def review(actor: Actor, typed: dict[str, Any], pk: int) -> OpeningLine:
    """Say whether an opening was right; never one's own."""
    grant = services.review_opening(pk, by=actor, at=clock.now(), note=typed["note"])
    return opening_lines(actor, [grant], at=clock.now())[0]


elsewhere_search = endpoint(search_elsewhere, tag=TAG)
elsewhere_open = endpoint(open_elsewhere, tag=TAG)
emergency_open = endpoint(emergency, tag=TAG)
opening_list = endpoint(openings, tag=TAG)
opening_review = endpoint(review, tag=TAG)
