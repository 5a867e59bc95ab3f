"""What loading a file leaves in the record of acts."""

from iom.audit.actions import register

FILE_LOADED = register("feeds.file.loaded", "loaded a file from a force system")
FILE_PARKED = register("feeds.file.parked", "parked a file with too many rejected rows")
FILE_REFUSED = register("feeds.file.refused", "refused a broken file")
