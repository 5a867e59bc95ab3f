"""What this app writes to the audit."""

from iom.audit.actions import register

DEVICE_ADDED = register("tagging.device.added", "added a tag to the stock")
STATE_CHANGED = register("tagging.device.state_changed", "changed the state of a tag")
FITTED = register("tagging.wearing.fitted", "fitted a tag to {person}")
REMOVED = register("tagging.wearing.removed", "removed the tag of {person}")
