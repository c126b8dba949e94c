"""The web application as an ASGI server loads it: pages and API, no handset."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
application = get_asgi_application()
