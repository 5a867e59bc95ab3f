from django.urls import path

from iom.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.act_list, name="act_list"),
    path("export.csv", views.act_export, name="act_export"),
    path("seals/", views.seal_list, name="seal_list"),
    path("seals/anchor.json", views.anchor, name="anchor"),
    path("<int:pk>/", views.act_page, name="act_page"),
]
