"""What a person reads when a form is wrong, and where the page sends them."""

from datetime import date

import pytest
import time_machine
from django import forms
from django.core.validators import RegexValidator

from iom.kernel.forms import GovukFilterForm, GovukForm, date_field


class Plan(GovukForm):
    family_name = forms.CharField(label="Family name", max_length=20)
    pnc_id = forms.CharField(label="PNC ID", required=False, help_text="For example, 2019/0123456X")
    due_on = date_field("Date due", "For example, 27 3 2026")
    visits = forms.IntegerField(label="Number of visits", min_value=0, max_value=9)
    outcome = forms.ChoiceField(
        label="What happens next?",
        choices=[("refer", "Refer"), ("decline", "No further action")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why?", required=False, max_length=200)
    agencies = forms.MultipleChoiceField(
        label="Agencies", choices=[("p", "Police"), ("d", "Drugs")], widget=forms.CheckboxSelectMultiple
    )
    rationale = forms.CharField(label="Rationale", widget=forms.Textarea, max_length=50)
    agreed = forms.BooleanField(label="I have read the statement")

    reveals = {"outcome": {"decline": ["reason"]}}
    choice_hints = {"outcome": {"refer": "Goes to the board"}}


GOOD = {
    "family_name": "Ash",
    "due_on_day": "30",
    "due_on_month": "6",
    "due_on_year": "2026",
    "visits": "2",
    "outcome": "refer",
    "agencies": ["p"],
    "rationale": "Three arrests",
    "agreed": "on",
}


def sentences(form: GovukForm, name: str) -> list[str]:
    return [str(sentence) for sentence in form.errors.get(name, [])]


def date_errors(*parts: str, **kwargs: object) -> list[str]:
    class OneDate(GovukForm):
        on = date_field("Date of birth", **kwargs)

    return sentences(OneDate(dict(zip(("on_day", "on_month", "on_year"), parts, strict=True))), "on")


def test_a_right_form_gives_plain_values():
    form = Plan(GOOD)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["due_on"] == date(2026, 6, 30)
    assert form.cleaned_data["visits"] == 2


def test_an_empty_form_says_for_each_question_what_to_do():
    form = Plan({})

    assert [link.text for link in form.error_links()] == [
        "Enter the family name",
        "Enter the date due",
        "Enter the number of visits",
        "Select an answer to “What happens next?”",
        "Select the agencies",
        "Enter the rationale",
        "Tick “I have read the statement” to go on",
    ]


def test_each_error_link_leads_to_a_control_that_is_on_the_page():
    form = Plan({})

    page = str(form)

    assert [link.href for link in form.error_links()] == [
        "#id_family_name",
        "#id_due_on_0",
        "#id_visits",
        "#id_outcome_0",
        "#id_agencies_0",
        "#id_rationale",
        "#id_agreed",
    ]
    for link in form.error_links():
        assert page.count(f'id="{link.href[1:]}"') == 1


def test_an_error_of_the_whole_form_leads_to_its_first_control():
    form = Plan(GOOD)
    form.is_valid()

    form.add_error(None, "This person has been selected already")

    assert [(link.text, link.href) for link in form.error_links()] == [
        ("This person has been selected already", "#id_family_name")
    ]


def test_sentences_of_a_service_stand_at_their_fields_and_unknown_ones_at_the_top():
    form = Plan(GOOD)
    form.is_valid()

    form.add_invalid({"visits": ["Too many visits"], "case": ["The case is closed"]})

    assert sentences(form, "visits") == ["Too many visits"]
    assert sentences(form, "__all__") == ["The case is closed"]


def test_a_control_is_described_by_its_hint_its_error_and_its_count():
    form = Plan({"pnc_id": "x"})

    page = str(form)

    assert 'aria-describedby="id_pnc_id-hint"' in page
    assert '<div id="id_pnc_id-hint" class="govuk-hint">For example, 2019/0123456X</div>' in page
    assert 'aria-describedby="id_due_on-hint id_due_on-error"' in page
    assert 'aria-describedby="id_rationale-error id_rationale-info"' in page
    assert 'id="id_rationale-info"' in page


def test_a_wrong_select_has_a_red_border():
    class District(GovukForm):
        district = forms.ChoiceField(label="District", choices=[("", "Choose"), ("n", "North")])

    assert 'class="govuk-select govuk-select--error"' in str(District({"district": ""}))
    assert "govuk-select--error" not in str(District({"district": "n"}))


def test_a_question_that_may_be_left_out_says_so_except_in_a_filter():
    class Filter(GovukFilterForm):
        name = forms.CharField(label="Name")

    assert "PNC ID (optional)" in str(Plan())
    assert "Family name (optional)" not in str(Plan())
    assert "(optional)" not in str(Filter())
    assert Filter({}).is_valid()


def test_a_question_that_a_choice_opens_stands_inside_that_choice_only():
    page = str(Plan())

    assert page.count('name="reason"') == 1
    opened = page.index('id="id_outcome_1-opens"')
    assert opened < page.index('name="reason"') < page.index("</fieldset>", opened)
    assert 'data-opens="id_outcome_1-opens"' in page
    assert "Goes to the board" in page


def test_an_opened_question_is_shown_when_its_choice_was_taken():
    page = str(Plan({**GOOD, "outcome": "decline"}))

    assert '<div class="govuk-radios__conditional" id="id_outcome_1-opens">' in page


def test_numbers_are_typed_in_a_text_box_with_a_number_pad():
    page = str(Plan())

    assert '<input type="text" name="visits"' in page
    assert 'inputmode="numeric"' in page
    assert 'type="number"' not in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("visits", "many", "Number of visits must be a whole number, like 12"),
        ("visits", "12", "Number of visits must be 9 or less"),
        ("visits", "-1", "Number of visits must be 0 or more"),
        ("family_name", "x" * 21, "Family name must be 20 characters or fewer"),
        ("rationale", "x" * 51, "Rationale must be 50 characters or fewer"),
        ("outcome", "other", "Select one of the answers shown"),
    ],
)
def test_a_wrong_answer_is_told_how_it_should_be(field, value, sentence):
    assert sentences(Plan({**GOOD, field: value}), field) == [sentence]


def test_messages_and_validators_of_the_field_itself_stay():
    class Reference(GovukForm):
        ref = forms.CharField(
            label="Reference",
            error_messages={"required": "Say which"},
            validators=[RegexValidator("^N", "It starts with N")],
        )

    assert sentences(Reference({}), "ref") == ["Say which"]
    assert sentences(Reference({"ref": "X"}), "ref") == ["It starts with N"]


def test_a_percent_sign_in_a_label_breaks_no_message():
    class Share(GovukForm):
        share = forms.IntegerField(label="Share in %", max_value=100)
        on = date_field("Date of the 5% sample")

    form = Share({"share": "101", "on_day": "1"})

    assert sentences(form, "share") == ["Share in % must be 100 or less"]
    assert sentences(form, "on") == ["The date of the 5% sample must include a month and year"]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("", "6", "2026"), "The date of birth must include a day"),
        (("", "", "2026"), "The date of birth must include a day and month"),
        (("31", "2", "2026"), "The date of birth must be a real date"),
        (("30", "13", "2026"), "The date of birth must have a month between 1 and 12"),
        (("0", "6", "2026"), "The date of birth must have a day between 1 and 31"),
        (("٣", "6", "2026"), "The date of birth must have a day between 1 and 31"),
        (("30", "6", "26"), "The date of birth must include a year with 4 numbers, like 2026"),
        (("30", "6", "0206"), "The date of birth must have a year between 1900 and 2100"),
        (("", "", ""), "Enter the date of birth"),
    ],
)
def test_a_wrong_date_is_told_which_part_is_wrong(parts, sentence):
    assert date_errors(*parts) == [sentence]


@pytest.mark.parametrize("month", ["6", "06", "June", "jun", "JUNE"])
def test_a_month_may_be_a_number_or_a_name(month):
    assert date_errors("30", month, "2026") == []


@time_machine.travel("2026-06-30 23:30:00+00:00")
def test_today_is_londons_day_for_dates_that_must_be_past_or_future():
    assert date_errors("1", "7", "2026", past_only=True) == []
    assert date_errors("2", "7", "2026", past_only=True) == ["The date of birth must be today or in the past"]
    assert date_errors("1", "7", "2026", future_only=True) == []
    assert date_errors("30", "6", "2026", future_only=True) == [
        "The date of birth must be today or in the future"
    ]


def test_a_date_is_held_between_its_bounds():
    bounds = {"earliest": date(2026, 6, 1), "latest": date(2026, 6, 30)}

    assert date_errors("31", "5", "2026", **bounds) == ["The date of birth must be on or after 1 June 2026"]
    assert date_errors("1", "6", "2026", **bounds) == []
    assert date_errors("30", "6", "2026", **bounds) == []
    assert date_errors("1", "7", "2026", **bounds) == ["The date of birth must be on or before 30 June 2026"]


def test_only_the_wrong_part_of_a_date_is_marked_and_linked():
    form = Plan({**GOOD, "due_on_month": ""})

    page = str(form["due_on"].as_field_group())

    assert page.count("govuk-input--error") == 1
    assert page.index("due_on_month") < page.index("govuk-input--error") < page.index("due_on_year")
    assert [link.href for link in form.error_links()] == ["#id_due_on_1"]


def test_a_date_may_come_as_one_iso_date_and_shows_in_three_boxes():
    form = Plan({**{k: v for k, v in GOOD.items() if not k.startswith("due_on")}, "due_on": "2026-06-30"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["due_on"] == date(2026, 6, 30)
    assert 'name="due_on_month" value="6"' in str(form)
    assert 'name="due_on_day" value="30"' in str(Plan(initial={"due_on": date(2026, 6, 30)}))


def test_what_was_typed_is_escaped_when_the_form_comes_back():
    page = str(Plan({**GOOD, "family_name": '"><script>alert(1)</script>', "due_on_day": "<b>"}))

    assert "<script>" not in page
    assert "<b>" not in page


def test_the_heading_of_a_page_that_asks_one_thing_is_the_label():
    class One(GovukForm):
        heading_field = "name"
        name = forms.CharField(label="What is the name?")

    assert '<h1 class="govuk-label-wrapper"><label class="govuk-label govuk-label--l"' in str(One())
