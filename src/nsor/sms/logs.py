"""Structured logs: one JSON object a line on standard error, never a thing of a person."""

import sys

import structlog


def configure() -> structlog.typing.FilteringBoundLogger:
    """Set up logging for this process and return the logger."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
