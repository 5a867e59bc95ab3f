"""Records of the demo in compartments of their own: intelligence, notes, victims, children, exploitation, tactics."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from cohorts.models import Case
from iom.access.models import AgencyAccess
from iom.accounts.models import User
from iom.agencies.models import Agency, in_force_on
from iom.agencies.rules import AgencyKind
from iom.kernel.clock import LONDON
from iom.records.models import (
    AgencyNote,
    AgencyNoteAudience,
    ExploitationRecord,
    IntelligenceItem,
    IntelligenceSource,
    OperationalTactic,
    VictimRecord,
    YouthRecord,
)
from iom.records.rules import is_child

# title, content, source, information, handling, for partners ("" where none is prepared)
ITEMS = (
    (
        "Selling stolen bikes",
        "Offers bikes at the retail park most Friday evenings, cash only. Source has dealt with the subject twice.",
        (2, "B", "P"),
        "May be selling stolen bikes locally.",
    ),
    (
        "Keeps a blade in the car door",
        "Carries a lock knife in the driver's door pocket since the dispute with a neighbour.",
        (1, "A", "P"),
        "May have a knife in the vehicle: do not visit alone.",
    ),
    (
        "Owes money to a dealer",
        "Said to owe four hundred pounds and to be working it off by storing packages at the home address.",
        (2, "C", "C"),
        "",
    ),
    (
        "Back with the old group",
        "Seen on three evenings with two nominals from the previous burglary series.",
        (2, "D", "P"),
        "Has been seen with former associates; ask about evenings.",
    ),
    (
        "False name in use",
        "Uses a cousin's name when stopped. Cousin has no record.",
        (3, "B", "C"),
        "",
    ),
)
NOTES = {
    AgencyKind.POLICE: (
        ("general", "Home visit: polite, flat tidy, talked about the job interview on Thursday."),
        (
            "general",
            "Called at the door twice this week without an answer; neighbour says they are staying elsewhere.",
        ),
        (
            "safeguarding",
            "Two small children in the flat at the visit; the duty social worker was told the same day.",
        ),
    ),
    AgencyKind.PROBATION: (
        ("general", "Attended both appointments. Agreed to the thinking skills programme from next month."),
        ("general", "Missed Tuesday; text sent. Second miss in six weeks."),
        ("safeguarding", "Disclosed thoughts of self-harm; crisis plan agreed and shared with the GP."),
    ),
    AgencyKind.DRUG_SERVICE: (
        (
            "clinical",
            "Methadone 60 ml supervised daily, stable for five weeks. Last screen clear of opiates.",
        ),
        ("clinical", "Hepatitis C treatment started; twelve weeks, two missed doses."),
        ("general", "Comes to the Wednesday group and talks."),
    ),
    AgencyKind.HOUSING: (
        ("general", "Rent paid up to date. One complaint about noise, resolved by a talk."),
    ),
    AgencyKind.YOUTH_JUSTICE: (
        (
            "safeguarding",
            "Picked up outside school twice by an adult the family does not know. Strategy meeting held.",
        ),
        ("general", "Reparation at the garden project goes well; likes the supervisor there."),
    ),
    AgencyKind.LOCAL_AUTHORITY: (
        ("general", "Community safety warden reports no further trouble on the estate."),
    ),
}
VICTIMS = (
    (
        "Former partner",
        "No contact by any means; not to come within 200 metres of the home.",
        "Panic alarm fitted.",
    ),
    ("Shopkeeper, robbed in March", "Not to enter the shop.", "Wants to be told before any release."),
    ("Neighbour", "", "Asked for evening patrols; has a camera at the door."),
    ("Grandparent", "No unannounced visits.", "Visits only while a support worker is there."),
)
VICTIM_NAMES = (
    "Nora Ellis",
    "Imran Sadiq",
    "Joyce Bramall",
    "Teresa Lowe",
    "Peter Anyon",
    "Maud Ferris",
    "Lena Okafor",
)
TACTICS = (
    (
        "disruption",
        "Plain clothes at the retail park, Friday and Saturday evenings; stop and account if seen with bikes.",
    ),
    (
        "enforcement",
        "Curfew checks twice a week, times varied. Breach goes straight to the probation duty desk.",
    ),
    (
        "arrest_plan",
        "If wanted: sister's address first, early morning, two double-crewed units. Dog at the address.",
    ),
    ("disruption", "Letter and visit with the council about the lock-up garages."),
)
SCHOOLS = (
    "Hillside Academy, year 11",
    "Ashdale College, motor vehicle level 1",
    "Not in education since Easter",
)


def make_records(*, on: date, seed: int) -> None:
    """Records about people who are managed today, most of all about the children among them."""
    maker = _Maker(on, Random(seed))
    cases = (
        Case.objects.filter(status__in=("active", "deselecting"))
        .select_related("person", "manager")
        .order_by("pk")
    )
    children = [case for case in cases if is_child(case.person.date_of_birth, on=on)]
    for number, case in enumerate(cases):
        maker.about(case, number)
    for number, case in enumerate(children):
        maker.child(case, exploited=number == 0)
    maker.write()


class _Maker:
    """Gathers rows of a day, each written by somebody whom it would be."""

    def __init__(self, on: date, rng: Random) -> None:
        self.on, self.rng = on, rng
        self.rows: dict[type[Any], list[Any]] = {}
        self.addressed: list[tuple[AgencyNote, list[int]]] = []
        self.sources: list[tuple[IntelligenceItem, dict[str, Any]]] = []
        self.agencies = {agency.pk: agency for agency in Agency.objects.all()}
        self.police = next(a for a in self.agencies.values() if a.kind == AgencyKind.POLICE)
        self.shared: dict[int, list[int]] = {}
        for person_id, agency_id in AgencyAccess.objects.filter(in_force_on(on)).values_list(
            "person_id", "agency_id"
        ):
            self.shared.setdefault(person_id, []).append(agency_id)
        self.staff: dict[int, list[int]] = {}
        pairs = User.objects.filter(memberships__isnull=False).values_list(
            "memberships__team__agency_id", "pk"
        )
        for agency_id, user_id in pairs.order_by("pk"):
            self.staff.setdefault(agency_id, []).append(user_id)

    def stamp(self, person_id: int, by: int | None, days: int = 120) -> dict[str, Any]:
        day = self.on - timedelta(days=self.rng.randint(2, days))
        at = datetime.combine(day, time(self.rng.randint(8, 17), self.rng.choice((5, 20, 40, 55))), LONDON)
        return {"person_id": person_id, "recorded_at": at, "recorded_by_id": by}

    def add(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def about(self, case: Case, number: int) -> None:
        rng, person, officer = self.rng, case.person_id, case.manager_id
        if number % 2 == 0:
            self.item(case)
        if number % 3 == 0:
            kind, text = rng.choice(TACTICS)
            start = self.on - timedelta(days=rng.randint(1, 30))
            end = start + timedelta(days=42) if rng.random() < 0.5 else None
            stamp = self.stamp(person, officer, 30)
            self.add(OperationalTactic(**stamp, kind=kind, text=text, valid_from=start, valid_to=end))
        if number % 4 == 0:
            relation, no_contact, safeguarding = rng.choice(VICTIMS)
            self.add(
                VictimRecord(
                    **self.stamp(person, officer),
                    victim_name=rng.choice(VICTIM_NAMES),
                    relation=relation,
                    no_contact=no_contact,
                    safeguarding=safeguarding,
                    wishes=rng.choice(("", "Would like to hear of the outcome by letter.")),
                    address=f"{rng.randint(2, 90)} {rng.choice(('Mill Row', 'Park View', 'Chapel Street'))}",
                    contact=f"01632 960{rng.randint(100, 999)}",
                )
            )
        for agency_id in {self.police.pk, *self.shared.get(person, ())}:
            if rng.random() < 0.6:
                self.note(case, self.agencies[agency_id])

    def item(self, case: Case) -> None:
        title, content, (source, information, handling), told = self.rng.choice(ITEMS)
        stamp = self.stamp(case.person_id, case.manager_id, 90)
        day = stamp["recorded_at"].date() - timedelta(days=self.rng.randint(0, 3))
        prepared = {"sanitised_at": stamp["recorded_at"], "sanitised_by_id": case.manager_id} if told else {}
        item = self.add(IntelligenceItem(**stamp, occurred_on=day, sanitised=told, **prepared))
        self.sources.append(
            (
                item,
                {
                    "title": title,
                    "content": content,
                    "source_evaluation": source,
                    "information_evaluation": information,
                    "handling": handling,
                    "handling_instructions": "Ask the originator before any use." if handling == "C" else "",
                    "provenance": f"INT/{self.on.year}/{self.rng.randint(1000, 9999)}",
                    "unit_id": case.unit_id,
                },
            )
        )

    def note(self, case: Case, agency: Agency, chosen: tuple[str, str] | None = None) -> None:
        texts = NOTES.get(AgencyKind(agency.kind))
        if not texts:
            return
        kind, text = chosen or self.rng.choice(texts)
        writers = self.staff.get(agency.pk)
        by = case.manager_id if agency == self.police else (self.rng.choice(writers) if writers else None)
        note = self.add(AgencyNote(**self.stamp(case.person_id, by, 60), agency=agency, kind=kind, text=text))
        others = [pk for pk in (self.police.pk, *self.shared.get(case.person_id, ())) if pk != agency.pk]
        # A clinical note is kept; a safeguarding note goes to everybody who works with the person.
        if kind == "safeguarding":
            self.addressed.append((note, others))
        elif kind == "general" and others and self.rng.random() < 0.4:
            self.addressed.append((note, [self.rng.choice(others)]))

    def child(self, case: Case, *, exploited: bool) -> None:
        person = case.person
        yjs = [
            pk for pk in self.shared.get(person.pk, ()) if self.agencies[pk].kind == AgencyKind.YOUTH_JUSTICE
        ]
        by = self.rng.choice(self.staff[yjs[0]]) if yjs and self.staff.get(yjs[0]) else case.manager_id
        self.add(
            YouthRecord(
                **self.stamp(person.pk, by),
                school=self.rng.choice(SCHOOLS),
                worker="Dan Cole, Northmoor Youth Justice Service, 01632 960201",
                guardian=f"Aunt, Ms {person.family_name}",
                guardian_contact="01632 960377, after 4pm",
                care_status="looked_after" if exploited else "none",
                court_orders="Youth rehabilitation order, nine months" if exploited else "",
                transition="Probation to meet the family three months before the eighteenth birthday.",
                starts_on=self.on - timedelta(days=150),
            )
        )
        if exploited:
            self.add(
                ExploitationRecord(
                    **self.stamp(person.pk, by, 40),
                    kind="county_lines",
                    indicators="Missing four times since spring, found each time two counties away with a second"
                    " phone and train tickets paid by somebody else. New trainers, unexplained bruises.",
                    nrm_status="reasonable_grounds",
                    nrm_referred_on=self.on - timedelta(days=55),
                    nrm_reference="NRM-48213",
                    tactics="Treat as a child at risk first: appropriate adult from first contact, no stop search"
                    " without a safeguarding referral the same day, and ask the safeguarding lead"
                    " before any arrest for supply.",
                    safeguarding_lead="Naomi Frost, Northmoor Youth Justice Service, 01632 960200",
                )
            )

    def write(self) -> None:
        for model in (
            IntelligenceItem,
            AgencyNote,
            VictimRecord,
            YouthRecord,
            ExploitationRecord,
            OperationalTactic,
        ):
            model.objects.bulk_create(self.rows.get(model, []))
        IntelligenceSource.objects.bulk_create(
            IntelligenceSource(item=item, person_id=item.person_id, **given) for item, given in self.sources
        )
        AgencyNoteAudience.objects.bulk_create(
            AgencyNoteAudience(
                note=note,
                person_id=note.person_id,
                owner_id=note.agency_id,
                agency_id=agency,
                added_at=note.recorded_at,
                added_by_id=note.recorded_by_id,
            )
            for note, agencies in self.addressed
            for agency in agencies
        )
