"""Who sees a merged record: nobody new. Its shares and namings do not carry over to the record that is kept."""

from iom.kernel.merging import stays

stays("access.AgencyAccess", "Shared was one record; what is kept stays shared only with who had both.")
stays("access.PersonUserGrant", "Named was who may see one record; the namings end with the merge.")
