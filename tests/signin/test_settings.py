"""What production insists on, and what every answer carries (ORG-3)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from iom.accounts.rules import Role

ROOT = Path(settings.BASE_DIR)
ASKED = (
    "MFA_REQUIRED",
    "STEP_UP_REQUIRED",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
)
SAY = f"import json, iom.settings as s; print(json.dumps({{n: getattr(s, n, None) for n in {ASKED!r}}}))"


def settings_of(**environment: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x" * 50,
        "AUDIT_KEY_FILE": "/none",
        "RETENTION_KEY": "r" * 50,
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_production_refuses_to_start_without_second_factors() -> None:
    found = settings_of(IOM_ENV="production", DEMO_WITHOUT_SECOND_FACTOR="1")

    assert found.returncode != 0
    assert "DEMO_WITHOUT_SECOND_FACTOR is for the demo" in found.stderr


def test_production_asks_for_second_factors_and_confirmation_and_guards_its_cookies() -> None:
    found = json.loads(settings_of(IOM_ENV="production").stdout)

    assert found == {
        "MFA_REQUIRED": True,
        "STEP_UP_REQUIRED": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
    }


@pytest.mark.parametrize("key", ["", "x" * 50])
def test_production_refuses_to_start_without_a_key_of_retention_of_its_own(key: str) -> None:
    found = settings_of(IOM_ENV="production", RETENTION_KEY=key)

    assert found.returncode != 0
    assert "Set RETENTION_KEY" in found.stderr


def test_the_demo_needs_no_second_factor_by_one_setting_and_can_ask_for_it() -> None:
    assert json.loads(settings_of(IOM_ENV="demo").stdout)["MFA_REQUIRED"] is False
    asked = settings_of(IOM_ENV="demo", DEMO_WITHOUT_SECOND_FACTOR="0")
    assert json.loads(asked.stdout)["MFA_REQUIRED"] is True


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/signin/", "/accounts/people/", "/signin/app/"])
def test_every_page_of_sign_in_carries_the_strict_headers(
    client_for: Callable[..., Client], path: str
) -> None:
    client = Client() if "sign-in" in path else client_for(Role.ADMINISTRATOR)

    headers: Any = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
