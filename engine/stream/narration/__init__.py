"""A text that a stream says: read, made and handed over phrase by phrase, and bent while it is said."""
