"""Windows that ask for something before it is done."""
