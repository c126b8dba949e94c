"""Reviews and ends of terms that fall due."""
