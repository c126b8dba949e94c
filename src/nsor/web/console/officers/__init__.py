"""Officers, their roles and jurisdictions: proposals and decisions."""
