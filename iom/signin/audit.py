"""What this app writes to the audit."""

from iom.accounts.audit import SIGN_IN_REFUSED, SIGNED_IN, SIGNED_OUT
from iom.audit.actions import register

__all__ = ["SIGNED_IN", "SIGNED_OUT", "SIGN_IN_REFUSED"]

SECOND_STEP_REFUSED = register("signin.session.second_step_refused", "gave a wrong second factor")
SESSION_ENDED = register("signin.session.ended", "was signed out")
LEFT_EVERYWHERE = register("signin.session.left_everywhere", "signed out everywhere")
CONFIRMED = register("signin.session.confirmed", "confirmed who they are")
NOT_CONFIRMED = register("signin.session.not_confirmed", "did not confirm who they are")
PASSWORD_CHANGED = register("signin.password.changed", "changed their password")
APP_ADDED = register("signin.app.added", "set up an authenticator app")
APP_REMOVED = register("signin.app.removed", "removed their authenticator app")
KEY_ADDED = register("signin.key.added", "added a security key")
KEY_REMOVED = register("signin.key.removed", "removed a security key")
CODES_MADE = register("signin.codes.made", "made new recovery codes")
SUBJECT_UNKNOWN = register("signin.provider.subject_unknown", "came from single sign-on without a link")
PROVIDER_REFUSED = register("signin.provider.refused", "was refused at single sign-on")
PROVIDER_CHANGED = register("signin.provider.changed", "changed an agency's single sign-on")
LINKED = register("signin.provider.linked", "linked an agency account to a sign-in")
INVITED = register("signin.person.invited", "invited a person")
MOVED = register("signin.person.moved", "changed a person's team or role")
LEFT = register("signin.person.left", "ended a person's membership")
CLOSED = register("signin.person.closed", "closed a sign-in")
REOPENED = register("signin.person.reopened", "opened a sign-in again")
LINK_DRAWN = register("signin.invitation.drawn", "drew a sign-in link")
INVITATION_USED = register("signin.invitation.used", "used a sign-in link")
RESEALED = register("signin.secrets.resealed", "encrypted the kept secrets anew")
