"""What loading a file leaves in the record of acts."""

from iom.audit.actions import register

FILE_RECEIVED = register("feeds.file.received", "received a file from a force system")
FILE_AGAIN = register("feeds.file.tried_again", "asked for a parked or broken file to be loaded again")
SENDER_MADE = register("feeds.sender.made", "gave a system a key to post files")
SENDER_ENDED = register("feeds.sender.ended", "ended a system's key to post files")
RHYTHM_SET = register("feeds.rhythm.set", "set how often files of a feed are expected")
FILE_LOADED = register("feeds.file.loaded", "loaded a file from a force system")
FILE_PARKED = register("feeds.file.parked", "parked a file with too many rejected rows")
FILE_REFUSED = register("feeds.file.refused", "refused a broken file")
