from django.urls import path

from iom.persons import views, views_duplicates, views_elsewhere, views_naming

app_name = "persons"
urlpatterns = [
    path("", views.people, name="people"),
    path("elsewhere/", views_elsewhere.elsewhere, name="elsewhere"),
    path("emergency/", views_elsewhere.emergency, name="emergency"),
    path("openings/", views_elsewhere.openings, name="openings"),
    path("openings/<int:pk>/", views_elsewhere.review, name="review_opening"),
    path("duplicates/", views_duplicates.pairs, name="duplicates"),
    path("duplicates/new/", views_duplicates.name_pair, name="name_pair"),
    path("duplicates/<int:pair_id>/", views_duplicates.pair, name="duplicate"),
    path("merges/", views_duplicates.merges, name="merges"),
    path("merges/<int:merge_id>/back/", views_duplicates.unmerge, name="unmerge"),
    path("<path:nominal_ref>/open/", views_elsewhere.open_elsewhere, name="open_elsewhere"),
    path("<path:nominal_ref>/who-sees/", views_naming.who_sees, name="who_sees"),
    path("<path:nominal_ref>/who-sees/restrict/", views_naming.restrict, name="restrict"),
    path("<path:nominal_ref>/who-sees/lift/", views_naming.lift, name="lift"),
    path("<path:nominal_ref>/who-sees/name/", views_naming.name, name="name_user"),
    path("<path:nominal_ref>/who-sees/<int:pk>/end/", views_naming.end, name="end_naming"),
]
