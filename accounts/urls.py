"""The addresses under /accounts/. Those of django-allauth keep its names, since it looks them up by these."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from .views import addresses, authorities, invitations, own, people, policies, sign_in

signing_in = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-out/", account.logout, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("password/forgotten/", sign_in.ResetView.as_view(), name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/new/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/set-up/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/turn-off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]

# django-allauth asks for these names; the service has no such pages.
closed = [
    path("closed/sign-up/", sign_in.closed, name="account_signup"),
    path("closed/email/", sign_in.closed, name="account_email"),
    path("closed/email/sent/", sign_in.closed, name="account_email_verification_sent"),
    path("closed/email/<str:key>/", sign_in.closed, name="account_confirm_email"),
    path("closed/password/", sign_in.closed, name="account_set_password"),
    path("closed/council/sign-up/", sign_in.closed, name="socialaccount_signup"),
    path("closed/council/connections/", sign_in.closed, name="socialaccount_connections"),
]

council = [
    path("council/stopped/", login_not_required(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("council/failed/", login_not_required(social.login_error), name="socialaccount_login_error"),
]
if settings.OIDC_SERVER_URL:
    council.append(path("council/", include("allauth.socialaccount.providers.openid_connect.urls")))

ours = [
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("invitations/", invitations.invitation_list, name="invitation-list"),
    path("invitations/send/", invitations.invitation_send, name="invitation-send"),
    path("invitations/<int:pk>/", invitations.invitation_detail, name="invitation-detail"),
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation-resend"),
    path("invitations/<int:pk>/take-back/", invitations.invitation_revoke, name="invitation-revoke"),
    path("people/", people.person_list, name="person-list"),
    path("people/<int:pk>/", people.person_detail, name="person-detail"),
    path("people/<int:pk>/roles/give/", people.role_give, name="role-give"),
    path("people/<int:pk>/roles/<int:role_pk>/end/", people.role_end, name="role-end"),
    path("people/<int:pk>/close/", people.person_close, name="person-close"),
    path("people/<int:pk>/close/now/", people.person_disable, name="person-disable"),
    path("people/<int:pk>/password/", people.person_reset, name="person-reset"),
    path("people/<int:pk>/second-factor/", people.second_factor_lost, name="second-factor-lost"),
    path("people/<int:pk>/second-factor/remove/", people.second_factor_remove, name="second-factor-remove"),
    path("people/<int:pk>/open/", people.person_enable, name="person-enable"),
    path("you/", own.own_details, name="own-details"),
    path("you/name/", own.own_name, name="own-name"),
    path("you/email/", addresses.own_address, name="own-address"),
    path("you/email/<str:secret>/", addresses.own_address_confirm, name="own-address-confirm"),
    path("you/capacity/", own.capacity_switch, name="capacity-switch"),
    path("session/", own.session_extend, name="session-extend"),
    path("kept/", own.kept, name="kept"),
    path("kept/throw-away/", own.kept_throw_away, name="kept-throw-away"),
    path("authorities/", policies.authority_list, name="authority-list"),
    path("authorities/<str:code>/contact/", authorities.authority_contact, name="authority-contact"),
    path("policy/", policies.own_policy, name="own-policy"),
    path("policy/<str:code>/", policies.policy_detail, name="policy-detail"),
    path("policy/<str:code>/change/", policies.policy_change, name="policy-change"),
    path("policy/<str:code>/<int:pk>/take-back/", policies.policy_take_back, name="policy-take-back"),
]

urlpatterns = [*signing_in, *closed, *council, path("", include((ours, "accounts")))]
