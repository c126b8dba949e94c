"""Fixed tables and charts, with small cells masked."""
