"""What this app writes to the audit."""

from iom.audit.actions import register

RETAINED = register("retention.review.retained", "decided to keep the record of {person}")
DISPOSAL_ASKED = register(
    "retention.review.disposal_asked", "asked that the record of {person} be disposed of"
)
DISPOSAL_SIGNED = register(
    "retention.review.disposal_signed", "signed that the record of {person} be disposed of"
)
DISPOSAL_STOPPED = register(
    "retention.review.disposal_stopped", "stopped the disposal of the record of {person}"
)
DISPOSED = register("retention.record.disposed", "disposed of a record")
HELD = register("retention.hold.set", "put a hold on the record of {person}")
LIFTED = register("retention.hold.lifted", "lifted a hold on the record of {person}")
RETURNED = register(
    "retention.returned.decided", "decided about {person}, whose earlier record was disposed of"
)
REQUEST_ENTERED = register("retention.access.entered", "entered a request of {person} to see what is held")
IDENTIFIED = register("retention.access.identified", "recorded how {person} proved who they are")
TAKEN = register("retention.access.taken", "took over the request of {person}")
EXTENDED = register("retention.access.extended", "extended the time to answer {person}")
ASSEMBLED = register("retention.access.assembled", "put together what is held about {person}")
ITEM_DECIDED = register("retention.access.item_decided", "decided what {person} is given of an item")
SECTION_DECIDED = register("retention.access.section_decided", "confirmed a section for {person}")
RELEASE_ASKED = register(
    "retention.access.release_asked", "asked for a second signature on what {person} is given"
)
RELEASE_SIGNED = register("retention.access.release_signed", "signed what {person} is given")
BUNDLE_MADE = register("retention.access.bundle_made", "made the bundle for {person}")
RELEASED = register("retention.access.released", "gave {person} what is held about them")
ENDED = register("retention.access.ended", "ended the request of {person}")
CORRECTION_ENTERED = register(
    "retention.correction.entered", "entered a request of {person} to put something right"
)
CORRECTION_DECIDED = register(
    "retention.correction.decided", "decided on what {person} asked to be put right"
)
