"""Reads over schools: what they are on a day, who leads them, the school year, lineage, problems."""

from .calendar import calendar_for, entered_terms, holidays_between, season_of, terms, working_calendar
from .corrections import corrections_in_hand
from .in_programme import DaysInProgramme, in_programme_within
from .lineage import lineage
from .on_a_day import (
    SchoolOnDay,
    authority_serving,
    dioceses_served,
    fact_on,
    facts_lying_in,
    facts_on,
    in_local_authority_on,
    partitions_with_schools,
    schools_on,
    served_on,
)
from .ownership import owned_fields
from .people import (
    POST_STANDING,
    chair_on,
    head_on,
    holder_on,
    holders_on,
    people_by_post,
    post_capacities,
    posts_on,
    schools_without_head,
)
from .problems import owner_of, problems
from .records import PackRow, last_inspection, latest_papers, running_records, stages_of, standing_warnings, visit_pack
from .scope import must_have_sip, starts_of
from .touched import authorities_serving, opt_outs_touched, posts_touched, schools_with_links

__all__ = [
    "POST_STANDING",
    "DaysInProgramme",
    "PackRow",
    "SchoolOnDay",
    "authorities_serving",
    "authority_serving",
    "calendar_for",
    "chair_on",
    "corrections_in_hand",
    "dioceses_served",
    "entered_terms",
    "fact_on",
    "facts_lying_in",
    "facts_on",
    "head_on",
    "holder_on",
    "holders_on",
    "holidays_between",
    "in_local_authority_on",
    "in_programme_within",
    "last_inspection",
    "latest_papers",
    "lineage",
    "must_have_sip",
    "opt_outs_touched",
    "owned_fields",
    "owner_of",
    "partitions_with_schools",
    "people_by_post",
    "post_capacities",
    "posts_on",
    "posts_touched",
    "problems",
    "running_records",
    "schools_on",
    "schools_with_links",
    "schools_without_head",
    "season_of",
    "served_on",
    "stages_of",
    "standing_warnings",
    "starts_of",
    "terms",
    "visit_pack",
    "working_calendar",
]  # fmt: skip
