"""What this app writes to the audit."""

from iom.audit.actions import register

DISCLOSED = register("sharing.item.disclosed", "disclosed one record about {person} to an agency")
REVOKED = register("sharing.item.revoked", "revoked a disclosure about {person}")
WRITTEN_DOWN = register("sharing.disclosure.written_down", "wrote down what was told about {person}")
CONSENT_RECORDED = register("sharing.consent.recorded", "recorded what {person} said to sharing")
REVIEW_OPENED = register("sharing.review.opened", "asked for the sharing of {person} to be looked at again")
SHARE_LOOKED_AT = register("sharing.review.line_decided", "looked again at one sharing of {person}")
SHARE_CHANGED = register("sharing.share.changed", "changed what is shared of {person} with an agency")
