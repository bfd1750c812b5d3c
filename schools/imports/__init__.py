"""Load a GIAS establishment extract into the school register (D-10, D-11).

`reading` opens the file and refuses what is none; `rows`, `heads` and `columns` read a line; `plans` compares it with
what is held; `writing` and `spells` carry it out; `run` leads the whole.
"""

from .link_files import import_links
from .reading import FileRefused
from .report import Report
from .run import import_schools
from .telling import RegisterChanged, Telling, Told

__all__ = ["FileRefused", "RegisterChanged", "Report", "Telling", "Told", "import_links", "import_schools"]
