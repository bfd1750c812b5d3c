"""The columns of a school that people may change or correct, in groups (SCH-1, SCH-5, SCH-7, SCH-9, SCH-11, SCH-12).

A column `from_register` is also filled by extracts of the national register: whoever changes it owns it from then on
(`FieldOwner`). One with a `fact` is a dated fact and wants the day of the change.
"""

from dataclasses import dataclass

from .models import ColumnGroup, FactKind


@dataclass(frozen=True)
class Column:
    """One column of `School`: what it is called, where it comes from, and whether a school may suggest another value."""

    name: str
    label: str
    from_register: bool = True
    fact: FactKind | None = None
    by_school: bool = True


@dataclass(frozen=True)
class Group:
    """Columns that are changed on one page."""

    part: ColumnGroup
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        return self.part.value

    @property
    def title(self) -> str:
        return self.part.label

    @property
    def by_school(self) -> tuple[Column, ...]:
        """Those that a school may suggest to correct."""
        return tuple(column for column in self.columns if column.by_school)


# fmt: off
GROUPS: tuple[Group, ...] = (
    Group(ColumnGroup.IDENTITY, (
        Column("name",                 "Name",                 fact=FactKind.NAME),
        Column("governance",           "Type",                 fact=FactKind.GOVERNANCE),
        Column("phase",                "Phase",                fact=FactKind.PHASE),
        Column("establishment_number", "Establishment number"),
        Column("ukprn",                "UKPRN"),
        Column("trust_name",           "Trust"),
        Column("federation_name",      "Federation"),
        Column("local_code",           "Local code",           from_register=False, by_school=False),
        Column("low_age",              "Lowest age"),
        Column("high_age",             "Highest age"),
    )),
    Group(ColumnGroup.ADDRESS, (
        Column("street",               "Street"),
        Column("locality",             "Locality"),
        Column("address3",             "Third line"),
        Column("town",                 "Town"),
        Column("county",               "County"),
        Column("postcode",             "Postcode"),
        Column("phone",                "Telephone"),
        Column("website",              "Website"),
    )),
    Group(ColumnGroup.FAITH, (
        Column("religious_character",  "Religious character"),
        Column("diocese_id",           "Diocese"),
        Column("diocesan_officer",     "Diocesan officer",     from_register=False, by_school=False),
    )),
    Group(ColumnGroup.STAGES, (
        Column("stages",               "Stages offered",       from_register=False),
    )),
    Group(ColumnGroup.SIZE, (
        Column("pupils",               "Pupils"),
        Column("capacity",             "Places"),
    )),
    Group(ColumnGroup.LOCALITY, (
        Column("area",                 "Area",                 from_register=False, by_school=False),
        Column("district",             "District",             from_register=False, by_school=False),
        Column("lcsp",                 "Local children's services partnership (LCSP)", from_register=False, by_school=False),
        Column("lcsp_manager",         "Manager of the partnership", from_register=False, by_school=False),
        Column("cluster",              "Cluster or learning partnership", from_register=False, by_school=False),
    )),
)
# fmt: on

GROUP_BY_KEY: dict[str, Group] = {group.key: group for group in GROUPS}
COLUMNS: dict[str, Column] = {column.name: column for group in GROUPS for column in group.columns}
# Columns that go with another: the type's name in the national register's words.
COMPANIONS = {"governance": ("type_name",)}
