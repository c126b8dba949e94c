"""What courts and prisons send: told by content, cleaned, sealed, stored, served to the entitled.

May enter: what a document is, copies of it without metadata, scanning, its files and its row.
Must not: what a document proves. The services of the register decide that.
Every octet of a document is untrusted until a copy was made of it by a library that read it whole.
"""
