"""The law's data: who may be told what, from when; proposals and decisions."""
