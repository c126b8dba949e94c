"""The register: offenders, convictions, registrations, their lifecycle, the publication feed.

May enter: what officers do to records, the law's catalogue as data, and the feed of publications.
Must not: wording of answers, anything of a channel (SMS, web), a victim's identity in any form.
The rooms above follow the feed; nothing here knows them.
"""
