"""The containers start the same processes as the one command, on the same roles."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from iom.embedded import attach, checks
from iom.embedded.places import CHECKOUT, place
from iom.embedded.processes import ARGV, programs

ENTRY = ["python", "-m", "iom.embedded"]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"])


def test_each_process_of_the_one_command_has_a_container_that_starts_it_the_same_way(
    services: dict[str, Any],
) -> None:
    image = (CHECKOUT / "Dockerfile").read_text()
    entry = re.search(r"^ENTRYPOINT (.+)$", image, re.MULTILINE)

    assert entry
    assert yaml.safe_load(entry[1]) == ENTRY
    assert [program.name for program in programs()] == list(ARGV)
    for program in programs():
        assert services[program.name]["command"] == [program.name]
        assert "entrypoint" not in services[program.name]
        assert ARGV[program.name]() == program.argv


def test_only_the_migrating_container_holds_the_owners_login(services: dict[str, Any]) -> None:
    holding = {
        name for name, service in services.items() if "DATABASE_OWNER_URL" in service.get("environment", {})
    }

    assert holding == {"migrate"}
    assert "iom_web:" in services["web"]["environment"]["DATABASE_URL"]


def test_the_image_has_the_libraries_that_the_start_checks_for() -> None:
    image = (CHECKOUT / "Dockerfile").read_text()

    assert [package for package in checks.LIBRARIES.values() if package not in image] == []


def test_the_database_containers_script_makes_the_roles_and_sets_their_passwords(folder: Path) -> None:
    servers = attach(folder)
    where = place(folder)
    login = {
        **os.environ,
        "PATH": f"{where.postgres_programs}:{os.environ['PATH']}",
        "PGHOST": str(where.sockets),
        "PGPASSWORD": where.passwords["postgres"],
        "POSTGRES_USER": "postgres",
        "POSTGRES_DB": "iom",
        "ROLES_FILE": str(CHECKOUT / "iom" / "embedded" / "roles.sql"),
        "OWNER_PASSWORD": "owner's own",
        "WEB_PASSWORD": "web's own",
    }

    for _ in range(2):
        subprocess.run([CHECKOUT / "deploy" / "roles.sh"], env=login, check=True)

    with psycopg.connect(host=str(where.sockets), user="iom_web", password="web's own", dbname="iom") as web:
        assert web.execute("SELECT current_user").fetchone() == ("iom_web",)
    with psycopg.connect(
        host=str(where.sockets), user="iom_owner", password="owner's own", dbname="iom"
    ) as owner:
        owner.execute("CREATE TABLE owned ()")
        owner.rollback()
    servers.stop(wait=30)


def test_the_way_in_speaks_tls_1_2_and_1_3_alone_and_the_api_never_in_the_clear() -> None:
    proxy = " ".join((CHECKOUT / "deploy" / "Caddyfile").read_text().split())

    assert "protocols tls1.2 tls1.3" in proxy
    assert 'http://{$SITE_NAME:localhost} { handle /api/* { respond "Use https." 403 }' in proxy


def test_the_queue_lets_nobody_in_without_its_password(services: dict[str, Any]) -> None:
    asked = services["valkey"]["command"]

    assert asked[asked.index("--requirepass") + 1].startswith("${VALKEY_PASSWORD:?")
    assert services["worker"]["environment"]["REDIS_URL"].startswith("redis://:${VALKEY_PASSWORD:?")
