"""Addresses of SIPs, deployments and the conditions of grant."""

from django.urls import path

from accounts.access import requires
from accounts.permissions import P

from . import views
from .finding import FindRegister, ShortlistRegister
from .registers import (
    AccreditationRegister,
    AgreementRegister,
    ApplicationRegister,
    CaseRegister,
    ClaimRegister,
    ConfirmationRegister,
    DeploymentRegister,
    FactRegister,
    FlagRegister,
    LimitRegister,
    NotificationRegister,
    OverrideRegister,
    PartnerRegister,
)

app_name = "partners"

find = requires(P.SHORTLIST_USE)(FindRegister.as_view())
shortlist_list = requires(P.SHORTLIST_USE)(ShortlistRegister.as_view())
partner_list = requires(P.PARTNER_VIEW)(PartnerRegister.as_view())
agreement_list = requires(P.AGREEMENT_VIEW)(AgreementRegister.as_view())
deployment_list = requires(P.DEPLOYMENT_VIEW)(DeploymentRegister.as_view())
fact_list = requires(P.PARTNER_FACT_CONFIRM)(FactRegister.as_view())
confirmation_list = requires(P.PARTNER_FACT_CONFIRM)(ConfirmationRegister.as_view())
accreditation_list = requires(P.ACCREDITATION_VIEW)(AccreditationRegister.as_view())
application_list = requires(P.ACCREDITATION_EDIT)(ApplicationRegister.as_view())
claim_list = requires(P.ACCREDITATION_VIEW)(ClaimRegister.as_view())
case_list = requires(P.REMOVAL_VIEW)(CaseRegister.as_view())
flag_list = requires(P.DEPLOYMENT_PROPOSE)(FlagRegister.as_view())
override_list = requires(P.DEPLOYMENT_PROPOSE)(OverrideRegister.as_view())
limit_list = requires(P.NOTIFICATION_VIEW)(LimitRegister.as_view())
notification_list = requires(P.NOTIFICATION_VIEW)(NotificationRegister.as_view())

# fmt: off
urlpatterns = [
    path("partners/",                                            partner_list,                name="partner-list"),
    path("partners/new/",                                        views.partner_new,           name="partner-new"),
    path("partners/import/",                                     views.partner_import,        name="partner-import"),
    path("partners/import/<int:pk>/",                            views.import_preview,        name="import-preview"),
    path("partners/agreements/",                                 agreement_list,              name="agreement-list"),
    path("partners/imports/<int:pk>/",                           views.import_done,           name="import-done"),
    path("partners/changes/",                                    fact_list,                   name="fact-list"),
    path("partners/changes/<int:pk>/",                           views.fact_decide,           name="fact-decide"),
    path("partners/confirmations/",                              confirmation_list,           name="confirmation-list"),
    path("partners/declarations/",                               views.declaration_list,      name="declaration-list"),
    path("partners/declarations/new/",                           views.declaration_new,       name="declaration-new"),
    path("partners/declarations/<int:pk>/",                      views.declaration_detail,    name="declaration-detail"),
    path("partners/declarations/<int:pk>/answer/",               views.declaration_answer,    name="declaration-answer"),
    path("partners/find/",                                       find,                        name="find"),
    path("partners/compare/",                                    views.compare,               name="compare"),
    path("partners/shortlists/",                                 shortlist_list,              name="shortlist-list"),
    path("partners/shortlists/new/",                             views.shortlist_new,         name="shortlist-new"),
    path("partners/shortlists/add/",                             views.shortlist_add,         name="shortlist-add"),
    path("partners/shortlists/<int:pk>/",                        views.shortlist_detail,      name="shortlist-detail"),
    path("partners/shortlists/<int:pk>/change/",                 views.shortlist_change,      name="shortlist-change"),
    path("partners/shortlists/<int:pk>/close/",                  views.shortlist_close,       name="shortlist-close"),
    path("partners/shortlists/<int:pk>/<int:entry_pk>/note/",    views.entry_note,            name="entry-note"),
    path("partners/shortlists/<int:pk>/<int:entry_pk>/place/",   views.entry_place,           name="entry-place"),
    path("partners/shortlists/<int:pk>/<int:entry_pk>/remove/",  views.entry_remove,          name="entry-remove"),
    path("partners/duplicates/",                                 views.duplicates,            name="duplicates"),
    path("partners/duplicates/<slug:first>/<slug:second>/",      views.duplicate_pair,        name="duplicate-pair"),
    path("partners/duplicates/<slug:first>/<slug:second>/ask/",  views.duplicate_ask,         name="duplicate-ask"),
    path("partners/duplicates/<slug:first>/<slug:second>/not-same/", views.duplicate_not_same, name="duplicate-not-same"),
    path("partners/duplicates/<slug:first>/<slug:second>/merge/", views.duplicate_merge,      name="duplicate-merge"),
    path("partners/<slug:reference>/",                           views.partner_detail,        name="partner-detail"),
    path("partners/<slug:reference>/accreditation/",             views.partner_accreditation, name="partner-accreditation"),
    path("partners/<slug:reference>/accreditation/new/",         views.accreditation_new,     name="accreditation-new"),
    path("partners/<slug:reference>/schools/",                   views.partner_schools,       name="partner-schools"),
    path("partners/<slug:reference>/checks/",                    views.partner_checks,        name="partner-checks"),
    path("partners/<slug:reference>/record/",                    views.partner_record,        name="partner-record"),
    path("partners/<slug:reference>/details/",                   views.partner_details,       name="partner-details"),
    path("partners/<slug:reference>/kind/",                      views.partner_kind,          name="partner-kind"),
    path("partners/<slug:reference>/headships/new/",             views.headship_new,          name="headship-new"),
    path("partners/<slug:reference>/headships/<int:pk>/end/",    views.headship_end,          name="headship-end"),
    path("partners/<slug:reference>/willingness/new/",           views.willingness_new,       name="willingness-new"),
    path("partners/<slug:reference>/willingness/<int:pk>/end/",  views.willingness_end,       name="willingness-end"),
    path("partners/<slug:reference>/interests/",                 views.partner_interests,     name="partner-interests"),
    path("partners/<slug:reference>/interests/new/",             views.interest_new,          name="interest-new"),
    path("partners/<slug:reference>/interests/confirm/",         views.interest_confirm,      name="interest-confirm"),
    path("partners/<slug:reference>/interests/<int:pk>/end/",    views.interest_end,          name="interest-end"),
    path("partners/<slug:reference>/confirm/",                   views.partner_confirm,       name="partner-confirm"),
    path("partners/<slug:reference>/development/",               views.partner_development,   name="partner-development"),
    path("partners/<slug:reference>/skills-audit/",              views.skills_new,            name="skills-new"),
    path("partners/<slug:reference>/expertise/",                 views.expertise_change,      name="expertise-change"),
    path("partners/<slug:reference>/facts/",                     views.partner_facts,         name="partner-facts"),
    path("partners/<slug:reference>/asked/",                     views.partner_asked,         name="partner-asked"),
    path("partners/<slug:reference>/portrait/",                  views.portrait_keep,         name="portrait-keep"),
    path("partners/<slug:reference>/stand-down/",                views.stand_down_new,        name="stand-down-new"),
    path("partners/<slug:reference>/stand-down/<int:pk>/end/",   views.stand_down_end,        name="stand-down-end"),
    path("partners/<slug:reference>/challenge/<int:pk>/end/",    views.nca_end,               name="nca-end"),
    path("partners/<slug:reference>/engagements/<int:pk>/challenge/", views.nca_new,          name="nca-new"),
    path("partners/<slug:reference>/files/<int:pk>/",            views.partner_file,          name="partner-file"),
    path("partners/<slug:reference>/files/<int:pk>/withdraw/",   views.file_withdraw,         name="file-withdraw"),
    path("partners/<slug:reference>/engage/",                    views.partner_engage,        name="partner-engage"),
    path("partners/<slug:reference>/engagements/<int:pk>/support/",  views.support_set,       name="support-set"),
    path("partners/<slug:reference>/engagements/<int:pk>/invite/",   views.partner_invite,    name="partner-invite"),
    path("partners/<slug:reference>/engagements/<int:pk>/check/",    views.check_record,      name="check-record"),
    path("partners/<slug:reference>/engagements/<int:pk>/checks/<slug:kind>/", views.check_detail, name="check-detail"),
    path("partners/<slug:reference>/engagements/<int:pk>/checks/<slug:kind>/hand-in/", views.check_hand_in, name="check-hand-in"),
    path("partners/<slug:reference>/checks/<int:pk>/file/",      views.check_file,            name="check-file"),
    path("partners/<slug:reference>/checks/<int:pk>/verify/",    views.check_verify,          name="check-verify"),
    path("partners/<slug:reference>/checks/<int:pk>/return/",    views.check_return,          name="check-return"),
    path("partners/<slug:reference>/checks/<int:pk>/void/",      views.check_void,            name="check-void"),
    path("partners/<slug:reference>/engagements/<int:pk>/agreements/new/", views.agreement_new, name="agreement-new"),
    path("partners/<slug:reference>/agreements/<int:pk>/",       views.agreement_detail,      name="agreement-detail"),
    path("partners/<slug:reference>/agreements/<int:pk>/terms/", views.agreement_terms,       name="agreement-terms"),
    path("partners/<slug:reference>/agreements/<int:pk>/schools/", views.agreement_schools,   name="agreement-schools"),
    path("partners/<slug:reference>/agreements/<int:pk>/schools/<int:school_pk>/remove/", views.agreement_school_remove,
         name="agreement-school-remove"),
    path("partners/<slug:reference>/agreements/<int:pk>/pdf/",   views.agreement_pdf,         name="agreement-pdf"),
    path("partners/<slug:reference>/agreements/<int:pk>/sign/",  views.agreement_sign,        name="agreement-sign"),
    path("partners/<slug:reference>/agreements/<int:pk>/countersign/", views.agreement_countersign, name="agreement-countersign"),
    path("partners/<slug:reference>/agreements/<int:pk>/next-year/", views.agreement_follow,  name="agreement-follow"),
    path("partners/<slug:reference>/agreements/<int:pk>/change/", views.agreement_change,     name="agreement-change"),
    path("partners/<slug:reference>/agreements/<int:pk>/notice/", views.agreement_notice,     name="agreement-notice"),
    path("partners/<slug:reference>/agreements/<int:pk>/extra-work/", views.extra_work_new,   name="extra-work-new"),
    path("partners/<slug:reference>/agreements/<int:pk>/extra-work/<int:work_pk>/<slug:name>/", views.extra_work_decide,
         name="extra-work-decide"),
    path("partners/<slug:reference>/agreements/<int:pk>/breaches/new/", views.breach_new,     name="breach-new"),
    path("partners/<slug:reference>/agreements/<int:pk>/breaches/<int:breach_pk>/", views.breach_review, name="breach-review"),
    path("partners/<slug:reference>/agreements/<int:pk>/breaches/<int:breach_pk>/file/", views.breach_file, name="breach-file"),
    path("partners/<slug:reference>/agreements/<int:pk>/<slug:name>/", views.agreement_move,  name="agreement-move"),
    path("partners/<slug:reference>/engagements/<int:pk>/contract/", views.contract_confirm,  name="contract-confirm"),

    path("accreditations/",                                      accreditation_list,          name="accreditation-list"),
    path("accreditations/applications/",                         application_list,            name="application-list"),
    path("accreditations/applications/<int:pk>/",                views.application_detail,    name="application-detail"),
    path("accreditations/applications/<int:pk>/references/new/", views.referee_new,           name="referee-new"),
    path("accreditations/applications/<int:pk>/references/<int:referee_pk>/", views.referee_receive, name="referee-receive"),
    path("accreditations/applications/<int:pk>/results/new/",    views.sitting_new,           name="sitting-new"),
    path("accreditations/applications/<int:pk>/results/<int:attempt_pk>/notice/", views.sitting_notice, name="sitting-notice"),
    path("accreditations/applications/<int:pk>/<slug:name>/",    views.application_move,      name="application-move"),
    path("accreditations/claims/",                               claim_list,                  name="claim-list"),
    path("accreditations/claims/<int:pk>/",                      views.claim_detail,          name="claim-detail"),
    path("accreditations/claims/<int:pk>/practice/new/",         views.practice_new,          name="practice-new"),
    path("accreditations/claims/<int:pk>/files/new/",            views.claim_file,            name="claim-file"),
    path("accreditations/claims/<int:pk>/<slug:name>/",          views.claim_move,            name="claim-move"),
    path("accreditations/discussions/<int:pk>/",                 views.discussion_detail,     name="discussion-detail"),
    path("accreditations/discussions/<int:pk>/receive/",         views.discussion_receive,    name="discussion-receive"),
    path("accreditations/discussions/<int:pk>/answer/",          views.discussion_answer,     name="discussion-answer"),
    path("accreditations/removal-cases/",                        case_list,                   name="case-list"),
    path("accreditations/removal-cases/<int:pk>/",               views.case_detail,           name="case-detail"),
    path("accreditations/removal-cases/<int:pk>/decision/",      views.case_decision,         name="case-decision"),
    path("accreditations/removal-cases/<int:pk>/<slug:name>/",   views.case_move,             name="case-move"),
    path("accreditations/records/",                              views.records_ask,           name="records-ask"),
    path("accreditations/records/<slug:code>/",                  views.records_confirm,       name="records-confirm"),
    path("accreditations/clock/",                                views.clock_set,             name="accreditation-clock"),
    path("partners/<slug:reference>/applications/new/",          views.application_new,       name="application-new"),
    path("partners/<slug:reference>/claims/new/",                views.claim_new,             name="claim-new"),
    path("partners/<slug:reference>/discussions/new/",           views.discussion_new,        name="discussion-new"),
    path("partners/<slug:reference>/removal-cases/new/",         views.case_new,              name="case-new"),

    path("deployments/",                                         deployment_list,             name="deployment-list"),
    path("deployments/import/",                                  views.deployment_import,     name="deployment-import"),
    path("deployments/new/",                                     views.deploy_school,         name="deploy-school"),
    path("deployments/new/<slug:urn>/",                          views.deploy_candidates,     name="deploy-candidates"),
    path("deployments/new/<slug:urn>/<slug:reference>/",         views.deploy_check,          name="deploy-check"),
    path("deployments/end/",                                     views.deployments_end,       name="deployments-end"),
    path("deployments/notifications/",                           notification_list,           name="notification-list"),
    path("deployments/notifications/<int:pk>/sent/",             views.notification_send,     name="notification-send"),
    path("deployments/flags/",                                   flag_list,                   name="flag-list"),
    path("deployments/overrides/",                               override_list,               name="override-list"),
    path("deployments/what-if/",                                 views.what_if,               name="what-if"),
    path("deployments/limits/",                                  limit_list,                  name="limit-list"),
    path("deployments/flags/<int:pk>/",                          views.flag_decide,           name="flag-decide"),
    path("deployments/<int:pk>/",                                views.deployment_detail,     name="deployment-detail"),
    path("deployments/<int:pk>/done/",                           views.deployment_done,       name="deployment-done"),
    path("deployments/<int:pk>/succession/",                     views.deployment_succession, name="deployment-succession"),
    path("deployments/<int:pk>/void/",                           views.deployment_void,       name="deployment-void"),
    path("deployments/<int:pk>/<slug:name>/",                    views.deployment_move,       name="deployment-move"),

    path("conditions-of-grant/",                                 views.conditions,            name="conditions"),
]
# fmt: on
