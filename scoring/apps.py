from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string

from iom.accounts.rules import Power
from iom.approvals import registry as approvals
from iom.kernel.frame import FramePart, register_frame_part
from iom.kernel.navigation import NavItem, register_nav_item
from scoring import feeds

NAVIGATION = (
    NavItem(
        "Emerging threat", "scoring:emerging", Power.SEE_SCORES, order=20, count="scoring.frame.open_alerts"
    ),
    NavItem("Scores", "scoring:scores", Power.SEE_SCORES, order=25),
    NavItem("Score models", "scoring:models", Power.DRAFT_SCORE_MODEL, order=93),
    NavItem("Offence codes", "scoring:codes", Power.SEE_SCORES, order=97),
)


class ScoringConfig(AppConfig):
    name = "scoring"
    label = "scoring"

    def ready(self) -> None:
        import_module("scoring.jobs")
        approvals.register(import_string("scoring.services.adoption.KIND"))
        feeds.declare()
        for item in NAVIGATION:
            register_nav_item(item)
        register_frame_part(
            FramePart(import_string("scoring.frame.score_age"), import_string("scoring.frame.asks_age"))
        )
