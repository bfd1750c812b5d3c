"""The records of the invented schools: inspections, papers, concerns, people, and a correction that waits."""

from datetime import date

from schools import actions
from schools.kinds import BY_KEY
from schools.models import PostKind, School

from .build import Made, moment

NOTED = date(2009, 9, 21)  # Monday
INSPECTED = date(2009, 3, 10)  # Tuesday


def make_school_records(made: Made) -> None:
    """The first school has everything on record, the second worries its authority, the third waits for an answer."""
    sound, worrying, waiting = list(made.schools.values())[:3]
    on_record(made, sound)
    cause_for_concern(made, worrying)
    waiting_for_an_answer(made, waiting)


def record(made: Made, key: str, school: School, **values) -> None:
    actions.add_record(kind=BY_KEY[key], school=school, by=made.manager, at=moment(NOTED), **values)


def on_record(made: Made, school: School) -> None:
    told = {"school": school, "by": made.manager, "at": moment(NOTED)}
    actions.change_columns(
        **told, values={"area": "North", "district": "Nethercombe", "cluster": "Nethercombe heads", "local_code": "N01"}
    )
    for paper, version, day in (("sef", "7", date(2009, 9, 14)), ("plan", "2009 to 2011", date(2009, 7, 6))):
        record(made, "papers", school, paper=paper, version=version, supplied_by="school", starts_on=day)
    for paper, day in (("fft", date(2009, 9, 1)), ("summary", date(2009, 9, 15)), ("officers", date(2009, 6, 22))):
        record(made, "papers", school, paper=paper, supplied_by="authority", starts_on=day)
    record(
        made, "inspections", school, inspection_type="section_5", starts_on=date(2008, 2, 5), ends_on=date(2008, 2, 6),
        published_on=date(2008, 2, 26), key_issues="Raise standards in writing.",
        grades={"overall": 2, "outcomes": 2, "capacity": 2, "attainment": 3, "teaching": 2},
    )  # fmt: skip
    year = {"year": 2009, "starts_on": date(2009, 9, 1), "ends_on": date(2010, 8, 31)}
    record(
        made, "contexts", school, roll=school.pupils, cohorts={"r": 30, "1": 31, "2": 29},
        notes="One form of entry on the edge of a growing estate.", **year,
    )  # fmt: skip
    if made.invented.kind == "trust":
        record(made, "service-years", school, is_member=True, buys_sip_service=True, **year)
        record(made, "consents", school, signed_by=school.posts.get(kind=PostKind.HEAD).full_name, starts_on=NOTED)
        record(made, "sip-sources", school, appointed_by="trust")
    people = ((PostKind.PANEL_CHAIR, "Irene Tolland"), (PostKind.PANEL, "Martin Speke"), (PostKind.PANEL, "Dora Winslade"),
              (PostKind.HEAD_PA, "June Haverill"))  # fmt: skip
    for kind, name in people:
        actions.add_post(**told, kind=kind, full_name=name, phone="01632 960190", starts_on=date(2009, 9, 1))


def cause_for_concern(made: Made, school: School) -> None:
    record(
        made, "inspections", school, inspection_type="section_5", starts_on=INSPECTED, ends_on=INSPECTED,
        published_on=date(2009, 4, 1), key_issues="Improve teaching in the oldest classes, and the use of assessment.",
        grades={"overall": 4, "capacity": 3, "attainment": 4, "teaching": 4},
    )  # fmt: skip
    record(made, "ofsted-category", school, category="notice_to_improve", starts_on=INSPECTED)
    record(
        made, "concerns", school, concern="causing_concern", starts_on=date(2009, 4, 1),
        reason="Attainment has fallen three years running, and the inspection found teaching inadequate.",
    )  # fmt: skip
    record(
        made, "finance", school, trigger="rolls", officer="Olive Trent", starts_on=date(2009, 5, 11),
        details="Fewer children in the two youngest classes than places.",
    )  # fmt: skip
    if made.invented.preset == "kent":
        actions.set_category(school=school, category="intensive", on=date(2009, 4, 20), by=made.manager, at=moment(NOTED))


def waiting_for_an_answer(made: Made, school: School) -> None:
    head = school.posts.get(kind=PostKind.HEAD, ends_on=None)
    actions.suggest_correction(
        school=school, group="address", values={"phone": "01632960999"}, says="The office moved to a new line in October.",
        by=head.user, at=moment(date(2009, 11, 12)),
    )  # fmt: skip
