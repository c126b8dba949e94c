"""Courts, prisons and others that push events: keys, last seen, refusals."""
