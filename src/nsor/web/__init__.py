"""The shell of the pages: layout, styles, language, public pages, and the demo's handset.

May enter: templates, static files with their licences, and views that only present.
Must not: rules of the register, remote assets, inline script, personal data in an address.
The handset exists in ``nsor demo`` only.
"""
