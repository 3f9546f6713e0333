"""What Microsoft sells and where: tables of facts with their dates, and lookups in them."""
