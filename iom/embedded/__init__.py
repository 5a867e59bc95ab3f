"""The servers of the one-command run: an embedded PostgreSQL and Valkey, and the supervisor over the rest."""

from iom.embedded.problems import Problem
from iom.embedded.servers import Servers, attach

__all__ = ["Problem", "Servers", "attach"]
