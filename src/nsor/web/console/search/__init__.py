"""Finding people by number, name, district, section, status and dates."""
