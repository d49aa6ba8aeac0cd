"""One module a section of the page: each turns results into tables and plots."""
