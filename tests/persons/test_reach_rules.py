"""What may be typed to search elsewhere, what a reason is, and what a deployment may set (SHR-2)."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from iom.accounts import rules as accounts
from iom.accounts.rules import Power, Role
from iom.kernel.errors import Invalid
from iom.persons.rules import require_reason, search_name, typed_elsewhere
from iom.settings.limits import limited

TODAY = date(2026, 11, 23)
WORDS = st.lists(st.text(alphabet="abcdefghij", min_size=1, max_size=6), min_size=2, max_size=4)


@given(WORDS)
def test_a_whole_name_is_searched_with_its_family_name_in_any_place(words: list[str]) -> None:
    names = typed_elsewhere(" ".join(words), on=TODAY).names

    for family in range(len(words)):
        given_names = words[family + 1 :] + words[:family]
        assert search_name(words[family], " ".join(given_names)) in names
    assert all(sorted(name.split()) == sorted(words) for name in names)


@given(st.text(alphabet="abcdefghij'-", max_size=12))
def test_one_word_or_none_searches_for_nobody(word: str) -> None:
    typed = typed_elsewhere(word, on=TODAY)
    assert (typed.codes, typed.names) == ((), ())


def test_a_reference_is_compared_as_it_is_stored() -> None:
    assert typed_elsewhere(" nv 1000001 ", on=TODAY).codes == ("NV1000001",)
    assert "2001/0001234F" in typed_elsewhere("01/1234F", on=TODAY).codes


@given(st.text(max_size=30))
def test_a_reason_has_ten_characters_beside_the_spaces_around_it(text: str) -> None:
    if len(text.strip()) >= 10:
        assert require_reason(text) == text.strip()
    else:
        with pytest.raises(Invalid):
            require_reason(text)


@pytest.mark.parametrize("said", ["0", "73", "-1", "two", "", "1.5"])
def test_a_limit_out_of_bounds_stops_the_start(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH_ELSEWHERE_HOURS", said)
    with pytest.raises(ImproperlyConfigured, match="from 1 to 72"):
        limited("SEARCH_ELSEWHERE_HOURS", 24, most=72)


def test_a_deployment_gives_a_power_to_exactly_the_roles_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "ROLES", dict(accounts.ROLES))

    accounts.give_only(Power.BREAK_GLASS, [Role.INSPECTOR])

    assert [role for role in Role if accounts.may(role, Power.BREAK_GLASS)] == [Role.INSPECTOR]


@pytest.mark.parametrize(
    ("power", "role"), [(Power.BREAK_GLASS, Role.PARTNER_MANAGER), (Power.ADMINISTER, Role.INSPECTOR)]
)
def test_no_partner_and_no_other_power_can_be_given(
    power: Power, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "ROLES", dict(accounts.ROLES))
    with pytest.raises(ValueError, match="police"):
        accounts.give_only(power, [role])
