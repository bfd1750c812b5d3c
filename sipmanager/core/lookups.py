"""`pk__among=rows`: `IN` a subquery, said so that PostgreSQL can use an index on either side of an "or" (D-37).

`a IN (…) OR b IN (SELECT …)` makes PostgreSQL read the whole table: it cannot look a subquery up in an index that is one side
of an "or". As an array the subquery is read first and both sides are looked up. Other databases are told plain `IN`.
"""

from django.db.models import Field
from django.db.models.lookups import In


@Field.register_lookup
class Among(In):
    lookup_name = "among"

    def get_rhs_op(self, connection, rhs: str) -> str:
        if connection.vendor == "postgresql" and not self.rhs_is_direct_value():
            return f"= ANY(ARRAY{rhs})"
        return super().get_rhs_op(connection, rhs)
