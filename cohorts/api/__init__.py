"""Referrals, cases and deadlines for programs: the same selectors and services as the pages.

Each name in the `steps` of a referral or a case is an address of the same name, with hyphens.
"""
