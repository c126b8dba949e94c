"""Courts, prisons and others that push events: keys, last seen, refusals, what acted at once."""
