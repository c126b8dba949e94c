"""The web application as an ASGI server loads it: pages and API, no handset."""

import gc
import os
from typing import Any, cast

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from nsor.web import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
logs.configure()
_application = get_asgi_application()

from nsor.web import api_problems, bodies  # noqa: E402 - needs Django to be set up

_limited = api_problems.limited(bodies.limited(cast(Any, _application)))  # the smaller first
application = logs.told_alone(_limited)

# What is loaded now is never garbage; to look through it would hold up a page for some 150 ms.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
