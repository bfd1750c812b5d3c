"""The door of gunicorn and of Django's own server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipmanager.settings")

application = get_wsgi_application()

from sipmanager.production import refuse_unsafe_start  # noqa: E402  (needs the settings)

refuse_unsafe_start()
