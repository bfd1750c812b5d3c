"""The door of an ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipmanager.settings")

application = get_asgi_application()

from sipmanager.production import refuse_unsafe_start  # noqa: E402  (needs the settings)

refuse_unsafe_start()
