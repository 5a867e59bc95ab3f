from django.urls import path

from iom.kernel import converters  # noqa: F401  (registers the parts of addresses)
from iom.oversight import views

app_name = "oversight"
urlpatterns = [
    path("audit/findings/", views.findings, name="findings"),
    path("audit/findings/<int:pk>/", views.finding, name="finding"),
    path("audit/reviews/", views.reviews, name="reviews"),
    path("audit/reviews/<int:pk>/", views.review, name="review"),
    path("audit/people/<nominal_ref:nominal_ref>/", views.looks, name="looks"),
]
