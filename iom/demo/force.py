"""The fictional force of the demo: Northmoor Constabulary, its districts, prisons, partners and people (ORG-1..3)."""

from dataclasses import dataclass

from iom.accounts.rules import Role
from iom.agencies.rules import AgencyKind, UnitKind

FORCE_NAME = "Northmoor Constabulary"
MAIL_DOMAIN = "northmoor.example"


@dataclass(frozen=True)
class DemoUnit:
    code: str
    name: str
    kind: UnitKind
    towns: tuple[tuple[str, str], ...] = ()
    share: int = 0


UNITS = (
    DemoUnit(
        "ashdale",
        "Ashdale",
        UnitKind.DISTRICT,
        (("Ashdale", "NM1"), ("Upper Ash", "NM2"), ("Kirkbeck", "NM3")),
        30,
    ),
    DemoUnit(
        "brackenford", "Brackenford", UnitKind.DISTRICT, (("Brackenford", "NM5"), ("Fernley", "NM6")), 24
    ),
    DemoUnit("calderwick", "Calderwick", UnitKind.DISTRICT, (("Calderwick", "NM8"), ("Millgate", "NM9")), 20),
    DemoUnit("dunmere", "Dunmere", UnitKind.DISTRICT, (("Dunmere", "NM12"), ("Saltby", "NM14")), 15),
    DemoUnit(
        "eastholme", "Eastholme", UnitKind.DISTRICT, (("Eastholme", "NM17"), ("Holmebridge", "NM18")), 11
    ),
    DemoUnit("prison-hub", "Prison Hub", UnitKind.PRISON_HUB),
    DemoUnit("force", FORCE_NAME, UnitKind.FORCE),
)
DISTRICTS = tuple(unit for unit in UNITS if unit.kind == UnitKind.DISTRICT)

# code, name, has Prison Hub staff
PRISONS = (
    ("THR", "HMP Thornmoor", True),
    ("GRY", "HMP Greyfell", True),
    ("WEX", "HMP Wexbeck", True),
    ("LRK", "HMP and YOI Larkrigg", True),
    ("SNC", "HMP Stonecairn", False),
    ("MRF", "HMP Marfleet Sands", False),
)


@dataclass(frozen=True)
class DemoAgency:
    code: str
    name: str
    kind: AgencyKind
    agreement: str = ""
    lapsed: bool = False


AGENCIES = (
    DemoAgency("northmoor-police", FORCE_NAME, AgencyKind.POLICE),
    DemoAgency("probation", "Northmoor Probation", AgencyKind.PROBATION, "NM-ISA-01"),
    DemoAgency("youth-justice", "Northmoor Youth Justice Service", AgencyKind.YOUTH_JUSTICE, "NM-ISA-02"),
    DemoAgency("clearway", "Clearway Drug and Alcohol Service", AgencyKind.DRUG_SERVICE, "NM-ISA-03"),
    DemoAgency("prisons", "Northmoor Prisons", AgencyKind.PRISON, "NM-ISA-04"),
    DemoAgency("hearth", "Hearth Housing", AgencyKind.HOUSING, "NM-ISA-05"),
    DemoAgency("second-step", "Second Step", AgencyKind.VOLUNTARY, "NM-ISA-06", lapsed=True),
    DemoAgency("council", "Northmoor Council", AgencyKind.LOCAL_AUTHORITY, "NM-ISA-07"),
    DemoAgency("beacon-ems", "Beacon Electronic Monitoring", AgencyKind.MONITORING, "NM-ISA-08"),
)


@dataclass(frozen=True)
class DemoUser:
    username: str
    name: str
    role: Role
    agency: str
    unit: str
    team: str
    is_contact: bool = False


def _police(username: str, name: str, role: Role, unit: str, team: str) -> DemoUser:
    return DemoUser(username, name, role, "northmoor-police", unit, team)


_DISTRICT_STAFF = {
    "ashdale": (
        ("insp.holroyd", "Insp Ruth Holroyd"),
        (("sgt.ashby", "Sgt Tom Ashby"), ("sgt.kaur", "Sgt Manpreet Kaur")),
        (("pc.fenton", "PC Laura Fenton"), ("pc.naylor", "PC Ben Naylor"), ("pc.oduya", "PC Grace Oduya")),
        ("lister", "Jean Lister"),
    ),
    "brackenford": (
        ("insp.varley", "Insp Colin Varley"),
        (("sgt.birch", "Sgt Helen Birch"), ("sgt.moss", "Sgt Peter Moss")),
        (("pc.clegg", "PC Adam Clegg"), ("pc.rashid", "PC Nadia Rashid"), ("pc.tate", "PC Simon Tate")),
        ("hebden", "Carol Hebden"),
    ),
    "calderwick": (
        ("insp.quigley", "Insp Maeve Quigley"),
        (("sgt.drake", "Sgt Alan Drake"), ("sgt.webb", "Sgt Joanne Webb")),
        (("pc.haigh", "PC Martin Haigh"), ("pc.osei", "PC Kofi Osei")),
        ("sugden", "Brian Sugden"),
    ),
    "dunmere": (
        ("insp.latham", "Insp Susan Latham"),
        (("sgt.pryce", "Sgt Owen Pryce"), ("sgt.ellwood", "Sgt Fay Ellwood")),
        (("pc.marsden", "PC Kate Marsden"), ("pc.shah", "PC Vikram Shah")),
        ("tordoff", "Linda Tordoff"),
    ),
    "eastholme": (
        ("insp.noble", "Insp Gareth Noble"),
        (("sgt.coates", "Sgt Emily Coates"), ("sgt.ryder", "Sgt Mark Ryder")),
        (("pc.swales", "PC Dean Swales"), ("pc.whitwell", "PC Anna Whitwell")),
        ("yates", "Pauline Yates"),
    ),
}


def _district_users() -> list[DemoUser]:
    users = []
    for unit in DISTRICTS:
        inspector, sergeants, constables, support = _DISTRICT_STAFF[unit.code]
        team = f"{unit.name} IOM hub"
        users.append(_police(*inspector, Role.INSPECTOR, unit.code, team))
        users += [_police(*one, Role.SUPERVISOR, unit.code, team) for one in sergeants]
        users += [_police(*one, Role.OFFENDER_MANAGER, unit.code, team) for one in constables]
        users.append(_police(*support, Role.SUPPORT, unit.code, team))
    return users


def _partner(
    agency: str, unit: str, team: str, manager: tuple[str, str], *others: tuple[str, str]
) -> list[DemoUser]:
    lead = DemoUser(*manager, Role.PARTNER_MANAGER, agency, unit, team, is_contact=True)
    return [lead, *(DemoUser(*one, Role.PARTNER_PRACTITIONER, agency, unit, team) for one in others)]


USERS: tuple[DemoUser, ...] = (
    *_district_users(),
    _police("sgt.hale", "Sgt Diane Hale", Role.PRISON_SUPERVISOR, "prison-hub", "Prison Hub"),
    _police("sgt.ince", "Sgt Robert Ince", Role.PRISON_SUPERVISOR, "prison-hub", "Prison Hub"),
    _police("pc.garside", "PC Julie Garside", Role.PRISON_OFFICER, "prison-hub", "Prison Hub"),
    _police("pc.lomas", "PC Darren Lomas", Role.PRISON_OFFICER, "prison-hub", "Prison Hub"),
    _police("pc.mistry", "PC Hema Mistry", Role.PRISON_OFFICER, "prison-hub", "Prison Hub"),
    _police("ci.thorne", "Ch Insp Alison Thorne", Role.CENTRAL_SPOC, "force", "Central IOM team"),
    _police("analyst.reed", "Joe Reed", Role.ANALYST, "force", "Central IOM team"),
    _police("auditor.platt", "Margaret Platt", Role.AUDITOR, "force", "Internal audit"),
    _police("auditor.dean", "Farid Dean", Role.AUDITOR, "force", "Internal audit"),
    _police("admin.stone", "Chris Stone", Role.ADMINISTRATOR, "force", "Systems"),
    _police("admin.frost", "Ruth Frost", Role.ADMINISTRATOR, "force", "Systems"),
    *_partner(
        "probation",
        "ashdale",
        "Probation Ashdale",
        ("po.manager.ward", "Judith Ward"),
        ("po.bennett", "Karl Bennett"),
    ),
    *_partner(
        "probation",
        "brackenford",
        "Probation Brackenford",
        ("po.manager.flint", "Steve Flint"),
        ("po.amir", "Saima Amir"),
    ),
    *_partner(
        "probation",
        "calderwick",
        "Probation Calderwick",
        ("po.manager.beck", "Rosa Beck"),
        ("po.lyle", "Ian Lyle"),
    ),
    *_partner(
        "probation",
        "dunmere",
        "Probation Dunmere",
        ("po.manager.hurst", "Neil Hurst"),
        ("po.dunne", "Aoife Dunne"),
    ),
    *_partner(
        "probation",
        "eastholme",
        "Probation Eastholme",
        ("po.manager.pike", "Sally Pike"),
        ("po.carr", "Tim Carr"),
    ),
    *_partner(
        "youth-justice",
        "ashdale",
        "Youth justice north",
        ("yjs.manager.frost", "Naomi Frost"),
        ("yjs.cole", "Dan Cole"),
    ),
    *_partner(
        "youth-justice",
        "dunmere",
        "Youth justice south",
        ("yjs.manager.stead", "Pam Stead"),
        ("yjs.rees", "Carys Rees"),
    ),
    *_partner(
        "clearway",
        "ashdale",
        "Clearway Ashdale",
        ("drugs.manager.hill", "Olu Hill"),
        ("drugs.penn", "Zoe Penn"),
    ),
    *_partner(
        "clearway",
        "calderwick",
        "Clearway Calderwick",
        ("drugs.manager.kerr", "Moira Kerr"),
        ("drugs.tran", "Lien Tran"),
    ),
    *_partner(
        "prisons",
        "prison-hub",
        "Offender management units",
        ("prison.manager.gray", "Elaine Gray"),
        ("prison.obi", "Uche Obi"),
    ),
    *_partner(
        "hearth",
        "ashdale",
        "Hearth supported housing",
        ("housing.manager.ford", "Tessa Ford"),
        ("housing.lane", "Mick Lane"),
    ),
    *_partner(
        "second-step",
        "brackenford",
        "Second Step",
        ("charity.manager.rowe", "Ivy Rowe"),
        ("charity.bell", "Sam Bell"),
    ),
    *_partner(
        "council",
        "force",
        "Community safety",
        ("council.manager.york", "Philip York"),
        ("council.nash", "Hazel Nash"),
    ),
    *_partner(
        "beacon-ems",
        "force",
        "Monitoring centre",
        ("ems.manager.cross", "Tony Cross"),
        ("ems.vale", "Petra Vale"),
    ),
)
"""Memorable sign-ins, several for each district; all have the one demo password of the settings."""
