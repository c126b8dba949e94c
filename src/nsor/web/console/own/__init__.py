"""The officer's own account: second factors, sessions, language."""
