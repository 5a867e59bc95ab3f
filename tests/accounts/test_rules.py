"""The table of roles is whole: every act has words, every role has a duty, and reading roles cannot write (ORG-3)."""

import pytest

from iom.accounts.rules import DB_CLASS_LABELS, POWER_LABELS, REACH_OF_CLASS, ROLES, DbClass, Power, Role, may
from iom.accounts.selectors import role_groups

WRITES = {
    Power.REVIEW_THREATS, Power.REFER, Power.RESEARCH, Power.SELECT, Power.ALLOCATE, Power.MANAGE_CASE,
    Power.UPDATE_ACTIONS, Power.ENDORSE_PLAN, Power.EXTEND_DEADLINE, Power.PROPOSE_DESELECTION, Power.DESELECT,
    Power.APPROVE_SCORE_MODEL, Power.SHARE,
    Power.MANAGE_TAGS, Power.RUN_MEETINGS, Power.LOAD_FEEDS, Power.CHANGE_CALENDAR, Power.ADMINISTER,
}  # fmt: skip


def test_every_role_and_every_power_has_its_words() -> None:
    assert set(ROLES) == set(Role)
    assert set(POWER_LABELS) == set(Power)
    assert len(set(POWER_LABELS.values())) == len(Power)
    assert set(REACH_OF_CLASS) == set(DB_CLASS_LABELS) == set(DbClass) - {DbClass.SERVICE}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_those_who_study_and_audit_change_nothing(role: Role) -> None:
    assert not ROLES[role].powers & WRITES


def test_an_administrator_sees_no_person_and_a_partner_neither_tags_nor_scores() -> None:
    assert not may(Role.ADMINISTRATOR, Power.SEE_PEOPLE)
    for role in (Role.PARTNER_PRACTITIONER, Role.PARTNER_MANAGER):
        assert not {Power.SEE_TAGS, Power.SEE_SCORES, Power.SEE_AUDIT, Power.SELECT} & ROLES[role].powers


def test_the_page_shows_exactly_the_table() -> None:
    shown = {
        (role.code, line.label): allowed
        for group in role_groups()
        for line in group.powers
        for role, allowed in zip(group.roles, line.allowed, strict=True)
    }

    yes = {key for key, allowed in shown.items() if allowed}
    assert yes == {(role.value, POWER_LABELS[power]) for role in Role for power in ROLES[role].powers}
    assert {code for code, _ in shown} == {role.value for role in Role}
