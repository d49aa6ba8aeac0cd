"""Many machines in one database, compared by what an implementation gains on each of them."""
