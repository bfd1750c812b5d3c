"""Every address of the service, walked from the URLconf, and what each needs to be opened for a world."""

from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, get_resolver

from accounts.permissions import Permission
from sipmanager.tests.worlds import World


@dataclass(frozen=True)
class Address:
    """One named pattern. `permission` is what its view asks for; `None` for a door."""

    name: str
    view: object
    permission: Permission | None
    converters: tuple[str, ...]

    def __str__(self):
        return self.name


@cache
def all_addresses() -> tuple[Address, ...]:
    return tuple(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns, namespace: str, above: tuple[str, ...]):
    for pattern in patterns:
        names = (*above, *pattern.pattern.converters, *_groups(pattern))
        if isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else str(pattern.pattern)
            yield Address(name, pattern.callback, getattr(pattern.callback, "permission", None), names)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, names)


def _groups(pattern) -> tuple[str, ...]:
    regex = pattern.pattern.regex
    return tuple(name for name in regex.groupindex if name not in pattern.pattern.converters)


def guarded() -> list[Address]:
    return [address for address in all_addresses() if address.permission is not None]


def of_programme(world: World) -> dict:
    """The pages of one authority and programme, under the conditions of grant."""
    return {"code": world.authority.code, "programme": "primary"}


# Which record of a world an address names. A name that ends in `*` stands for all that begin so; the first that fits counts.
# fmt: off
RECORDS = (
    ("accounts:invitation-list",     lambda world: {}),
    ("accounts:invitation-send",     lambda world: {}),
    ("accounts:invitation-*",        lambda world: {"pk": world["invitation"].pk}),
    ("accounts:own-address-confirm", lambda world: {"secret": "made-elsewhere"}),
    ("accounts:person-list",         lambda world: {}),
    ("accounts:role-end",            lambda world: {"pk": world["member"].pk, "role_pk": world["membership"].pk}),
    ("accounts:person-*",            lambda world: {"pk": world["member"].pk}),
    ("accounts:second-factor-*",     lambda world: {"pk": world["member"].pk}),
    ("accounts:role-*",              lambda world: {"pk": world["member"].pk}),
    ("accounts:policy-take-back",    lambda world: {"code": world.authority.code, "pk": world["policy"].pk}),
    ("accounts:policy-*",            lambda world: {"code": world.authority.code}),
    ("accounts:authority-contact",   lambda world: {"code": world.authority.code}),
    ("schools:bulk-*",               lambda world: {"pk": world["bulk"].pk}),
    ("schools:import-detail",        lambda world: {"pk": world["run"].pk}),
    ("schools:import-preview",       lambda world: {"pk": world["preview"].pk}),
    ("schools:task-*",               lambda world: {"pk": world["task"].pk}),
    ("schools:term-remove",          lambda world: {"code": world.authority.code, "year": 2009, "number": 1}),
    ("schools:term-change",          lambda world: {"code": world.authority.code, "year": 2009, "number": 1}),
    ("schools:closure-remove",       lambda world: {"code": world.authority.code, "year": 2009, "pk": world["closure"].pk}),
    ("schools:calendar-detail",      lambda world: {"code": world.authority.code, "year": 2009}),
    ("schools:term-put",             lambda world: {"code": world.authority.code, "year": 2009}),
    ("schools:closure-add",          lambda world: {"code": world.authority.code, "year": 2009}),
    ("schools:programme-start-change", lambda world: {"code": world.authority.code, "programme": "primary"}),
    ("schools:record-*",             lambda world: {"urn": world.school.urn, "kind": "opt-outs", "pk": world["opt_out"].pk}),
    ("schools:correction-*",         lambda world: {"pk": world["correction"].pk}),
    ("schools:school-change",        lambda world: {"urn": world.school.urn, "group": "address"}),
    ("schools:school-give-back",     lambda world: {"urn": world.school.urn, "column": "phone"}),
    ("schools:suggest",              lambda world: {"urn": world.school.urn, "group": "address"}),
    ("schools:post-add",             lambda world: {"urn": world.school.urn}),
    ("schools:post-*",               lambda world: {"urn": world.school.urn, "pk": world["post"].pk}),
    ("schools:*",                    lambda world: {"urn": world.school.urn}),
    ("partners:duplicate-*",         lambda world: {"first": world.partner.reference, "second": world["new_partner"].reference}),
    ("partners:shortlist-*",         lambda world: {"pk": world["shortlist"].pk}),
    ("partners:event-*",             lambda world: {"pk": world["event"].pk}),
    ("partners:attendance-*",        lambda world: {"pk": world["attendance"].pk}),
    ("partners:entry-withdraw",      lambda world: {"pk": world["own_entry"].pk}),
    ("partners:development-review",  lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:entry-*",             lambda world: {"pk": world["shortlist"].pk, "entry_pk": world["entry"].pk}),
    ("partners:headship-end",        lambda world: {"reference": world.partner.reference, "pk": world["headship"].pk}),
    ("partners:willingness-end",     lambda world: {"reference": world.partner.reference, "pk": world["willingness"].pk}),
    ("partners:interest-end",        lambda world: {"reference": world.partner.reference, "pk": world["interest"].pk}),
    ("partners:bulk-list",           lambda world: {}),
    ("partners:bulk-*",              lambda world: {"pk": world["bulk_run"].pk}),
    ("partners:plan-list",           lambda world: {}),
    ("partners:plan-new",            lambda world: {}),
    ("partners:plan-*",              lambda world: {"pk": world["plan"].pk}),
    ("partners:flag-decide",         lambda world: {"pk": world["flag"].pk}),
    ("partners:fact-decide",         lambda world: {"pk": world["fact"].pk}),
    ("partners:declaration-*",       lambda world: {"pk": world["declaration"].pk}),
    ("partners:stand-down-end",      lambda world: {"reference": world.partner.reference, "pk": world["stand_down"].pk}),
    ("partners:nca-end",             lambda world: {"reference": world.partner.reference, "pk": world["nca_term"].pk}),
    ("partners:nca-new",             lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:partner-invite",      lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:engagement-end",      lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:support-set",         lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:check-record",        lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:contract-confirm",    lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:deploy-candidates",   lambda world: {"urn": world.school.urn}),
    ("partners:deploy-check",        lambda world: {"urn": world.school.urn, "reference": world["new_partner"].reference}),
    ("partners:notification-send",   lambda world: {"pk": world["notification"].pk}),
    ("partners:consultation-*",      lambda world: {"pk": world["consultation"].pk}),
    ("partners:criteria*",           lambda world: {"code": world.authority.code}),
    ("partners:guidance-list",       lambda world: {}),
    ("partners:guidance-new",        lambda world: {}),
    ("partners:guidance-*",          lambda world: {"pk": world["guidance"].pk}),
    ("partners:beside-new",          lambda world: {"urn": world.school.urn}),
    ("partners:beside-end",          lambda world: {"pk": world["beside"].pk}),
    ("partners:letter-list",         lambda world: {}),
    ("partners:letter-texts",        lambda world: {}),
    ("partners:letter-text*",        lambda world: {"code": world.authority.code, "kind": "confirmation_school"}),
    ("partners:letter-csv",          lambda world: {"pk": world["notice"].pk}),
    ("partners:letter-*",            lambda world: {"pk": world["letter"].pk}),
    ("partners:handover-list",       lambda world: {}),
    ("partners:handover-note",       lambda world: {"pk": world["handover"].pk, "number": 1}),
    ("partners:handover-*",          lambda world: {"pk": world["handover"].pk}),
    ("partners:familiarisation-list", lambda world: {}),
    ("partners:familiarisation-detail", lambda world: {"pk": world["familiarisation"].pk}),
    ("partners:familiarisation-*",   lambda world: {"pk": world["familiarisation"].pk, "item": "website"}),
    ("partners:leaving-feedback-list", lambda world: {}),
    ("partners:leaving-feedback-*",  lambda world: {"pk": world["leaving_feedback"].pk}),
    ("partners:sip-change",          lambda world: {"pk": world["deployment"].pk}),
    ("partners:deployment-move",     lambda world: {"pk": world["deployment"].pk, "name": "end"}),
    ("partners:deployment-*",        lambda world: {"pk": world["deployment"].pk}),
    ("partners:check-detail",        lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk,
                                                    "kind": "PRE-5"}),
    ("partners:check-hand-in",       lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk,
                                                    "kind": "PRE-5"}),
    ("partners:check-file",          lambda world: {"reference": world.partner.reference, "pk": world["check"].pk}),
    ("partners:check-verify",        lambda world: {"reference": world.partner.reference, "pk": world["check"].pk}),
    ("partners:check-return",        lambda world: {"reference": world.partner.reference, "pk": world["check"].pk}),
    ("partners:check-void",          lambda world: {"reference": world.partner.reference, "pk": world["check"].pk}),
    ("partners:agreement-list",      lambda world: {}),
    ("partners:agreement-new",       lambda world: {"reference": world.partner.reference, "pk": world.engagement.pk}),
    ("partners:agreement-school-remove", lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk,
                                                        "school_pk": world.school.pk}),
    ("partners:agreement-move",      lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk,
                                                    "name": "end"}),
    ("partners:agreement-sign",      lambda world: {"reference": world.partner.reference, "pk": world["sent_agreement"].pk}),
    ("partners:agreement-*",         lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk}),
    ("partners:extra-work-new",      lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk}),
    ("partners:extra-work-decide",   lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk,
                                                    "work_pk": world["extra_work"].pk, "name": "confirm"}),
    ("partners:breach-new",          lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk}),
    ("partners:breach-*",            lambda world: {"reference": world.partner.reference, "pk": world["agreement"].pk,
                                                    "breach_pk": world["breach"].pk}),
    ("partners:partner-file",        lambda world: {"reference": world.partner.reference, "pk": world["file"].pk}),
    ("partners:file-withdraw",       lambda world: {"reference": world.partner.reference, "pk": world["file"].pk}),
    ("partners:import-done",         lambda world: {"pk": world["partner_run"].pk}),
    ("partners:import-preview",      lambda world: {"pk": world["partner_preview"].pk}),
    ("partners:application-new",     lambda world: {"reference": world.partner.reference}),
    ("partners:claim-new",           lambda world: {"reference": world.partner.reference}),
    ("partners:discussion-new",      lambda world: {"reference": world.partner.reference}),
    ("partners:case-new",            lambda world: {"reference": world.partner.reference}),
    ("partners:application-move",    lambda world: {"pk": world["application"].pk, "name": "withdraw"}),
    ("partners:application-*",       lambda world: {"pk": world["application"].pk}),
    ("partners:referee-receive",     lambda world: {"pk": world["application"].pk, "referee_pk": world["referee"].pk}),
    ("partners:referee-new",         lambda world: {"pk": world["application"].pk}),
    ("partners:sitting-notice",      lambda world: {"pk": world["sat"].pk, "attempt_pk": world["attempt"].pk}),
    ("partners:sitting-new",         lambda world: {"pk": world["sat"].pk}),
    ("partners:claim-move",          lambda world: {"pk": world["claim"].pk, "name": "take-back"}),
    ("partners:claim-*",             lambda world: {"pk": world["claim"].pk}),
    ("partners:practice-new",        lambda world: {"pk": world["claim"].pk}),
    ("partners:discussion-*",        lambda world: {"pk": world["discussion"].pk}),
    ("partners:case-move",           lambda world: {"pk": world["case"].pk, "name": "tell-director"}),
    ("partners:case-*",              lambda world: {"pk": world["case"].pk}),
    ("partners:contact-told",        lambda world: of_programme(world) | {"pk": world["contact"].pk}),
    ("partners:contact-end",         lambda world: of_programme(world) | {"pk": world["contact"].pk}),
    ("partners:record-strike",       lambda world: of_programme(world) | {"kind": "share", "pk": world["share"].pk}),
    ("partners:sanction-end",        lambda world: of_programme(world) | {"pk": world["sanction"].pk}),
    ("partners:sanction-strike",     lambda world: of_programme(world) | {"pk": world["sanction"].pk}),
    ("partners:concern-detail",      lambda world: {"pk": world["concern"].pk}),
    ("partners:concern-move",        lambda world: {"pk": world["concern"].pk, "name": "pass_on"}),
    ("partners:pack-detail",         lambda world: {"pk": world["pack"].pk}),
    ("partners:pack-file",           lambda world: {"pk": world["pack"].pk, "name": "pdf"}),
    ("partners:conditions-history",  lambda world: of_programme(world)),
    *((f"partners:{name}", lambda world: of_programme(world)) for name in (
        "grant-lines", "pack-list", "contact-list", "contact-new", "sharing", "share-new", "statement-new", "endeavour-list",
        "endeavour-new", "sanction-list", "sanction-new", "concern-list", "concern-new")),
    ("partners:records-confirm",     lambda world: {"code": world.authority.code}),
    ("partners:*",                   lambda world: {"reference": world.partner.reference}),
    ("visits:visit-move",            lambda world: {"pk": world["visit"].pk, "name": "confirm"}),
    ("visits:visit-*",               lambda world: {"pk": world["visit"].pk}),
    ("visits:note-version",          lambda world: {"pk": world.notes["distributed"].pk, "number": 1}),
    ("visits:note-pdf",              lambda world: {"pk": world.notes["distributed"].pk}),
    ("visits:note-detail",           lambda world: {"pk": world.notes["distributed"].pk}),
    ("visits:note-history",          lambda world: {"pk": world.notes["distributed"].pk}),
    ("visits:note-distribute",       lambda world: {"pk": world.notes["distributed"].pk}),
    ("visits:note-hand-over",        lambda world: {"pk": world.notes["drafting"].pk}),
    ("visits:note-amend",            lambda world: {"pk": world.notes["distributed"].pk}),
    ("visits:note-document",         lambda world: {"pk": world["issue"].note_id, "document_pk": world["issued_document"].pk}),
    ("visits:note-documents",        lambda world: {"pk": world.notes["disputed"].pk}),
    ("visits:note-draft-document",   lambda world: {"pk": world.notes["disputed"].pk, "document_pk": world["document"].pk}),
    ("visits:note-document-remove",  lambda world: {"pk": world.notes["disputed"].pk, "document_pk": world["document"].pk}),
    ("visits:note-moderate",         lambda world: {"pk": world.notes["disputed"].pk}),
    ("visits:note-review",           lambda world: {"pk": world.notes["la_review"].pk}),
    ("visits:note-answer",           lambda world: {"pk": world.notes["head_review"].pk, "key": world["section"].key}),
    ("visits:note-section",          lambda world: {"pk": world.notes["drafting"].pk, "key": world["section"].key}),
    ("visits:note-recommendation*",  lambda world: {"pk": world.notes["drafting"].pk, "recommendation_pk": world["advice"].pk}),
    ("visits:note-*",                lambda world: {"pk": world.notes["drafting"].pk}),
    ("qa:shadow-feedback",           lambda world: {"pk": world["held_shadow"].pk}),
    ("qa:shadow-*",                  lambda world: {"pk": world["shadow"].pk}),
)
# fmt: on


def kwargs_of(address: Address, world: World) -> dict | None:
    """What the address needs to name a record of `world`; `None` for an address that names none, `KeyError` for an unknown."""
    if not address.converters:
        return None
    for pattern, kwargs in RECORDS:
        if pattern == address.name or (pattern.endswith("*") and address.name.startswith(pattern[:-1])):
            found = kwargs(world)
            if found and set(found) >= set(address.converters):
                return {name: found[name] for name in address.converters}
    raise KeyError(f"{address.name} needs {address.converters}: say in RECORDS which record it names")
