// Debian's libtbb.so is not built for ThreadSanitizer, which so misses the order that it keeps
// between making a task and running it. Only the accesses of oneTBB's own headers are left out, by
// the innermost frame, and what libtbb.so asks of the C library: what a task does is looked at in
// full.

extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
    return "race_top:^tbb::detail::\ncalled_from_lib:libtbb.so\n";
}
