from django.urls import path

from iom.signin.people import views as people
from iom.signin.views import confirm, door, own, sso

app_name = "signin"
urlpatterns = [
    path("accounts/sign-in/", door.sign_in, name="sign_in"),
    path("accounts/sign-out/", door.sign_out, name="sign_out"),
    path("signin/", own.overview, name="overview"),
    path("signin/second-step/", door.second_step, name="second_step"),
    path("signin/set-up/", door.set_up, name="set_up"),
    path("signin/set-up/app/", door.set_up_app, name="set_up_app"),
    path("signin/set-up/key/", door.set_up_key, name="set_up_key"),
    path("signin/confirm/", confirm.confirm, name="confirm"),
    path("signin/password/", own.password, name="password"),
    path("signin/app/", own.app, name="app"),
    path("signin/app/remove/", own.app_remove, name="app_remove"),
    path("signin/keys/add/", own.key_add, name="key_add"),
    path("signin/keys/<int:key_id>/remove/", own.key_remove, name="key_remove"),
    path("signin/recovery-codes/", own.recovery_codes, name="recovery_codes"),
    path("signin/everywhere/", own.everywhere, name="everywhere"),
    path("signin/stay/", own.stay, name="stay"),
    path("signin/provider/<int:provider_id>/", sso.provider_start, name="provider_start"),
    path("signin/confirm/agency/", sso.confirm_start, name="confirm_start"),
    path("signin/back/", sso.provider_back, name="provider_back"),
    path("signin/link/<str:token>/", sso.invitation, name="invitation"),
    path("accounts/people/", people.people, name="people"),
    path("accounts/people/invite/", people.invite, name="invite"),
    path("accounts/people/<int:user_id>/", people.person, name="person"),
    path("accounts/people/<int:user_id>/add/", people.add_membership, name="person_add"),
    path("accounts/people/<int:user_id>/move/<int:membership_id>/", people.join_team, name="person_move"),
    path("accounts/people/<int:user_id>/end/<int:membership_id>/", people.end, name="person_end"),
    path("accounts/people/<int:user_id>/link/", people.link, name="person_link"),
    path("accounts/people/<int:user_id>/draw/<int:invitation_id>/", people.draw, name="person_draw"),
    path("accounts/people/<int:user_id>/<slug:act>/", people.with_reason, name="person_act"),
    path("accounts/providers/", people.providers, name="providers"),
    path("accounts/providers/add/", people.provider, name="provider_add"),
    path("accounts/providers/<int:provider_id>/", people.provider, name="provider"),
    path("signin/carry-on/", own.carry_on, name="carry_on"),
]
