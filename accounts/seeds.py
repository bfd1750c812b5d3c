"""Regions and authorities, written after every migration and every flush. Running it again changes nothing."""

from datetime import timedelta
from itertools import chain

from django.db import connections

from .authorities import PROGRAMME, REGIONS, SUCCESSORS
from .models import Authority, Region

COLUMNS = ("name", "kind", "region", "aliases", "in_2006_programme", "primary_wave", "starts_on", "ends_on")


def after_migrate(*, using: str = "default", **_) -> None:
    """What `post_migrate` calls; silent where the tables are gone (`migrate accounts zero`)."""
    if Authority._meta.db_table in connections[using].introspection.table_names():
        seed(using=using)


def seed(*, using: str = "default") -> None:
    """Write the regions and authorities of the table in code. What people added beside them stays."""
    Region.objects.using(using).bulk_create(
        [Region(code=code, name=name) for name, code in REGIONS.items()],
        update_conflicts=True, unique_fields=["code"], update_fields=["name"],
    )  # fmt: skip
    regions = {region.name: region for region in Region.objects.using(using).filter(code__in=REGIONS.values())}
    Authority.objects.using(using).bulk_create(
        list(chain(_of_2006(regions), _successors(regions))),
        update_conflicts=True, unique_fields=["code"], update_fields=COLUMNS,
    )  # fmt: skip
    codes = [row.code for row in PROGRAMME] + [row.code for row in SUCCESSORS]
    ids = dict(Authority.objects.using(using).filter(code__in=codes).values_list("code", "pk"))
    link = Authority.predecessors.through
    link.objects.using(using).bulk_create(
        [link(from_authority_id=ids[row.code], to_authority_id=ids[code]) for row in SUCCESSORS for code in row.predecessors],
        ignore_conflicts=True,
    )


def _of_2006(regions):
    ended = {code: row.starts_on - timedelta(days=1) for row in SUCCESSORS for code in row.predecessors}
    for row in PROGRAMME:
        yield Authority(
            code=row.code, name=row.name, region=regions[row.region], aliases=list(row.aliases),
            in_2006_programme=True, primary_wave=row.wave, ends_on=ended.get(row.code),
        )  # fmt: skip


def _successors(regions):
    region_of = {row.code: row.region for row in PROGRAMME}
    for row in SUCCESSORS:
        yield Authority(
            code=row.code, name=row.name, region=regions[region_of[row.predecessors[0]]], aliases=list(row.aliases),
            starts_on=row.starts_on,
        )  # fmt: skip
