"""What is run on the source by hand, and never by the product."""
