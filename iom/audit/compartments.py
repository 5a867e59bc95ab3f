"""Where the fields of this app belong."""

from iom.kernel.compartments import classify

_SEAL = "salt leaf xid"
classify(
    "audit.Act",
    audit="id at kind action user_id user_name role agency subjects reason detail disposal",
    system=f"request_id {_SEAL}",
)
classify(
    "audit.Change",
    audit="id at table_name row_id operation subject before after user_id database_role disposal",
    system=f"request_id {_SEAL}",
)
classify("audit.SealKey", system="key_id public_key vouched_by voucher made_at")
classify(
    "audit.Seal",
    system="number previous root from_xid below_xid acts changes first_at last_at sealed_at key digest signature",
)
classify("audit.Origin", system="id shift")
classify("audit.Verification", system="id at passed seals rows unsealed disposed problems took_seconds")
