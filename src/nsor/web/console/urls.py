"""Every address of the console, one line for each room."""

from django.urls import include, path

ROOMS = (
    "queue",
    "entry",
    "imports",
    "approval",
    "record",
    "search",
    "duplicates",
    "reviews",
    "policy",
    "trail",
    "sources",
    "statistics",
    "officers",
    "own",
    "components",
)

urlpatterns = [path(f"{name}/", include(f"nsor.web.console.{name}.urls")) for name in ROOMS]
