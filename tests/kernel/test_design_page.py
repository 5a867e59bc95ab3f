"""Every component once, drawn by the product itself."""

import pytest

from iom import assets

pytestmark = pytest.mark.django_db


def test_the_page_of_components_is_drawn(client):
    page = client.get("/design/?flash=1")

    text = page.content.decode()
    assert page.status_code == 200
    assert "OFFICIAL-SENSITIVE" in text
    assert "Referral sent to North district" in text
    assert " style=" not in text


def test_the_page_of_components_comes_back_with_its_errors(client):
    page = client.post("/design/", {"family_name": "Ash"})

    text = page.content.decode()
    assert "<title>Error: Components" in text
    assert "There is a problem" in text
    assert "Enter the number of attempts" in text
    assert 'value="Ash"' in text


def test_scripts_of_the_page_carry_the_nonce_of_its_policy(client):
    page = client.get("/design/")

    policy = page.headers["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert page.content.decode().count(f'nonce="{nonce}"') == 2
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize(
    "left", ["@font-face{", "GDS Transport", "url(/assets/images/govuk-crest.svg)", "url(x/logotype.svg)"]
)
def test_branding_that_is_not_ours_stops_the_set_up(left):
    with pytest.raises(SystemExit, match="may not show"):
        assets.check_no_branding("x.css", f"a{{}}{left}")


def test_the_style_sheets_are_cleaned_of_branding_and_of_old_settings():
    govuk = assets.clean_govuk_css(
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}"
        "a{font-family:GDS Transport,arial,sans-serif;background:url(/assets/images/govuk-crest.svg)}"
        "/*# sourceMappingURL=x.map */"
    )
    moj = assets.clean_moj_css(
        ":root{--govuk-brand-colour:#1d70b8}b{background:url(/assets/images/icon-document.svg)}"
    )

    assets.check_no_branding("govuk.css", govuk)
    assets.check_no_branding("moj.css", moj)
    assert govuk.strip() == f"a{{font-family:{assets.FONT_STACK};background:none}}"
    assert moj.strip() == "b{background:url(images/icon-document.svg)}"
