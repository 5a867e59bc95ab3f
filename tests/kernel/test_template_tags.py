"""How values and states are said, and the links of lists."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from iom.kernel.forms import GovukFilterForm, date_field
from iom.kernel.states import COLOURS, STATES, state_of
from iom.kernel.wording import date_uk, datetime_uk, points, time_uk


def shown(source: str, address: str = "/cases/", **values: object) -> str:
    context = Context({"request": RequestFactory().get(address), **values})
    return Template("{% load iom %}" + source).render(context)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 6, 30), "30 June 2026"),
        (date(2026, 6, 3), "3 June 2026"),
        ("2026-06-30", "30 June 2026"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026"),
        (None, ""),
    ],
)
def test_a_date_is_said_in_full_and_as_londons_day(value, words):
    assert date_uk(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (time(3, 49), "3:49am"),
        (time(15, 0), "3pm"),
        (time(12, 0), "midday"),
        (time(0, 0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(12, 30), "12:30pm"),
        (datetime(2026, 6, 30, 2, 49, tzinfo=UTC), "3:49am"),
        (datetime(2026, 1, 30, 2, 49, tzinfo=UTC), "2:49am"),
    ],
)
def test_a_time_is_said_the_govuk_way_in_london(value, words):
    assert time_uk(value) == words


def test_a_moment_is_said_as_date_and_time():
    assert datetime_uk(datetime(2026, 6, 30, 2, 49, tzinfo=UTC)) == "30 June 2026 at 3:49am"
    assert datetime_uk(date(2026, 6, 30)) == "30 June 2026"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (8553, "85.53"),
        (Decimal("85.53"), "85.53"),
        (Decimal("1204.055"), "1,204.06"),
        (0, "0.00"),
        (-150, "-1.50"),
        (None, ""),
    ],
)
def test_points_have_two_places(value, words):
    assert points(value) == words


def test_every_state_has_words_and_a_colour_of_the_design_system():
    for kind, table in STATES.items():
        for key, state in table.items():
            assert state.words, (kind, key)
            assert state.colour in COLOURS, (kind, key)


def test_a_state_is_a_coloured_word():
    assert shown('{% tag_for "deadline" "overdue" %}') == (
        '<strong class="govuk-tag govuk-tag--red">Overdue</strong>'
    )
    assert shown('{% tag_for "deadline" "open" %}') == '<strong class="govuk-tag">Open</strong>'
    assert shown('{% words_for "rag" "red" %}') == "Red"


def test_an_unknown_state_is_shown_in_its_own_words_and_escaped():
    assert state_of("deadline", "sent_back").words == "Sent back"
    assert state_of("deadline", None).words == "Not recorded"
    assert "<b>" not in shown('{% tag_for "deadline" bad %}', bad="<b>x</b>")


def test_a_sort_link_turns_the_order_round_and_goes_back_to_the_first_page():
    page = shown('{% sort_header "name" "Name" %}', "/cases/?sort=name&page=4&district=north")

    assert 'aria-sort="ascending"' in page
    assert 'href="?sort=-name&amp;district=north"' in page


def test_a_column_that_is_not_sorted_says_so_and_may_start_downwards():
    page = shown('{% sort_header "score" "Score" numeric=True first="descending" %}', "/cases/?sort=name")

    assert 'aria-sort="none"' in page
    assert 'href="?sort=-score"' in page
    assert "govuk-table__header--numeric" in page


def test_a_changed_address_keeps_the_other_parameters():
    assert shown("{% querystring_with page=2 q=None %}", "/cases/?q=ash&page=1&d=n&d=s") == (
        "?page=2&amp;d=n&amp;d=s"
    )


def test_pages_of_a_long_list_are_elided_and_keep_the_filters():
    page = Paginator(range(1000), 25).page(20)

    html = shown("{% pagination page %}", "/cases/?q=ash&page=20", page=page)

    assert 'aria-label="Page 20" aria-current="page"' in html
    assert 'href="?q=ash&amp;page=19" rel="prev"' in html
    assert 'href="?q=ash&amp;page=21" rel="next"' in html
    assert html.count("&ctdot;") == 2
    assert 'aria-label="Page 40"' in html


def test_a_single_page_has_no_pagination():
    assert shown("{% pagination page %}", page=Paginator(range(3), 25).page(1)).strip() == ""


def test_a_list_paged_by_key_has_next_and_previous_only():
    html = shown(
        "{% pagination page %}", "/audit/?after=50", page=SimpleNamespace(previous_key="51", next_key="75")
    )

    assert 'href="?before=51" rel="prev"' in html
    assert 'href="?after=75" rel="next"' in html
    assert "<ul" not in html


@pytest.mark.parametrize(("count", "said"), [(7, "7"), (99, "99"), (100, "99+")])
def test_a_badge_shows_how_many(count, said):
    assert f'<span aria-hidden="true">{said}</span>' in shown("{% notification_badge n %}", n=count)


def test_a_badge_of_none_is_nothing():
    assert shown("{% notification_badge n %}{% notification_badge none %}", n=0, none=None) == ""


def test_a_summary_row_says_when_nothing_is_recorded():
    assert "Not recorded" in shown('{% summary_row "Discharged" "" %}')
    assert "30 June 2026" in shown('{% summary_row "Selected" on %}', on=date(2026, 6, 30))
    assert 'Change<span class="govuk-visually-hidden"> selected</span>' in shown(
        '{% summary_row "Selected" "x" url="/x/" %}'
    )
    assert "<b>" not in shown('{% summary_row "Note" note %}', note="<b>")


def test_a_table_scrolls_by_itself_and_is_named_by_its_caption():
    html = shown(
        '{% data_table "Open cases" %}<tbody><tr><td>{{ x }}</td></tr></tbody>{% end_data_table %}', x="<b>"
    )

    assert 'role="region" tabindex="0" aria-labelledby="open-cases-caption"' in html
    assert 'id="open-cases-caption">Open cases</caption>' in html
    assert "<td>&lt;b&gt;</td>" in html


class Filters(GovukFilterForm):
    name = forms.CharField(label="Name")
    district = forms.MultipleChoiceField(
        label="District", choices=[("n", "North"), ("s", "South")], widget=forms.CheckboxSelectMultiple
    )
    due_before = date_field("Due before")


def filtered(address: str) -> str:
    request = RequestFactory().get(address)
    return shown(
        '{% filtered_list filters name="cases" %}ROWS{% end_filtered_list %}',
        address,
        filters=Filters(request.GET or None),
    )


def test_each_chosen_filter_can_be_taken_away_by_itself():
    html = filtered(
        "/cases/?name=ash&district=n&district=s&due_before_day=1&due_before_month=7&due_before_year=2026&page=3"
    )

    assert (
        'href="?name=ash&amp;district=s&amp;due_before_day=1&amp;due_before_month=7&amp;due_before_year=2026"'
        in html
    )
    assert 'href="?name=ash&amp;district=n&amp;district=s"' in html
    assert "</span> North</a>" in html
    assert "</span> 1 July 2026</a>" in html
    assert '<a class="govuk-link govuk-link--no-visited-state" href="/cases/">Clear filters</a>' in html


def test_a_list_without_filters_chosen_shows_the_form_and_the_rows():
    html = filtered("/cases/")

    assert "Selected filters" not in html
    assert "ROWS" in html
    assert 'hx-target="#cases" hx-select="#cases"' in html


def test_filtering_keeps_the_order_in_force():
    assert '<input type="hidden" name="sort" value="-name">' in filtered("/cases/?sort=-name&name=ash")
