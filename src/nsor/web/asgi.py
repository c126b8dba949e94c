"""The web application as an ASGI server loads it: pages and API, no handset."""

import os

from django.core.asgi import get_asgi_application

from nsor.web import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
logs.keep_addresses_out()
application = get_asgi_application()
