"""Roles and what each may do (ORG-3): the one table that pages, API, tests and documents read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class DbClass(StrEnum):
    """The database role under which a person's requests run (`iom_<class>`)."""

    POLICE = "police"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SERVICE = "service"


class Power(StrEnum):
    """An act that a role may or may not do; asked without an object."""

    SEE_PEOPLE = "see_people"
    SEE_SCORES = "see_scores"
    REVIEW_THREATS = "review_threats"
    REFER = "refer"
    RESEARCH = "research"
    SELECT = "select"
    ALLOCATE = "allocate"
    MANAGE_CASE = "manage_case"
    UPDATE_ACTIONS = "update_actions"
    ENDORSE_PLAN = "endorse_plan"
    EXTEND_DEADLINE = "extend_deadline"
    PROPOSE_DESELECTION = "propose_deselection"
    DESELECT = "deselect"
    SHARE = "share"
    SEE_COMPLIANCE = "see_compliance"
    DOWNLOAD_REPORTS = "download_reports"
    SEE_AUDIT = "see_audit"
    REVIEW_AUDIT = "review_audit"
    SEE_SEALS = "see_seals"
    SEE_FEEDS = "see_feeds"
    LOAD_FEEDS = "load_feeds"
    SEE_TAGS = "see_tags"
    MANAGE_TAGS = "manage_tags"
    SEE_MEETINGS = "see_meetings"
    RUN_MEETINGS = "run_meetings"
    CHANGE_CALENDAR = "change_calendar"
    APPROVE_SCORE_MODEL = "approve_score_model"
    DRAFT_SCORE_MODEL = "draft_score_model"
    SEE_WORTH = "see_worth"
    SEARCH_ELSEWHERE = "search_elsewhere"
    BREAK_GLASS = "break_glass"
    RESTRICT_RECORD = "restrict_record"
    MERGE_PEOPLE = "merge_people"
    READ_INTELLIGENCE = "read_intelligence"
    WRITE_INTELLIGENCE = "write_intelligence"
    READ_VICTIMS = "read_victims"
    WRITE_NOTES = "write_notes"
    READ_YOUTH = "read_youth"
    READ_EXPLOITATION = "read_exploitation"
    WRITE_TACTICS = "write_tactics"
    SEE_DOCUMENTS = "see_documents"
    OPEN_DOCUMENTS = "open_documents"
    HANDLE_DOCUMENTS = "handle_documents"
    RETAIN = "retain"
    SEE_RETENTION = "see_retention"
    SUBJECT_ACCESS = "subject_access"
    RELEASE_SUBJECT_ACCESS = "release_subject_access"
    DISCLOSE = "disclose"
    APPROVE_DISCLOSURE = "approve_disclosure"
    KEEP_AGREEMENTS = "keep_agreements"
    SEE_LEDGER = "see_ledger"
    SEE_AGENCY_LEDGER = "see_agency_ledger"
    ADMINISTER = "administer"
    KEEP_USERS = "keep_users"
    USE_API = "use_api"


class Role(StrEnum):
    OFFENDER_MANAGER = "offender_manager"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    CENTRAL_SPOC = "central_spoc"
    SUPPORT = "support"
    PRISON_OFFICER = "prison_officer"
    PRISON_SUPERVISOR = "prison_supervisor"
    PARTNER_PRACTITIONER = "partner_practitioner"
    PARTNER_MANAGER = "partner_manager"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class RoleRow:
    """One line of the table: the role's name, its database class, its duty in a sentence, its powers."""

    label: str
    db_class: DbClass
    duty: str
    powers: frozenset[Power]


_READ = {
    Power.SEE_PEOPLE,
    Power.SEE_SCORES,
    Power.SEE_COMPLIANCE,
    Power.SEE_TAGS,
    Power.SEE_MEETINGS,
    Power.USE_API,
}
_DOCUMENTS = {Power.SEE_DOCUMENTS, Power.OPEN_DOCUMENTS, Power.HANDLE_DOCUMENTS}
_MANAGE = (
    _READ
    | _DOCUMENTS
    | {
        Power.REFER,
        Power.MANAGE_CASE,
        Power.UPDATE_ACTIONS,
        Power.PROPOSE_DESELECTION,
        Power.MANAGE_TAGS,
        Power.SEARCH_ELSEWHERE,
        Power.READ_INTELLIGENCE,
        Power.WRITE_INTELLIGENCE,
        Power.READ_VICTIMS,
        Power.WRITE_NOTES,
        Power.READ_YOUTH,
        Power.READ_EXPLOITATION,
        Power.WRITE_TACTICS,
        Power.DISCLOSE,
        Power.SEE_LEDGER,
    }
)
_SUPERVISE = _MANAGE | {
    Power.REVIEW_THREATS,
    Power.RESEARCH,
    Power.SELECT,
    Power.ALLOCATE,
    Power.ENDORSE_PLAN,
    Power.EXTEND_DEADLINE,
    Power.DESELECT,
    Power.SHARE,
    Power.DOWNLOAD_REPORTS,
    Power.SEE_FEEDS,
    Power.SEE_AUDIT,
    Power.REVIEW_AUDIT,
    Power.RUN_MEETINGS,
    Power.BREAK_GLASS,
    Power.MERGE_PEOPLE,
}
_KEEP_OR_DISPOSE = {
    Power.RETAIN,
    Power.SEE_RETENTION,
    Power.SUBJECT_ACCESS,
    Power.RELEASE_SUBJECT_ACCESS,
}
_PARTNER = _DOCUMENTS | {
    Power.SEE_PEOPLE,
    Power.REFER,
    Power.UPDATE_ACTIONS,
    Power.SEE_MEETINGS,
    Power.USE_API,
    Power.WRITE_NOTES,
}

ROLES: dict[Role, RoleRow] = {
    Role.OFFENDER_MANAGER: RoleRow(
        "Offender manager",
        DbClass.POLICE,
        "Manages a caseload: engages, plans with partners, records what is done.",
        frozenset(_MANAGE),
    ),
    Role.SUPERVISOR: RoleRow(
        "IOM supervisor",
        DbClass.POLICE,
        "Reviews emerging threats, runs selection boards, allocates, endorses plans and answers for compliance.",
        frozenset(_SUPERVISE),
    ),
    Role.INSPECTOR: RoleRow(
        "IOM inspector",
        DbClass.POLICE,
        "Answers for a district's day-to-day management; missed deadlines are escalated here.",
        frozenset(
            _SUPERVISE | _KEEP_OR_DISPOSE | {Power.RESTRICT_RECORD, Power.APPROVE_DISCLOSURE, Power.SEE_WORTH}
        ),
    ),
    Role.CENTRAL_SPOC: RoleRow(
        "Central point of contact",
        DbClass.POLICE,
        "Chairs the operational board, sees every district and keeps the working-day calendar.",
        frozenset(
            _SUPERVISE
            | _KEEP_OR_DISPOSE
            | {
                Power.CHANGE_CALENDAR,
                Power.APPROVE_SCORE_MODEL,
                Power.DRAFT_SCORE_MODEL,
                Power.SEE_WORTH,
                Power.RESTRICT_RECORD,
                Power.APPROVE_DISCLOSURE,
                Power.KEEP_AGREEMENTS,
                Power.SEE_AGENCY_LEDGER,
            }
        ),
    ),
    Role.SUPPORT: RoleRow(
        "IOM support staff",
        DbClass.POLICE,
        "Researches people for boards, keeps records right, requests flags, helps with prison releases.",
        frozenset(
            _READ
            | _DOCUMENTS
            | {
                Power.REFER,
                Power.RESEARCH,
                Power.UPDATE_ACTIONS,
                Power.SEE_FEEDS,
                Power.MANAGE_CASE,
                Power.MANAGE_TAGS,
                Power.READ_INTELLIGENCE,
                Power.WRITE_NOTES,
                Power.SUBJECT_ACCESS,
                Power.SEE_LEDGER,
                Power.MERGE_PEOPLE,
            }
        ),
    ),
    Role.PRISON_OFFICER: RoleRow(
        "Prison Hub officer",
        DbClass.POLICE,
        "Manages people in the hub's prisons and prepares their release.",
        frozenset(_MANAGE),
    ),
    Role.PRISON_SUPERVISOR: RoleRow(
        "Prison Hub supervisor",
        DbClass.POLICE,
        "Takes over and hands back people who are in prison, and answers for the hub's cases.",
        frozenset(_SUPERVISE),
    ),
    Role.PARTNER_PRACTITIONER: RoleRow(
        "Partner practitioner",
        DbClass.PARTNER,
        "Works with people whose information is shared with the agency: refers, and reports on its actions.",
        frozenset(_PARTNER),
    ),
    Role.PARTNER_MANAGER: RoleRow(
        "Partner manager",
        DbClass.PARTNER,
        "Answers for the agency's part: its referrals, its actions and its people.",
        frozenset(_PARTNER | {Power.SEE_AGENCY_LEDGER}),
    ),
    Role.ANALYST: RoleRow(
        "Analyst",
        DbClass.POLICE,
        "Studies cohorts, scores and compliance; changes nothing but drafts of score models.",
        frozenset(
            _READ | {Power.DOWNLOAD_REPORTS, Power.SEE_FEEDS, Power.DRAFT_SCORE_MODEL, Power.SEE_WORTH}
        ),
    ),
    Role.AUDITOR: RoleRow(
        "Auditor",
        DbClass.AUDITOR,
        "Reads compliance and who did what; downloads the reports; changes nothing.",
        frozenset(
            {
                Power.SEE_PEOPLE,
                Power.SEE_COMPLIANCE,
                Power.SEE_WORTH,
                Power.DOWNLOAD_REPORTS,
                Power.SEE_AUDIT,
                Power.REVIEW_AUDIT,
                Power.SEE_SEALS,
                Power.SEE_DOCUMENTS,
                Power.USE_API,
                Power.SEE_RETENTION,
                Power.SEE_LEDGER,
                Power.SEE_AGENCY_LEDGER,
            }
        ),
    ),
    Role.ADMINISTRATOR: RoleRow(
        "System administrator",
        DbClass.ADMIN,
        "Keeps agencies, people's sign-ins, feeds and the calendar; sees no case.",
        frozenset(
            {Power.ADMINISTER, Power.KEEP_USERS, Power.SEE_FEEDS, Power.LOAD_FEEDS, Power.CHANGE_CALENDAR}
        ),
    ),
}

POWER_LABELS = {
    Power.SEE_PEOPLE: "See people and their cases, within reach",
    Power.SEE_SCORES: "See scores and how they were made",
    Power.APPROVE_SCORE_MODEL: "Approve a change of the score's weights",
    Power.DRAFT_SCORE_MODEL: "Draft a change of the score's weights, compare it, and ask for it to be approved",
    Power.SEE_WORTH: "See how scores turned out: what followed, and fairness by group",
    Power.REVIEW_THREATS: "Review the emerging threat tab",
    Power.REFER: "Refer a person",
    Power.RESEARCH: "Research a referral for a board",
    Power.SELECT: "Record a board's decision to select or not",
    Power.ALLOCATE: "Allocate and reassign cases",
    Power.MANAGE_CASE: "Manage a case: plan, engagements, checklist",
    Power.UPDATE_ACTIONS: "Report progress on actions they own",
    Power.ENDORSE_PLAN: "Endorse a plan",
    Power.EXTEND_DEADLINE: "Extend a deadline, with a reason",
    Power.PROPOSE_DESELECTION: "Propose deselection",
    Power.DESELECT: "Decide deselection",
    Power.SHARE: "Share a person's information with an agency",
    Power.SEE_COMPLIANCE: "See compliance",
    Power.DOWNLOAD_REPORTS: "Download reports",
    Power.SEE_AUDIT: "Read who looked at or changed what",
    Power.SEE_SEALS: "See the seals of the audit and download their anchor",
    Power.REVIEW_AUDIT: "Review unusual access, and see who looked at a record",
    Power.SEE_FEEDS: "See what was loaded from source systems",
    Power.LOAD_FEEDS: "Load files from source systems",
    Power.SEE_TAGS: "See the stock of tags",
    Power.MANAGE_TAGS: "Fit and remove tags, and keep the stock",
    Power.SEE_MEETINGS: "See meetings, within reach",
    Power.RUN_MEETINGS: "Record meetings and their decisions",
    Power.CHANGE_CALENDAR: "Change the working-day calendar",
    Power.SEARCH_ELSEWHERE: "Search other districts, and open a record there for a reason",
    Power.BREAK_GLASS: "Open a record in an emergency",
    Power.RESTRICT_RECORD: "Restrict a record to people named on it",
    Power.MERGE_PEOPLE: "Decide whether two records are one person, merge them, and take a merge back",
    Power.READ_INTELLIGENCE: "Read intelligence items",
    Power.WRITE_INTELLIGENCE: "Record intelligence items and prepare them for disclosure",
    Power.READ_VICTIMS: "Read and keep what is held of victims, in cases they manage or supervise",
    Power.WRITE_NOTES: "Write notes for their agency, and say which agencies read them",
    Power.READ_YOUTH: "Read and keep a child's record, in cases they manage or supervise",
    Power.READ_EXPLOITATION: "Read and keep how a person is exploited",
    Power.WRITE_TACTICS: "Record police tactics",
    Power.SEE_DOCUMENTS: "See which documents there are, within reach",
    Power.OPEN_DOCUMENTS: "Download documents",
    Power.HANDLE_DOCUMENTS: "Upload documents, and withdraw those of their agency",
    Power.RETAIN: "Decide whether a record is kept or disposed of, and hold it",
    Power.SEE_RETENTION: "See which records were disposed of and how requests of people about themselves stand",
    Power.SUBJECT_ACCESS: "Handle the requests of people to see what is held about them",
    Power.RELEASE_SUBJECT_ACCESS: "Sign the release of what is held about a person to that person",
    Power.DISCLOSE: "Ask to disclose one item, document or meeting to one agency",
    Power.APPROVE_DISCLOSURE: "Sign what another person asked to disclose",
    Power.KEEP_AGREEMENTS: "Keep sharing agreements: add, amend, end",
    Power.SEE_LEDGER: "See what was disclosed of a person, to whom and why",
    Power.SEE_AGENCY_LEDGER: "See what an agency was given",
    Power.ADMINISTER: "Keep agencies and settings",
    Power.KEEP_USERS: "Ask for and sign changes of who may sign in",
    Power.USE_API: "Use the API",
}
DB_CLASS_LABELS = {
    DbClass.POLICE: "Police",
    DbClass.PARTNER: "Partner agencies",
    DbClass.AUDITOR: "Audit",
    DbClass.ADMIN: "Administration",
}
REACH_OF_CLASS = {
    DbClass.POLICE: "People of their own district or hub; every district for roles of the whole force.",
    DbClass.PARTNER: "Only people shared with their agency, while its sharing agreement is in force.",
    DbClass.AUDITOR: "What they audit, to read only.",
    DbClass.ADMIN: "No person and no case.",
}


NARROWED = (Power.SEARCH_ELSEWHERE, Power.BREAK_GLASS, Power.RESTRICT_RECORD)
"""Powers that a deployment may give to other roles of the police than the table does."""


def give_only(power: Power, roles: Iterable[Role]) -> None:
    """Let exactly these roles have a power that a deployment decides on; called once, when the product starts."""
    chosen = set(roles)
    if power not in NARROWED or any(ROLES[role].db_class != DbClass.POLICE for role in chosen):
        raise ValueError(f"{power} can be given to roles of the police alone, and no other power can.")
    for role, row in ROLES.items():
        powers = row.powers | {power} if role in chosen else row.powers - {power}
        ROLES[role] = replace(row, powers=powers)


def may(role: Role, power: Power) -> bool:
    """Whether the role has the power (ORG-3)."""
    return power in ROLES[role].powers
