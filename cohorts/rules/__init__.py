"""The rules of referral, selection, management and deselection: plain values and dates, no database and no clock."""
