"""Everything the service does, under the names of the old SIPmanager's menu (SPM-2, SPM-3 to SPM-11)."""

from dataclasses import dataclass

from accounts.access import Viewer
from accounts.navigation import is_a_page
from accounts.permissions import Permission

P = Permission


@dataclass(frozen=True)
class Entry:
    """One function: what the old menu called it (blank for what it did not have), its page, and the right that opens it."""

    group: str
    formerly: str
    label: str
    url: str
    permission: Permission | None
    says: str


# fmt: off
ENTRIES: tuple[Entry, ...] = (
    Entry("Home page",      "Home page",             "My work",                "/",                          P.HOME,               "What is waiting for you and whom you wait for."),

    Entry("Schools",        "Find a school",         "Schools",                "/schools/",                  P.SCHOOL_VIEW,        "Search and filter the schools you may see; each shows its SIP."),
    Entry("Schools",        "",                      "Load a school register", "/schools/import/",           P.SCHOOL_IMPORT,      "Read an extract of the national register, with a look at every difference first."),
    Entry("Schools",        "",                      "Changes in the national register", "/schools/tasks/", P.TASK_VIEW,          "What new headteachers, closures and mergers ask you to settle."),
    Entry("Schools",        "",                      "Corrections",            "/schools/corrections/",      P.SCHOOL_EDIT,        "What schools say is wrong in their record."),
    Entry("Schools",        "",                      "School year",            "/schools/calendar/",         P.CALENDAR_EDIT,      "Terms and closures."),

    Entry("SIPs",           "Find a SIP",            "Find a SIP",             "/partners/find/",            P.SHORTLIST_USE,      "Those willing to work here, by sector, kind, experience and free days; shortlists."),
    Entry("SIPs",           "",                      "SIPs",                   "/partners/",                 P.PARTNER_VIEW,       "The register of School Improvement Partners."),
    Entry("SIPs",           "Allocate a SIP",        "Deploy a SIP",           "/deployments/new/",          P.DEPLOYMENT_PROPOSE, "Choose a school, see who could take it and why, and propose."),
    Entry("SIPs",           "",                      "Deployments",            "/deployments/",              P.DEPLOYMENT_VIEW,    "Who is, was or will be the SIP of which school."),
    Entry("SIPs",           "Deallocate a SIP",      "End a deployment",       "/deployments/?applied=1&status=active", P.DEPLOYMENT_END, "Open one of the deployments at work and end it; the record stays."),
    Entry("SIPs",           "",                      "Load a file of SIPs",    "/partners/import/",          P.PARTNER_IMPORT,     "Read a list of SIPs, with a look at every difference first."),
    Entry("SIPs",           "",                      "Load a file of deployments", "/deployments/import/",   P.PARTNER_IMPORT,     "Read who serves which school, now or in the past."),
    Entry("SIPs",           "",                      "Accreditations",         "/accreditations/",           P.SHORTLIST_USE,      "Who is accredited, warned or lapsed, and why."),
    Entry("SIPs",           "",                      "Development events",     "/partners/events/",          P.CPD_VIEW,           "Briefings, workshops and meetings; who is invited and who came."),
    Entry("SIPs",           "",                      "Agreements",             "/partners/agreements/",      P.AGREEMENT_VIEW,     "Yearly agreements, their schedules and signatures."),
    Entry("SIPs",           "",                      "Local issues and guidance", "/deployments/guidance/", P.GUIDANCE_VIEW,      "What the authority tells its SIPs, and what schools are entitled to."),

    Entry("SIPs",           "",                      "Shortlists",             "/partners/shortlists/",      P.SHORTLIST_USE,      "SIPs that somebody is thinking of for a school."),
    Entry("SIPs",           "",                      "Deploy many at once",    "/deployments/deploy/",       P.DEPLOYMENT_PROPOSE, "Several schools and their SIPs in one go, checked line by line first."),
    Entry("SIPs",           "",                      "Plans",                  "/deployments/plans/",        P.DEPLOYMENT_PROPOSE, "Let the planner propose who takes which school; nothing is done before you accept it."),
    Entry("SIPs",           "",                      "What if?",               "/deployments/what-if/",      P.DEPLOYMENT_PROPOSE, "Suppose a change, and see what becomes of the conditions of grant."),
    Entry("SIPs",           "",                      "Flags",                  "/deployments/flags/",        P.DEPLOYMENT_PROPOSE, "Deployments that no longer keep a rule, to be decided on."),
    Entry("SIPs",           "",                      "Overrides",              "/deployments/overrides/",    P.DEPLOYMENT_PROPOSE, "Rules that were set aside for a deployment, and why."),
    Entry("SIPs",           "",                      "Three years",            "/deployments/limits/",       P.SUCCESSION_VIEW,    "Whose time at a school comes to its end, and who follows."),
    Entry("SIPs",           "",                      "Handovers",              "/deployments/handovers/",    P.HANDOVER_VIEW,      "Changes of SIP, and what the next SIP is given."),
    Entry("SIPs",           "",                      "Letters",                "/deployments/letters/",      P.LETTER_VIEW,        "Letters about deployments, sent and still to be sent."),
    Entry("SIPs",           "",                      "Notifications",          "/deployments/notifications/", P.NOTIFICATION_VIEW, "What the national contractor was told, and is still to be told."),

    Entry("Visits and notes", "",                    "Visits",                 "/visits/",                   P.VISIT_VIEW,         "Visits planned, confirmed and held."),
    Entry("Visits and notes", "",                    "Notes of visit",         "/notes/",                    P.NOTE_VIEW,          "Every note you may read, and how far it has come."),
    Entry("Visits and notes", "",                    "Drafts to agree",        "/notes/to-agree/",           P.NOTE_COMMENT,       "Drafts that wait for a decision, or that you may comment on."),
    Entry("Visits and notes", "",                    "Shadow visits",          "/qa/",                       P.SHADOW_VIEW,        "Who is due to be shadowed, and what was observed."),

    Entry("Reports",        "",                      "Conditions of grant",    "/conditions-of-grant/",      P.CONDITIONS_VIEW,    "Which conditions are met, at risk or not met, and why."),
    Entry("Reports",        "",                      "Deadlines",              "/deadlines/",                P.DEADLINE_VIEW,      "What is owed, by whom and when."),
    Entry("Reports",        "Allocation summary",    "Allocation summary",     "/reports/allocation/",       P.REPORT_VIEW,        "How many schools have a SIP, authority by authority."),
    Entry("Reports",        "",                      "Problems",               "/reports/problems/",         P.PROBLEM_VIEW,       "Records that lack something or contradict each other, with the cure."),
    Entry("Reports",        "",                      "Reports",                "/reports/",                  P.REPORT_VIEW,        "Every report you may see."),

    Entry("My Account",     "Update your details",   "Update your details",    "/accounts/you/",             P.OWN_DETAILS,        "Your name, email address, password and second factor."),

    Entry("Administration", "Manage users",          "Manage users",           "/accounts/people/",          P.USER_VIEW,          "Accounts and roles: invite, close, open again."),
    Entry("Administration", "",                      "Invitations",            "/accounts/invitations/",     P.USER_VIEW,          "Who was invited and has not come yet."),
    Entry("Administration", "",                      "Local policy",           "/accounts/policy/",          P.POLICY_VIEW,        "How your authority works, setting by setting."),

    Entry("Other",          "Frequently asked questions", "Questions and answers", "/help/#questions",       None,                 "What people ask most."),
    Entry("Other",          "User guide",            "Help",                   "/help/",                     None,                 "How to do the main jobs."),
    Entry("Other",          "Contact us",            "Contact",                "/contact/",                  None,                 "The team that runs the service, and your authority's contact."),
    Entry("Other",          "Logout",                "Sign out",               "/accounts/sign-out/",        None,                 "Also at the top of every page."),
)
# fmt: on


def groups_for(viewer: Viewer) -> list[tuple[str, list[Entry]]]:
    """The menu by its old groups, with the functions that this person may use."""
    found: dict[str, list[Entry]] = {}
    for entry in ENTRIES:
        if (entry.permission is None or viewer.has(entry.permission)) and is_a_page(
            entry.url.partition("?")[0].partition("#")[0]
        ):
            found.setdefault(entry.group, []).append(entry)
    return list(found.items())
