"""Forms about schools. They check what was typed; the actions write."""

from .bulk import BulkValueForm, BulkWhatForm, ConfirmBulkForm
from .calendar import ClosureForm, ProgrammeStartForm, TermForm
from .columns import ColumnsForm, DeclineForm, SuggestForm
from .imports import GoAheadForm, LinkUploadForm, UploadForm
from .people import AddPostForm, ChangePostForm, EndPostForm, InvitePostForm
from .record import AgreedForm, AllAgeForm, CategoryForm, DeemedPhaseForm, ServiceForm
from .records import FORMS, EndRecordForm, RecordForm, StrikeOutForm
from .tasks import SettleForm

__all__ = [
    "FORMS",
    "AddPostForm",
    "AgreedForm",
    "AllAgeForm",
    "BulkValueForm",
    "BulkWhatForm",
    "CategoryForm",
    "ChangePostForm",
    "ClosureForm",
    "ColumnsForm",
    "ConfirmBulkForm",
    "DeclineForm",
    "DeemedPhaseForm",
    "EndPostForm",
    "EndRecordForm",
    "GoAheadForm",
    "InvitePostForm",
    "LinkUploadForm",
    "ProgrammeStartForm",
    "RecordForm",
    "ServiceForm",
    "SettleForm",
    "StrikeOutForm",
    "SuggestForm",
    "TermForm",
    "UploadForm",
]
