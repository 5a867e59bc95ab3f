from django.urls import path

from scoring.instruments import api

urlpatterns = [
    path(
        "persons/<nominal_ref:nominal_ref>/local-calculations/",
        api.calculation_list,
        name="local_calculations",
    ),
]
