"""The acts that may be recorded of the instruments."""

from iom.audit.actions import register

CALCULATED = register("instruments.local_calculation.made", "calculated a published instrument locally")
