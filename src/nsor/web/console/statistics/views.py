"""The pages of the statistics: the tables with their charts, a new count, a file.

Rules that hold here: what is shown was counted before, so that a page reads one row; a chart never
says what its table doesn't, and a page without script lacks nothing but the charts.
"""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nsor import places
from nsor.accounts.rooms import Room
from nsor.register import statistics
from nsor.register.errors import Refusal
from nsor.register.statistics import Row, Table
from nsor.register.statistics.tables import TOTAL
from nsor.sources import figures
from nsor.web.console.guard import officer, proved_again, room
from nsor.web.console.statistics import csvfile, labels
from nsor.web.console.statistics.forms import ExportForm
from nsor.web.refusals import told

_UNPROCESSABLE = 422


class Line(NamedTuple):
    """A row as it is shown; ``more`` is the slug of a province, of which there is a page."""

    name: str
    is_total: bool
    cells: list[str]
    """Empty where a count is hidden."""
    more: str


class Shown(NamedTuple):
    """A table as it is shown, with the chart that stands before it, if any."""

    name: str
    words: labels.Words
    columns: list[str]
    lines: list[Line]
    withheld: bool
    chart: dict[str, Any] | None

    @property
    def chart_id(self) -> str:
        """The id of the block that holds what the chart shows."""
        return f"chart-{self.name}"

    @property
    def is_latin(self) -> bool:
        """Whether its rows are written in Latin letters in either language."""
        return self.name == "sections"


@require_GET
@room(Room.STATISTICS)
def index(request: HttpRequest) -> HttpResponse:
    """Show every table, and as of when it is."""
    found = statistics.latest()
    context = {
        "counted_at": found.counted_at,
        "is_asked": found.is_asked,
        "tables": [_shown(table) for table in found.tables],
        "sources": figures.freshness(),
        "days": figures.DAYS,
    }
    return render(request, "console/statistics/index.html", context)


@require_GET
@room(Room.STATISTICS)
def province(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the districts of a province."""
    if places.province(slug) is None:
        raise Http404
    found = statistics.latest()
    table = found.table("places")
    context = {
        "counted_at": found.counted_at,
        "province": labels.place_name(slug),
        "table": None if table is None else _shown(table, slug),
    }
    return render(request, "console/statistics/province.html", context)


@require_POST
@room(Room.STATISTICS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a new count."""
    try:
        statistics.ask()
    except Refusal as refusal:
        messages.error(request, told(refusal))
    else:
        messages.success(request, _("The register is counted anew within two minutes."))
    return redirect_to_statistics()


@require_http_methods(["GET", "POST"])
@room(Room.STATISTICS)
@proved_again
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask which table is wanted as a file, and hand it over."""
    form = ExportForm(request.POST) if request.method == "POST" else ExportForm()
    if not form.is_bound:
        return _asked(request, form)
    if not form.is_valid():
        return _asked(request, form, _UNPROCESSABLE)
    name = form.cleaned_data["table"]
    try:
        content = statistics.export(name, officer(request), csvfile.written)
    except Refusal as refusal:
        form.add_error(None, told(refusal))
        return _asked(request, form, _UNPROCESSABLE)
    headers = {"Content-Disposition": f'attachment; filename="statistics-{name}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def redirect_to_statistics() -> HttpResponse:
    """Return the way back to the tables."""
    answer = redirect("console-statistics")
    answer.status_code = 303
    return answer


def _asked(request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    return render(request, "console/statistics/export.html", {"form": form}, status=status)


def _shown(table: Table, within: str = "") -> Shown:
    """Return a table as it is shown: of places the provinces, or the districts of one."""
    rows = [row for row in table.rows if row.level < 2]
    if within:
        rows = [row for row in table.rows if row.key == within or _lies_in(row, within)]
    return Shown(
        name=table.name,
        words=labels.TABLES[table.name],
        columns=[labels.column_name(table, column) for column in table.columns],
        lines=[
            Line(
                name=labels.row_name(table, row.key),
                is_total=row.key in (TOTAL, within),
                cells=["" if cell is None else f"{cell:,}" for cell in row.cells],
                more="" if within or places.province(row.key) is None else row.key,
            )
            for row in rows
        ],
        withheld=table.withheld,
        chart=None if within else _chart(table, [row for row in rows if row.key != TOTAL]),
    )


def _lies_in(row: Row, province: str) -> bool:
    return row.key.startswith(f"{province}/")


def _chart(table: Table, rows: list[Row]) -> dict[str, Any] | None:
    """Return what a chart shows of a table: people by place, convictions by year."""
    if table.withheld or table.name not in ("places", "years"):
        return None
    column = table.columns.index("people" if table.name == "places" else TOTAL)
    return {
        "names": [labels.row_name(table, row.key) for row in rows],
        "values": [row.cells[column] for row in rows],
    }
