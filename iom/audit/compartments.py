"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

classify(
    "audit.Act",
    audit="id at kind action user_id user_name role agency subjects reason detail",
    system="request_id",
)
classify(
    "audit.Change",
    audit="id at table_name row_id operation subject before after user_id database_role",
    system="request_id",
)
