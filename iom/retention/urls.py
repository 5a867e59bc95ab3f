from django.urls import path

from iom.retention.views import access, bundle, retention

app_name = "retention"
urlpatterns = [
    path("retention/", retention.queue, name="queue"),
    path("retention/reviews/<int:pk>/", retention.review, name="review"),
    path("retention/reviews/<int:pk>/keep/", retention.keep, name="keep"),
    path("retention/reviews/<int:pk>/dispose/", retention.dispose, name="dispose"),
    path("retention/holds/", retention.holds, name="holds"),
    path("retention/holds/add/", retention.hold_add, name="hold_add"),
    path("retention/holds/<int:pk>/lift/", retention.hold_lift, name="hold_lift"),
    path("retention/returned/", retention.returned, name="returned"),
    path("retention/returned/<int:pk>/", retention.returned_decide, name="returned_decide"),
    path("retention/disposals/", retention.disposals, name="disposals"),
    path("retention/disposals/<int:pk>/", retention.disposal, name="disposal"),
    path("retention/schedule/", retention.schedule, name="schedule"),
    path("subject-access/", access.requests, name="requests"),
    path("subject-access/add/", access.request_add, name="request_add"),
    path("subject-access/corrections/", access.corrections, name="corrections"),
    path("subject-access/corrections/add/", access.correction_add, name="correction_add"),
    path("subject-access/corrections/<int:pk>/", access.correction_decide, name="correction_decide"),
    path("subject-access/items/<int:pk>/", access.item, name="item"),
    path("subject-access/<int:pk>/", access.request_detail, name="request"),
    path("subject-access/<int:pk>/identity/", access.identity, name="identity"),
    path("subject-access/<int:pk>/take/", access.take, name="take"),
    path("subject-access/<int:pk>/extend/", access.extend_time, name="extend"),
    path("subject-access/<int:pk>/assemble/", access.assemble, name="assemble"),
    path("subject-access/<int:pk>/end/", access.end, name="end"),
    path("subject-access/<int:pk>/sections/<slug:section>/", access.section, name="section"),
    path("subject-access/<int:pk>/sections/<slug:section>/confirm/", access.confirm, name="confirm"),
    path("subject-access/<int:pk>/sign/", bundle.ask, name="ask"),
    path("subject-access/<int:pk>/bundle/", bundle.preview, name="bundle"),
    path("subject-access/<int:pk>/bundle.pdf", bundle.pdf, name="bundle_pdf"),
    path("subject-access/<int:pk>/bundle.json", bundle.document, name="bundle_json"),
    path("subject-access/<int:pk>/give/", bundle.give, name="give"),
]
