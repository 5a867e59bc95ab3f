#!/usr/bin/env python
"""Run a command of the product. Without DATABASE_URL it uses the embedded servers of this checkout."""

import os
import sys

from django.core.management import execute_from_command_line

from iom.embedded.commands import prepare_servers


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iom.settings")
    with prepare_servers(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
