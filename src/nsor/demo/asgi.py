"""The web application with the demo's handset in it, as an ASGI server loads it.

Rules that hold here: the handset's line is the Unix socket named by ``NSOR_DEMO_LINE``, which
``nsor demo`` sets for the process that it starts; without it this module refuses to load.
"""

import os
from pathlib import Path

from nsor.demo.line import SocketLine
from nsor.demo.sample import five_to_try
from nsor.web.asgi import application
from nsor.web.handset.line import Handset, install

__all__ = ["application"]

install(
    Handset(
        line=SocketLine(Path(os.environ["NSOR_DEMO_LINE"])),
        examples=five_to_try(),
        short_code=os.environ.get("NSOR_SHORT_CODE", "7000"),
        daily_limit=int(os.environ.get("NSOR_DAILY_LIMIT", "20")),
    )
)
