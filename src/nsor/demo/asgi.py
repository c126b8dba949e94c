"""The web application with the demo's handset in it, as an ASGI server loads it.

Rules that hold here: the handset's line is the Unix socket named by ``NSOR_DEMO_LINE``, which
``nsor demo`` sets for the process that it starts; without it this module refuses to load. The
court's button is there where its key is named too.
"""

import os
from pathlib import Path

from nsor.demo.line import SocketLine
from nsor.demo.sample import five_to_try
from nsor.sms import config
from nsor.web.asgi import application
from nsor.web.handset import court
from nsor.web.handset.line import Handset, install

__all__ = ["application"]

_settings = config.read(os.environ)
install(
    Handset(
        line=SocketLine(Path(os.environ["NSOR_DEMO_LINE"])),
        examples=five_to_try(),
        short_code=_settings.short_code,
        daily_limit=_settings.daily_limit,
    )
)
if "NSOR_DEMO_COURT" in os.environ:
    from nsor.demo.court import SampleCourt  # it needs the models, which the application sets up

    court.install(
        SampleCourt(
            os.environ["NSOR_DEMO_ADDRESS"],
            Path(os.environ["NSOR_DEMO_COURT"]),
            os.environ["NSOR_DEMO_COURT_KEYID"],
        )
    )
