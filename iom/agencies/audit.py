"""What this app writes to the audit."""

from iom.audit.actions import register

AGREEMENT_ADDED = register("agencies.agreement.added", "added a sharing agreement")
AGREEMENT_AMENDED = register("agencies.agreement.amended", "amended a sharing agreement")
AGREEMENT_ENDED = register("agencies.agreement.ended", "ended a sharing agreement")
