"""One module a step. A step that was ever released is not changed; a new one follows it."""
