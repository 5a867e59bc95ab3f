"""What this app writes to the audit."""

from iom.audit.actions import register

DENIED = register("access.request.denied", "was denied a page")
TOO_FAST = register("access.request.too_fast", "made too many requests in one minute and was refused")
ROLE_CHOSEN = register("access.role.chosen", "chose the role to act in")
SHARED = register("access.person.shared", "shared {person} with an agency")
SHARING_ENDED = register("access.person.sharing_ended", "ended the sharing of {person} with an agency")
NAMED = register("access.person.named", "gave a named person access to {person}")
