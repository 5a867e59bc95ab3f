from django.urls import path

from cohorts.views import case, deselection, engagement, my_day, people, plan, referral, selection, sharing

app_name = "cohorts"
urlpatterns = [
    path("", my_day.home, name="my_day"),
    path("people/<path:nominal_ref>/timeline/", people.person_timeline, name="timeline"),
    # A force's reference may hold a slash, so the longest address comes last.
    path("people/<path:nominal_ref>/", people.profile, name="profile"),
    path("referrals/", referral.referrals, name="referrals"),
    path("referrals/new/", referral.new_referral, name="new_referral"),
    path("referrals/<int:pk>/", referral.referral, name="referral"),
    path("referrals/<int:pk>/match/", referral.match, name="match"),
    path("referrals/<int:pk>/research/", referral.take_up, name="take_up"),
    path("referrals/<int:pk>/list/", referral.list_for, name="list_for"),
    path("referrals/<int:pk>/withdraw/", referral.take_back, name="take_back"),
    path("referrals/<int:pk>/decision/", selection.decide, name="decide"),
    path("cases/", case.cases, name="cases"),
    path("cases/<int:pk>/", case.case, name="case"),
    path("cases/<int:pk>/manager/", case.allocate, name="allocate"),
    path("cases/<int:pk>/cohort/<str:scheme>/", case.move, name="move"),
    path("cases/<int:pk>/checklist/<int:item_id>/", case.checklist_item, name="checklist_item"),
    path("cases/<int:pk>/deadlines/<int:deadline_id>/extend/", case.extend, name="extend"),
    path("cases/<int:pk>/share/", sharing.share, name="share"),
    path("cases/<int:pk>/share/<int:agency_id>/change/", sharing.change_share, name="change_share"),
    path("cases/<int:pk>/share/<int:agency_id>/stop/", sharing.stop_sharing, name="stop_sharing"),
    path("cases/<int:pk>/share/again/<int:line_id>/", sharing.review_line, name="review_line"),
    path("cases/<int:pk>/plan/", plan.plan, name="plan"),
    path("cases/<int:pk>/plan/new/", plan.new_version, name="new_plan"),
    path("cases/<int:pk>/plan/<int:plan_id>/", plan.edit_plan, name="edit_plan"),
    path("cases/<int:pk>/plan/<int:plan_id>/complete/", plan.finish_plan, name="finish_plan"),
    path("cases/<int:pk>/plan/<int:plan_id>/endorse/", plan.endorse, name="endorse_plan"),
    path("cases/<int:pk>/plan/<int:plan_id>/return/", plan.return_plan, name="return_plan"),
    path("cases/<int:pk>/actions/new/", plan.new_action, name="new_action"),
    path("cases/<int:pk>/actions/<int:action_id>/", plan.action, name="action"),
    path("cases/<int:pk>/pathways/", plan.pathway, name="pathway"),
    path("cases/<int:pk>/engagements/", engagement.engagements, name="engagements"),
    path("cases/<int:pk>/engagements/plan/", engagement.plan_one, name="plan_engagement"),
    path("cases/<int:pk>/engagements/record/", engagement.record_one, name="record_engagement"),
    path("cases/<int:pk>/engagements/<int:engagement_id>/", engagement.record_one, name="engagement"),
    path("cases/<int:pk>/deselection/", deselection.propose, name="propose_deselection"),
    path(
        "cases/<int:pk>/deselection/<int:deselection_id>/agree/", deselection.agree, name="agree_deselection"
    ),
    path(
        "cases/<int:pk>/deselection/<int:deselection_id>/turn-down/", deselection.turn_down, name="turn_down"
    ),
    path(
        "cases/<int:pk>/deselection/<int:deselection_id>/complete/", deselection.complete, name="deregister"
    ),
    path("cases/<int:pk>/notices/<int:notice_id>/", deselection.acknowledge_notice, name="acknowledge"),
    path("deadlines/", case.deadlines, name="deadlines"),
]
