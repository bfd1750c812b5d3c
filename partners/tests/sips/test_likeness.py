"""Whether two records may be one person: letter case, spelling, another email address (faults: Rules)."""

from dataclasses import replace

import pytest

from partners import likeness as likeness_module
from partners.likeness import Known, likeness, local_part, mail_key, name_key, names_alike, phone_key, suspicions, why_same

SAM = Known(1, "Sam Jones", "sam.jones@council.example")
OTHER = Known(2, "Sam Jones", "sj@home.example")


@pytest.mark.parametrize("name", ["SAM JONES", "sam  jones", "Mr Sam Jones", "Jones, Sam", "Dr. Sám Jönes", "Sam Jones "])
def test_a_name_is_one_name_whatever_its_letter_case_title_accents_and_order(name):
    assert name_key(name) == "jones sam"


def test_a_name_of_nothing_but_a_title_is_itself():
    assert name_key("Dame") == "dame"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sam Jones", "Sam Jonnes"),
        ("Catherine Ashby", "Katherine Ashby"),
        ("S Jones", "Sam Jones"),
        ("Sam Jones", "S. T. Jones"),
    ],
)
def test_spellings_of_one_name_are_alike(one, other):
    is_longer_name = "T." in other
    assert names_alike(name_key(one), name_key(other)) is not is_longer_name


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sam Jones", "Ann Brown"), ("S Brown", "Sam Jones"), ("S", "Sam"), ("A Jones", "Sam Jones"), ("", "Sam")],
)
def test_other_names_are_not(one, other):
    assert not names_alike(name_key(one), name_key(other))


def test_likeness_is_the_share_of_common_trigrams():
    assert likeness("sam", "sam") == 1
    assert likeness("", "sam") == 0
    assert likeness("abc", "xyz") == 0


@pytest.mark.parametrize("email", ["Sam.Jones@council.example", "samjones+sip@COUNCIL.example", " sam.jones@council.example "])
def test_an_address_is_one_address_whatever_its_case_dots_and_tag(email):
    assert mail_key(email) == "samjones@council.example"


@pytest.mark.parametrize(
    ("email", "part"), [("sam.jones@x.example", "samjones"), ("head@x.example", ""), ("sj@x.example", "")]
)
def test_an_offices_word_before_the_at_is_no_persons(email, part):
    assert local_part(email) == part
    assert mail_key("nothing") == ""


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("01632 960 001", "1632960001"),
        ("+44 (0)1632 960001", "1632960001"),
        ("0044 1632 960001", "1632960001"),
        ("123", ""),
        ("7 700 900 123", "7700900123"),
    ],
)
def test_a_number_is_one_number_however_it_is_written(phone, key):
    assert phone_key(phone) == key


SAME = [
    ({"phone": "01632 960001"}, "telephone number"), ({"own_school": 7}, "own school"), ({"company": "Able & Co"}, "company"),
    ({"awards": frozenset({"n 1"})}, "reference of an accreditation"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "says"), SAME)
def test_the_same_name_and_one_more_thing_in_common_is_suspected(fact, says):
    one, other = replace(SAM, **fact), replace(OTHER, **fact | ({"company": "able and co"} if "company" in fact else {}))
    because, _weight = why_same(one, other)
    assert because[0].startswith("The same name, and")
    assert says in because[0]


def test_the_same_name_alone_is_suspected_until_a_fact_tells_them_apart():
    assert why_same(SAM, OTHER) == (["The same name, and nothing on record tells them apart."], 1)
    for mine, theirs in (
        ({"own_school": 1}, {"own_school": 2}),
        ({"phone": "01632 960001"}, {"phone": "01632 960002"}),
        ({"awards": frozenset({"n 1"})}, {"awards": frozenset({"n 2"})}),
    ):
        assert why_same(replace(SAM, **mine), replace(OTHER, **theirs))[0] == []
    assert why_same(replace(SAM, phone="01632 960001"), OTHER)[0] != []


def test_names_spelt_alike_are_suspected_with_something_in_common_and_not_without():
    near = replace(OTHER, name="Sam Jonnes")
    assert why_same(SAM, near) == ([], 0)
    assert why_same(replace(SAM, own_school=1), replace(near, own_school=1))[0] == [
        "Names spelt alike, and the same own school."
    ]
    assert "words before the @" in why_same(SAM, replace(near, email="samjones@home.example"))[0][0]


def test_a_married_name_is_found_by_the_same_address_or_award_and_not_by_the_same_school():
    married = Known(3, "Sam Brown", "SamJones@council.example")
    assert why_same(SAM, married)[0][0].startswith("Different names, but the same email address")
    award = frozenset({"n 1"})
    assert why_same(replace(SAM, awards=award), Known(3, "Sam Brown", "x@y.example", awards=award))[0]
    assert why_same(replace(SAM, own_school=1), Known(3, "Ann Brown", "x@y.example", own_school=1)) == ([], 0)


def test_every_pair_is_named_once_those_with_most_in_common_first():
    rows = [
        replace(SAM, own_school=1, phone="01632 960001"), replace(OTHER, own_school=1, phone="01632 960001"),
        Known(3, "Ann Brown", "ann@x.example"), Known(4, "ann brown", "brown@y.example"),
        Known(5, "Cay Longley", "cay@x.example", company="Able"), Known(6, "Cay Langley", "lang@y.example", company="Able"),
        Known(7, "Dee Alone", "dee@x.example", company="Able"),
    ]  # fmt: skip
    assert [(row.first, row.second) for row in suspicions(rows)] == [(1, 2), (5, 6), (3, 4)]


def test_records_that_say_little_are_compared_by_what_they_say():
    award = frozenset({"n 1"})
    rows = [
        Known(1, "Ann Brown", awards=award),
        Known(2, "Ann Marriedname", "am@x.example", awards=award),
        Known(3, "Cay Long"),
    ]
    assert [(row.first, row.second) for row in suspicions(rows)] == [(1, 2)]


def test_six_thousand_records_are_compared_in_a_moment():
    """The work grows with the register and not with its square: no pair is compared that shares nothing."""
    letters = "abcdefghijklmnopqrst"
    names = [f"{a}{b}on {c}{d}ley" for a in letters[:6] for b in "aeiou" for c in letters for d in letters[:10]]
    rows = [
        Known(n, name, f"sip{n}@x.example", company=f"Company {n % 20}", own_school=n // 2) for n, name in enumerate(names)
    ]
    assert len(rows) == 6000
    compared = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likeness_module, "why_same", lambda one, other: compared.append(1) or ([], 0))
        suspicions(rows)
    assert len(compared) < 20 * len(rows)
