"""Referrals, cases and deadlines for programs: the same selectors and services as the pages.

The `steps` of a referral, a plan and a deselection are each an address of the same name, with hyphens.
"""
