"""Charts: the same drawing for page and PDF."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from iom.kernel.charts import Series, bar_chart, line_chart, nice_ticks, say, stacked_bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_a_chart_has_a_role_a_name_and_a_title():
    chart = drawn(bar_chart("Plans made in time", ["North", "South"], [3, 5]))

    assert chart.attrib["role"] == "img"
    assert chart.attrib["aria-label"] == "Plans made in time"
    assert chart.findtext(f"{SVG}title") == "Plans made in time"


@pytest.mark.parametrize(
    "svg",
    [
        bar_chart("A", ["x"], [1]),
        stacked_bar_chart("A", ["x"], [Series("a", [1]), Series("b", [2])]),
        line_chart("A", ["x", "y"], [Series("a", [1, None]), Series("b", [2, 3])]),
    ],
)
def test_a_chart_uses_presentation_attributes_only(svg):
    assert "style" not in svg
    assert "class=" not in svg
    assert "<script" not in svg


def test_the_length_of_a_bar_is_in_proportion_to_its_figure():
    chart = drawn(bar_chart("A", ["x", "y", "z"], [10, 5, 0]))

    lengths = [float(bar.attrib["width"]) for bar in chart.iter(f"{SVG}rect")]

    assert len(lengths) == 2
    assert lengths[1] == pytest.approx(lengths[0] / 2, abs=0.1)


def test_parts_of_a_stacked_bar_touch_and_their_total_stands_at_the_end():
    chart = drawn(stacked_bar_chart("A", ["x"], [Series("a", [3]), Series("b", [1])]))

    first, second = [r for r in chart.iter(f"{SVG}rect") if r.attrib["height"] == "24"]

    assert float(second.attrib["x"]) == pytest.approx(
        float(first.attrib["x"]) + float(first.attrib["width"]), abs=0.1
    )
    assert [t.text for t in chart.iter(f"{SVG}text")][-1] == "4"


def test_names_are_escaped():
    svg = bar_chart("<b>&", ['"><script>'], [1])

    assert "<script>" not in svg
    assert drawn(svg).findtext(f"{SVG}title") == "<b>&"


def test_a_gap_breaks_the_line():
    chart = drawn(line_chart("A", list("abcde"), [Series("s", [1, 2, None, 4, 5])]))

    lines = [p.attrib["points"] for p in chart.iter(f"{SVG}polyline")]

    assert [len(points.split()) for points in lines] == [2, 2]
    assert len(list(chart.iter(f"{SVG}circle"))) == 4


def test_lines_differ_by_dash_and_marker_as_well_as_by_colour():
    chart = drawn(line_chart("A", ["a", "b"], [Series("s", [1, 2]), Series("t", [2, 3])]))

    assert {p.attrib.get("stroke-dasharray") for p in chart.iter(f"{SVG}polyline")} == {None, "8 4"}
    assert list(chart.iter(f"{SVG}circle"))
    assert list(chart.iter(f"{SVG}polygon"))


def test_everything_drawn_lies_inside_the_picture():
    svg = line_chart("A", [f"Month {i}" for i in range(24)], [Series("s", list(range(24)))])
    chart = drawn(svg)
    width, height = float(chart.attrib["width"]), float(chart.attrib["height"])

    for text in chart.iter(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height


@pytest.mark.parametrize("values", [[0, 0], [0.0, 0.0], []])
def test_nothing_to_show_is_still_a_chart(values):
    labels = ["x"] * len(values)

    assert drawn(bar_chart("A", labels, values)).tag == f"{SVG}svg"
    assert drawn(line_chart("A", labels, [Series("s", values)])).tag == f"{SVG}svg"


def test_more_than_four_series_are_refused():
    with pytest.raises(ValueError, match="four series"):
        line_chart("A", ["x"], [Series(str(i), [1]) for i in range(5)])


def test_a_series_must_have_a_value_for_each_label():
    with pytest.raises(ValueError, match="1 values for 2 labels"):
        stacked_bar_chart("A", ["x", "y"], [Series("s", [1])])


@pytest.mark.parametrize("highest", [0.4, 1, 3, 7, 19, 100, 855, 1200, 99_999])
def test_ticks_are_few_and_reach_over_the_highest_value(highest):
    ticks = nice_ticks(highest)

    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert 3 <= len(ticks) <= 7


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(12, "", "12"), (1204, "", "1,204"), (Decimal("85.50"), "%", "85.5%"), (3, "days", "3 days")],
)
def test_figures_are_said_without_needless_noughts(value, unit, words):
    assert say(value, unit) == words


def test_a_long_label_is_shortened_so_that_it_does_not_cover_the_bar():
    svg = bar_chart("A", ["Northmoor Constabulary Integrated Offender Management Hub"], [1])

    assert re.search(r">Northmoor[^<]*…<", svg)


# Widths of Arimo's signs in thousandths of its size, from the font itself.
ARIMO = {**dict.fromkeys("0123456789", 556), ",": 278, ".": 278, " ": 278, "%": 889}


@pytest.mark.parametrize("values", [[80, 55.5], [100, 3], [0.5, 0.25], [12_345, 7], [1_000_000, 2]], ids=str)
@pytest.mark.parametrize("unit", ["", "%"])
def test_no_figure_on_the_axis_or_at_the_end_of_a_bar_falls_off_the_edge(values, unit):
    line = drawn(line_chart("A", ["a", "b"], [Series("s", values)], unit=unit))
    bars = drawn(bar_chart("A", ["x", "y"], values, unit=unit))

    def length(text):
        return sum(ARIMO[sign] for sign in text) * 14 / 1000

    on_the_axis = [t for t in line.iter(f"{SVG}text") if t.attrib["text-anchor"] == "end"]
    at_the_end = [t for t in bars.iter(f"{SVG}text") if t.attrib["font-weight"] == "bold"]
    assert on_the_axis
    assert at_the_end
    assert all(float(t.attrib["x"]) - length(t.text) >= 0 for t in on_the_axis)
    assert all(float(t.attrib["x"]) + length(t.text) <= 640 for t in at_the_end)
