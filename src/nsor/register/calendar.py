"""The day that counts for the register: the law's day, so that both change at one moment."""

from nsor.law.calendar import today

__all__ = ["today"]
