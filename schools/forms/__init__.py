"""Forms about schools. They check what was typed; the actions write."""

from .calendar import ClosureForm, ProgrammeStartForm, TermForm
from .imports import GoAheadForm, UploadForm
from .people import AddPostForm, ChangePostForm, EndPostForm, InvitePostForm
from .record import AgreedForm, AllAgeForm, CategoryForm, DeemedPhaseForm, EndOptOutForm, OptOutForm, ServiceForm
from .tasks import SettleForm

__all__ = [
    "AddPostForm", "AgreedForm", "AllAgeForm", "CategoryForm", "ChangePostForm", "ClosureForm", "DeemedPhaseForm",
    "EndOptOutForm", "EndPostForm", "GoAheadForm", "InvitePostForm", "OptOutForm", "ProgrammeStartForm", "ServiceForm", "SettleForm", "TermForm",
    "UploadForm",
]  # fmt: skip
