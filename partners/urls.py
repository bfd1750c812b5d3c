"""Addresses of SIPs, deployments and the conditions of grant."""

from django.urls import path

from accounts.access import requires
from accounts.permissions import P

from . import views
from .registers import DeploymentRegister, NotificationRegister, PartnerRegister

app_name = "partners"

partner_list = requires(P.PARTNER_VIEW)(PartnerRegister.as_view())
deployment_list = requires(P.DEPLOYMENT_VIEW)(DeploymentRegister.as_view())
notification_list = requires(P.NOTIFICATION_VIEW)(NotificationRegister.as_view())

# fmt: off
urlpatterns = [
    path("partners/",                                            partner_list,                name="partner-list"),
    path("partners/new/",                                        views.partner_new,           name="partner-new"),
    path("partners/import/",                                     views.partner_import,        name="partner-import"),
    path("partners/imports/<int:pk>/",                           views.import_done,           name="import-done"),
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
    path("partners/<slug:reference>/conflicts/new/",             views.conflict_new,          name="conflict-new"),
    path("partners/<slug:reference>/conflicts/<int:pk>/end/",    views.conflict_end,          name="conflict-end"),
    path("partners/<slug:reference>/files/<int:pk>/",            views.partner_file,          name="partner-file"),
    path("partners/<slug:reference>/files/<int:pk>/withdraw/",   views.file_withdraw,         name="file-withdraw"),
    path("partners/<slug:reference>/engage/",                    views.partner_engage,        name="partner-engage"),
    path("partners/<slug:reference>/engagements/<int:pk>/support/",  views.support_set,       name="support-set"),
    path("partners/<slug:reference>/engagements/<int:pk>/invite/",   views.partner_invite,    name="partner-invite"),
    path("partners/<slug:reference>/engagements/<int:pk>/check/",    views.check_record,      name="check-record"),
    path("partners/<slug:reference>/engagements/<int:pk>/contract/", views.contract_confirm,  name="contract-confirm"),

    path("deployments/",                                         deployment_list,             name="deployment-list"),
    path("deployments/import/",                                  views.deployment_import,     name="deployment-import"),
    path("deployments/new/",                                     views.deploy_school,         name="deploy-school"),
    path("deployments/new/<slug:urn>/",                          views.deploy_candidates,     name="deploy-candidates"),
    path("deployments/new/<slug:urn>/<slug:reference>/",         views.deploy_check,          name="deploy-check"),
    path("deployments/notifications/",                           notification_list,           name="notification-list"),
    path("deployments/notifications/<int:pk>/sent/",             views.notification_send,     name="notification-send"),
    path("deployments/<int:pk>/",                                views.deployment_detail,     name="deployment-detail"),
    path("deployments/<int:pk>/done/",                           views.deployment_done,       name="deployment-done"),
    path("deployments/<int:pk>/void/",                           views.deployment_void,       name="deployment-void"),
    path("deployments/<int:pk>/<slug:name>/",                    views.deployment_move,       name="deployment-move"),

    path("conditions-of-grant/",                                 views.conditions,            name="conditions"),
]
# fmt: on
