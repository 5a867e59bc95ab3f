"""What becomes of the audit on disposal: rows stay, their words are blanked (`iom.audit.services`), the seals hold."""

from iom.kernel.disposal import keep

keep("audit.Act", "Names people by number; its words are blanked by the audit's own disposal.")
keep("audit.Change", "Names people by number; before and after are blanked by the audit's own disposal.")
