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
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from iom.accounts.rules import Role
from iom.kernel.middleware import TransportMiddleware
from iom.settings.database import database_from_url

ROOT = Path(settings.BASE_DIR)
ASKED = (
    "MFA_REQUIRED",
    "STEP_UP_REQUIRED",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "AUTHENTICATOR_CLOCK_STEPS",
    "AUDIT_FAIL_CLOSED",
    "DEBUG",
)
SAY = f"import json, iom.settings as s; print(json.dumps({{n: getattr(s, n, None) for n in {ASKED!r}}}))"


def settings_of(**environment: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x" * 50,
        "AUDIT_KEY_FILE": "/none",
        "ALLOWED_HOSTS": "iom.example",
        "RETENTION_KEY": "r" * 50,
    }
    env |= environment
    return subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_production_refuses_to_start_without_second_factors() -> None:
    found = settings_of(IOM_ENV="production", DEMO_WITHOUT_SECOND_FACTOR="1")

    assert found.returncode != 0
    assert "DEMO_WITHOUT_SECOND_FACTOR is for the demo" in found.stderr


@pytest.mark.parametrize(
    ("lax", "says"),
    [
        ({"SECRET_KEY": "demo-only-key-never-used-in-production-0123456789"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"AUDIT_FAIL_CLOSED": "0"}, "AUDIT_FAIL_CLOSED"),
        ({"AUDIT_KEY_FILE": ""}, "AUDIT_KEY_FILE"),
        ({"SESSION_IDLE_SECONDS": "86400"}, "SESSION_IDLE_SECONDS"),
        ({"AUTHENTICATOR_CLOCK_STEPS": "9"}, "AUTHENTICATOR_CLOCK_STEPS"),
        ({"BREAK_GLASS_HOURS": "100"}, "BREAK_GLASS_HOURS"),
    ],
    ids=str,
)
def test_production_refuses_what_is_for_the_demo_or_too_lax(lax: dict[str, str], says: str) -> None:
    found = settings_of(IOM_ENV="production", **lax)

    assert found.returncode != 0
    assert says in found.stderr.splitlines()[-1]


def test_production_asks_for_second_factors_and_confirmation_and_guards_its_cookies() -> None:
    found = json.loads(settings_of(IOM_ENV="production").stdout)

    assert found == {
        "MFA_REQUIRED": True,
        "STEP_UP_REQUIRED": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "AUTHENTICATOR_CLOCK_STEPS": 0,
        "AUDIT_FAIL_CLOSED": True,
        "DEBUG": False,
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


@pytest.mark.parametrize(("path", "status"), [("/accounts/sign-in/?a=1", 301), ("/api/v1/persons/", 403)])
def test_pages_are_sent_on_to_https_and_the_api_is_refused_without_it(path: str, status: int) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert Client().get(path).status_code == status
        assert TransportMiddleware(lambda request: HttpResponse("on"))(
            RequestFactory().get(path, secure=True)
        ).content


@pytest.mark.django_db
def test_signing_out_clears_what_the_browser_keeps(client_for: Callable[..., Client]) -> None:
    answer = client_for(Role.SUPERVISOR).post("/accounts/sign-out/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_the_address_of_the_database_says_how_the_line_is_guarded() -> None:
    found = database_from_url("postgresql://a:b@db.example/iom?sslmode=verify-full&sslrootcert=/etc/ca.pem")

    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["sslrootcert"] == "/etc/ca.pem"
    with pytest.raises(ValueError, match="sslmod"):
        database_from_url("postgresql://a:b@db.example/iom?sslmod=verify-full")


@pytest.mark.parametrize(
    "message",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
    ],
)
def test_the_server_takes_no_message_whose_end_can_be_read_in_two_ways(message: bytes) -> None:
    parser = RequestParser(Config(), iter([message]), ("192.0.2.1", 1))

    with pytest.raises(ParseException):
        next(parser).body.read()
