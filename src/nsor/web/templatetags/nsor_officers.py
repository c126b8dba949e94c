"""What proposals about officers are called on pages."""

from typing import Final

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.accounts.models import Kind, State

register = template.Library()

_KINDS: Final[dict[str, Promise]] = {
    Kind.ADD: _("A new officer"),
    Kind.CHANGE: _("Another role or jurisdiction"),
    Kind.END: _("The end of access"),
    Kind.LINK: _("A new link"),
}
_STATES: Final[dict[str, Promise]] = {
    State.OPEN: _("waits for a decision"),
    State.APPROVED: _("approved"),
    State.REJECTED: _("rejected"),
}


@register.filter
def proposal_kind(kind: str) -> str:
    """Return what a proposal would do."""
    return str(_KINDS[kind])


@register.filter
def proposal_state(state: str) -> str:
    """Return where a proposal stands."""
    return str(_STATES[state])
