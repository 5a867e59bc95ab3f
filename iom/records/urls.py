from django.urls import path

from iom.records import views
from iom.records.kinds import KINDS

app_name = "records"
urlpatterns = [
    one
    for kind in KINDS.values()
    for one in (
        path(
            f"people/<path:nominal_ref>/{kind.code}/",
            views.record_list,
            {"kind": kind.code},
            views.name_of(kind),
        ),
        path(
            f"people/<path:nominal_ref>/{kind.code}/add/",
            views.record_add,
            {"kind": kind.code},
            f"{views.name_of(kind)}_add",
        ),
        path(
            f"people/<path:nominal_ref>/{kind.code}/csv/",
            views.record_csv,
            {"kind": kind.code},
            f"{views.name_of(kind)}_csv",
        ),
        path(
            f"{kind.code}/<int:pk>/correct/",
            views.record_correct,
            {"kind": kind.code},
            f"{views.name_of(kind)}_correct",
        ),
        path(
            f"{kind.code}/<int:pk>/end/", views.record_end, {"kind": kind.code}, f"{views.name_of(kind)}_end"
        ),
    )
] + [
    path("intelligence/<int:pk>/sanitise/", views.item_sanitise, name="intelligence_sanitise"),
    path("notes/<int:pk>/audience/", views.note_audience, name="notes_audience"),
]
