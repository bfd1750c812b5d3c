"""The conditions of grant: one table, versioned by date (section 12, D-19, SRC-20). Pure.

K is a banner and a log, L the dated row of D, M an escalation. Where the part of the case that a condition needs does
not exist yet, the answer is `no_data`.
"""

from datetime import date

from .checks import (
    contractor_is_told,
    every_school_has_a_sip,
    mix_as_amended,
    mix_as_first_written,
    mix_of_primary,
    nobody_stays_too_long,
)
from .facts import PRIMARY, SECONDARY, Answer, Condition, GrantCase, Strength
from .records import (
    by_evidence,
    contact_is_named,
    days_are_set_aside,
    information_is_shared,
    meetings_are_attended,
    schools_can_sign_in,
    works_to_the_brief,
)

# The day of the first letter that asked anything of any authority, by programme; before it no row holds (section 12, SRC-20).
FIRST_LETTERS = {SECONDARY: date(2005, 6, 30), PRIMARY: date(2006, 1, 4)}  # Thursday, Wednesday; 001 app. E
AMENDED_ON = date(2006, 8, 2)  # Wednesday; the letter that changed the first limb of D (COG-L)
NO_REVIEWS = "Yearly reviews of SIPs are not recorded."
W, B = Strength.WILL, Strength.BEST_ENDEAVOURS

# fmt: off
CONDITIONS_OF_GRANT: tuple[Condition, ...] = (
    Condition("COG-A", "Every school in scope has an accredited SIP",                                   W, "001 app. E a",        every_school_has_a_sip,
              "From the day in the grant letter every mainstream school of the programme that the authority maintains, middle schools deemed to be of it among them, has a SIP at work whose accreditation for its sector holds. Academies and special schools are outside; a pupil referral unit counts only where that was agreed.",
              "The list of schools with their SIPs and accreditations"),
    Condition("COG-B", "The national contractor is told of each school's SIP and each change",          W, "001 app. E b, app. J", contractor_is_told,
              "Each start, replacement and end of a SIP at a school is notified. No limit is written down; a change that has waited more than five working days is shown as a risk.",
              "The log of notifications"),
    Condition("COG-C", "SIPs work to the current brief",                                                W, "001 app. E c",        works_to_the_brief,
              "Each agreement cites the edition of the national brief in force, and each school gets the visits that are planned for it, with notes that cover between them what the year asks, and its governors get advice on the head's performance management.",
              "Agreements; visits and notes of the school year"),
    Condition("COG-D", "Three in four SIPs are or were secondary heads; some have worked elsewhere",    B, "001 app. E d",        mix_as_first_written,
              "As first written: no fewer than three in four of the SIPs at work are or have been secondary heads, and some have substantial recent experience outside the authority and its schools.",
              "SIPs at work with their headships and experience", (SECONDARY,), until=date(2006, 8, 1)),
    Condition("COG-D", "Three in four SIPs, or SIPs of three in four schools, are or were secondary heads; some have worked elsewhere", B, "001 app. E d, letter of 2 August 2006", mix_as_amended,
              "Since 2 August 2006: three in four of the SIPs at work, or the SIPs of three in four of the schools, are or have been secondary heads; and some have substantial recent experience outside the authority and its schools.",
              "SIPs at work with their headships and experience", (SECONDARY,), from_=AMENDED_ON),
    Condition("COG-D", "Some SIPs are serving primary heads",                                           B, "001 app. E d",        mix_of_primary,
              "Among the SIPs at work are some who lead a primary school now. A former head does not count here.",
              "SIPs at work with their headships", (PRIMARY,)),
    Condition("COG-E", "Four days a year are set aside for each SIP's development",                     W, "001 app. E e",        days_are_set_aside,
              "The arrangement with each SIP sets aside four days a year that belong to no school: for briefing, induction, training and networks.",
              "Agreements with their reserved days"),
    Condition("COG-E-meetings", "SIPs attend the termly meetings of the contractor",                    B, "001 app. E e",        meetings_are_attended,
              "The contractor calls a whole-day meeting each term, and every SIP under contract attends.",
              "The record of development"),
    Condition("COG-F", "One named contact is notified to the contractor",                               W, "001 app. E f",        contact_is_named,
              "For each programme one person is the main contact, and the contractor has been told who it is.",
              "The history of contacts"),
    Condition("COG-G", "Each SIP's performance is reviewed yearly on the four inputs",                  W, "001 app. E g",        by_evidence("COG-G", NO_REVIEWS),
              "Each SIP at work is reviewed once a year, on the brief, the views of schools, the pace of improvement and inspection reports. Where a review raises a concern, the contractor is told its result.",
              "The list of reviews; the log of concerns"),
    Condition("COG-H", "No SIP stays longer than three years at a school",                              W, "001 app. E h",        nobody_stays_too_long,
              "A deployment ends by the third anniversary of its first day. Breaks shorter than the local policy's do not start it anew. From six months before it is a risk.",
              "The history of deployments"),
    Condition("COG-I", "What SIPs find is shared and used",                                             W, "001 app. E i",        information_is_shared,
              "Suitable information from SIPs is shared between the authority and the contractor, and used for planning services, for decisions on resources, against underperformance, and in the contractor's work with the authority. The SIP manager states once a year how.",
              "The sharing log; the yearly statement"),
    Condition("COG-J", "Heads and governors can see all that is held on their school",                  W, "001 app. E j",        schools_can_sign_in,
              "The head of each school in scope, and the chair of governors or, in the primary programme, a governor, can see everything that is held on their own school, and so needs an account.",
              "The accounts of schools with their last sign-in"),
)
# fmt: on


def in_force(programme: str, on: date) -> list[Condition]:
    """The rows that hold for a programme on a day, in the table's order; none before its first letter."""
    if on < FIRST_LETTERS[programme]:
        return []
    return [row for row in CONDITIONS_OF_GRANT if programme in row.programmes and row.from_ <= on <= row.until]


def answers(case: GrantCase) -> list[Answer]:
    """Every condition in force on the day of the case."""
    return [
        Answer(row.id, row.says, row.strength, row.check(case), row.source, row.means, row.evidence)
        for row in in_force(case.programme, case.on)
    ]
