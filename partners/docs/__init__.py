"""The pages of `docs/` that stand in the tables of partners."""

from .deployment import accreditation_page, conditions_page, deployment_page
from .papers import papers_page

__all__ = [
    "accreditation_page",
    "conditions_page",
    "deployment_page",
    "papers_page",
]
