"""What stands around every page of a person and of a case: the identity bar and the sections."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cohorts.models import Case
from cohorts.selectors.cases import open_case_of
from cohorts.selectors.overview import CaseOverview
from iom.access.actor import Actor
from iom.access.models import PersonUserGrant
from iom.access.rules import GrantKind
from iom.accounts.rules import Power
from iom.kernel import clock
from iom.kernel.together import Asked, read_together
from iom.kernel.wording import datetime_uk, time_uk
from iom.persons.models import Person
from iom.persons.openings import opening_of
from iom.persons.sections import Opened, opened_to, queries_of, sections_of
from iom.persons.selectors import PersonFile, PersonRows, person_file, person_rows
from iom.working_days.rules import local_date


def identity(file: PersonFile) -> dict[str, Any]:
    """The identity bar: name, birth, references, where now, warnings as badges."""
    person = file.person
    born = f"{person.date_of_birth:%-d %B %Y} ({file.age})" if person.date_of_birth else ""
    badges = [("Restricted record", "red")] if person.is_restricted else []
    badges += [("Child", "red")] if file.is_child else []
    badges += [(row.get_kind_display(), "purple") for row in file.statutory]
    badges += [("Warning", "red")] if file.warnings else []
    badges += [("In custody", "blue")] if file.place.stay else []
    return {
        "title": person.full_name,
        "details": [
            ("Date of birth", born),
            ("Reference", person.nominal_ref),
            *([("PNC", person.pnc_id)] if file.identifiers else []),
            ("District", person.home_unit.name),
            ("Where now", file.place.words),
        ],
        "badges": badges,
    }


@dataclass(frozen=True)
class FrameRows:
    """What the frame of a person's pages is made of, as queries, so that a page reads them together with its own."""

    person: PersonRows
    opened: Opened

    @property
    def asked(self) -> list[Asked]:
        return [*self.person.head, *queries_of(self.opened)]


def frame_rows(actor: Actor, person: Person) -> FrameRows:
    """The queries for one reader and one person."""
    return FrameRows(person_rows(person, reader=actor), opened_to(actor, person.nominal_ref))


def person_frame(
    actor: Actor, person: Person, current: str, *, on: date, case: Case | None, rows: FrameRows | None = None
) -> dict[str, Any]:
    """Identity bar and sections of a person's pages; the case's own sections follow when there is one."""
    rows = rows or frame_rows(actor, person)
    read_together(*rows.asked)
    file = person_file(person, on=on, reader=actor, rows=rows.person)
    base = f"/people/{person.nominal_ref}/"
    sections = [{"label": "Profile", "url": base, "current": current == "profile"}]
    if actor.may(Power.SEE_SCORES):
        sections.append({"label": "Score", "url": f"{base}score/ROR/", "current": current == "score"})
    sections.append({"label": "Timeline", "url": f"{base}timeline/", "current": current == "timeline"})
    if case is not None:
        where = f"/cases/{case.pk}/"
        for key, label, url in (
            ("overview", "Case", where),
            ("plan", "Plan", f"{where}plan/"),
            ("engagements", "Engagements", f"{where}engagements/"),
        ):
            sections.append({"label": label, "url": url, "current": current == key})
    sections += sections_of(rows.opened, person.nominal_ref, current)
    return {
        "file": file,
        "person": person,
        "identity": identity(file),
        "sections": sections,
        "opening": _opening(opening_of(actor, person, at=clock.now())),
    }


def _opening(grant: PersonUserGrant | None) -> dict[str, str]:
    """The banner of a record that is open for a while: how it was opened and until when."""
    if grant is None or grant.expires_at is None:
        return {}
    if grant.kind == GrantKind.BREAK_GLASS:
        return {
            "variant": "warning",
            "words": f"Opened in an emergency until {moment(grant.expires_at)}. Supervision has been told.",
        }
    return {
        "variant": "information",
        "words": f"Another district’s record, open to you until {moment(grant.expires_at)}.",
    }


def moment(at: datetime) -> str:
    """The time alone where it is today's, with the date where it is not."""
    return time_uk(at) if local_date(at) == clock.today() else datetime_uk(at)


def page_frame(actor: Actor, person: Person, current: str, *, on: date) -> dict[str, Any]:
    """The frame for sections of apps below this one: with the person's open case, when the reader may see it."""
    return person_frame(actor, person, current, on=on, case=open_case_of(actor, person.pk))


def case_frame(actor: Actor, overview: CaseOverview, current: str, *, on: date) -> dict[str, Any]:
    """The person's frame with the case in it, and what may be done."""
    case = overview.case
    frame = person_frame(actor, case.person, current, on=on, case=case)
    return frame | {"case": case, "overview": overview, "steps": overview.steps}
