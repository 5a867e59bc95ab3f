"""The feed of offence codes: which scoring category each Home Office code falls into (INT-1, scoring.md 2.2).

A file proposes a list; nothing of it counts before another person has approved it with a note.
"""

from iom.feeds.kinds import FeedKind, Load, choice, code_of_digits, text
from scoring import shipped

ROR_CATEGORIES = tuple(
    sorted({c for model, family, c in shipped.base_points() if (model, family) == ("ROR", "crime")})
)
DA_CATEGORIES = tuple(
    sorted({c for model, family, c in shipped.base_points() if (model, family) == ("DA", "crime")})
)

_PROPOSE = """
    INSERT INTO scoring_offence_list (status, feed_file_id, reason, proposed_by_id, proposed_at, note, events_up_to,
        events_changed)
    SELECT 'proposed', f.id, 'Sent as the file ' || f.name, f.loaded_by_id, %(at)s::timestamptz, '', 0, 0
    FROM feeds_feedfile f WHERE f.id = %(file)s"""
_NOTHING_NEW = """
    DELETE FROM scoring_offence_list l WHERE l.feed_file_id = %(file)s
        AND NOT EXISTS (SELECT 1 FROM scoring_offence_list_row r WHERE r.list_id = l.id)"""
_NEIGHBOURHOOD = "coalesce(s.neighbourhood_crime = 'Y', false)"

OFFENCE_CODES = FeedKind(
    name="offence_codes",
    title="Offence codes",
    order=90,
    columns=(
        code_of_digits("ho_code", "Home Office code", digits=5, what="a Home Office code", required=True),
        text("category", "the code's own category", required=True, longest=160),
        text("sub_category", "the code's own words", required=True, longest=500),
        choice(
            "ror_category", "scoring category of the Risk of Reoffending model", ROR_CATEGORIES, required=True
        ),
        choice(
            "da_category", "scoring category if the offence is domestic abuse", DA_CATEGORIES, required=True
        ),
        choice("neighbourhood_crime", "Y if it is neighbourhood crime", ("Y", "N")),
    ),
    key=("ho_code",),
    joins="LEFT JOIN scoring_offence_code o ON o.ho_code = s.ho_code",
    load=Load(
        table="scoring_offence_list_row",
        values={
            "list_id": "(SELECT l.id FROM scoring_offence_list l WHERE l.feed_file_id = %(file)s)",
            "ho_code": "s.ho_code",
            "category": "s.category",
            "sub_category": "s.sub_category",
            "ror_category": "s.ror_category",
            "da_category": "s.da_category",
            "neighbourhood_crime": _NEIGHBOURHOOD,
            "was_ror": "coalesce(o.ror_category, '')",
            "was_da": "coalesce(o.da_category, '')",
        },
        key=("list_id", "ho_code"),
        person="",
        where="(o.category, o.sub_category, o.ror_category, o.da_category, o.neighbourhood_crime)"
        f" IS DISTINCT FROM (s.category, s.sub_category, s.ror_category, s.da_category, {_NEIGHBOURHOOD})",
    ),
    first=(_PROPOSE,),
    then=(_NOTHING_NEW,),
    can_withdraw=False,
    every_hours=None,
    notes="The file proposes a list: only codes that are new or mapped otherwise count as new rows. It is in force "
    "once another person has approved it on the page Offence codes, with a note. Then events that are held are mapped "
    "anew; past nights stay as they were told.",
)
