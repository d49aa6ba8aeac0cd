/* Everything that rowcast.h offers, from C. Each check names what it expects; the first that fails
 * ends the program. */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/rowcast.h"

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

static const char kSchema[] =
    "{\"version\":\"1.0\",\"features\":[],\"types\":{\"User\":{\"fields\":{\"user_posts\":"
    "{\"type_name\":\"Post\",\"is_nested_object\":true,\"is_list\":true}}}}}";

static int equals(rowcast_bytes bytes, const char* text) {
    return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

/* An output of the caller's own: a malloc'ed block, its size doubled as needed. */
typedef struct own_buffer {
    char* data;
    size_t capacity;
    unsigned calls;
    size_t refuse_above; /* 0: never */
} own_buffer;

static int resize_own(void* context, char** data, size_t used, size_t wanted, size_t* capacity) {
    own_buffer* const buffer = context;
    char* moved = NULL;
    ++buffer->calls;
    if (wanted == 0) {
        free(buffer->data);
        buffer->data = NULL;
        *data = NULL;
        *capacity = 0;
        return 0;
    }
    if (buffer->refuse_above != 0 && wanted > buffer->refuse_above) {
        return 1;
    }
    moved = malloc(wanted * 2);
    if (moved == NULL) {
        return 1;
    }
    if (used != 0) {
        memcpy(moved, *data, used);
    }
    free(buffer->data);
    buffer->data = moved;
    buffer->capacity = wanted * 2;
    *data = moved;
    *capacity = buffer->capacity;
    return 0;
}

/* Collects what is drained. */
typedef struct sink_buffer {
    char data[1024];
    size_t size;
} sink_buffer;

static void append_to_sink(void* context, const char* data, size_t size) {
    sink_buffer* const sink = context;
    CHECK(sink->size + size <= sizeof sink->data);
    memcpy(sink->data + sink->size, data, size);
    sink->size += size;
}

static rowcast_plan* compile_users(const rowcast_schema* schema, uint32_t plan_flags,
                                   uint32_t root_flags, const char* select) {
    char error[256];
    rowcast_plan* plan = NULL;
    rowcast_root root = ROWCAST_ROOT_INIT;
    root.field = rowcast_string("users");
    root.type = rowcast_string("User");
    root.select = rowcast_string(select);
    root.flags = root_flags;
    CHECK(rowcast_plan_compile(&root, 1, schema, plan_flags, &plan, error, sizeof error) ==
          ROWCAST_OK);
    return plan;
}

static void lists_implementations(void) {
    rowcast_implementation info;
    const size_t count = rowcast_implementation_count();
    int scalar = 0;
    CHECK(count >= 1);
    for (size_t i = 0; i != count; ++i) {
        CHECK(rowcast_implementation_at(i, &info) == ROWCAST_OK);
        CHECK(strlen(info.name) != 0 && strlen(info.description) != 0);
        if (strcmp(info.name, "scalar") == 0) {
            scalar = 1;
            CHECK(info.unsupported_reason == NULL);
        }
    }
    CHECK(scalar);
    CHECK(rowcast_implementation_at(count, &info) == ROWCAST_USAGE);
    CHECK(rowcast_implementation_at(0, NULL) == ROWCAST_USAGE);
}

static void forces_an_implementation_or_says_why_not(void) {
    char error[256];
    rowcast_request* request = NULL;
    CHECK(rowcast_request_create("scalar", NULL, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(strcmp(rowcast_request_implementation(request), "scalar") == 0);
    rowcast_request_free(request);
    CHECK(rowcast_request_create("no-such", NULL, &request, error, sizeof error) ==
          ROWCAST_UNSUPPORTED);
    CHECK(request == NULL);
    CHECK(strstr(error, "no-such") != NULL && strstr(error, "scalar") != NULL);
}

static void compiles_plans_and_says_what_is_wrong(void) {
    char error[256] = "";
    char small[8] = "";
    rowcast_schema* schema = NULL;
    rowcast_plan* plan = NULL;
    rowcast_root root = ROWCAST_ROOT_INIT;

    CHECK(rowcast_schema_parse(rowcast_string("{\"types\":"), &schema, error, sizeof error) ==
          ROWCAST_BAD_PLAN);
    CHECK(schema == NULL && strstr(error, "line 1") != NULL);

    root.select = rowcast_string("{ a: id a: b }");
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) == ROWCAST_BAD_PLAN);
    CHECK(plan == NULL && strstr(error, "column 9") != NULL);
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, small, sizeof small) == ROWCAST_BAD_PLAN);
    CHECK(strlen(small) == sizeof small - 1);
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, NULL, 0) == ROWCAST_BAD_PLAN);

    root.select = rowcast_string(NULL);
    root.field_paths = rowcast_string("[[\"id\"],[\"posts\",\"title\"]]");
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) == ROWCAST_OK);
    rowcast_plan_free(plan);
    root.field_selections = rowcast_string("[{\"materialized_path\":\"id\"}]");
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) == ROWCAST_BAD_PLAN);
    root.field_paths = rowcast_string(NULL);
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) == ROWCAST_OK);
    rowcast_plan_free(plan);

    root.struct_size = 1;
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) == ROWCAST_USAGE);
    root.struct_size = sizeof root;
    root.flags = 1u << 31;
    CHECK(rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) == ROWCAST_USAGE);
    CHECK(rowcast_plan_compile(NULL, 0, NULL, 0, &plan, error, sizeof error) == ROWCAST_BAD_PLAN);
}

static void runs_rows_all_at_once(void) {
    char error[256];
    rowcast_schema* schema = NULL;
    rowcast_request* request = NULL;
    rowcast_plan* plan = NULL;
    const rowcast_bytes rows[] = {{"{\"user_id\":1,\"user_posts\":[{\"a_b\":2}]}", 38},
                                  {"null", 4}};
    CHECK(rowcast_schema_parse(rowcast_string(kSchema), &schema, error, sizeof error) ==
          ROWCAST_OK);
    plan = compile_users(schema, 0, 0, NULL);
    rowcast_schema_free(schema); /* plans keep what they need of it */
    CHECK(rowcast_request_create("auto", NULL, &request, error, sizeof error) == ROWCAST_OK);
    for (int i = 0; i != 3; ++i) {
        CHECK(rowcast_request_run(request, plan, rows, 2) == ROWCAST_OK);
        CHECK(equals(rowcast_request_response(request),
                     "{\"data\":{\"users\":[{\"__typename\":\"User\",\"userId\":1,\"userPosts\":"
                     "[{\"__typename\":\"Post\",\"aB\":2}]},null]}}"));
    }
    CHECK(rowcast_request_run(request, plan, NULL, 0) == ROWCAST_OK);
    CHECK(equals(rowcast_request_response(request), "{\"data\":{\"users\":[]}}"));
    CHECK(rowcast_request_usage(request).output_bytes != 0);
    rowcast_request_trim(request);
    CHECK(rowcast_request_usage(request).output_bytes == 0);
    CHECK(rowcast_request_usage(request).output_high_water != 0);
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void honours_flags(void) {
    char error[256];
    rowcast_request* request = NULL;
    const rowcast_bytes row = rowcast_string("{\"a_b\":1}");
    rowcast_plan* plan = compile_users(
        NULL, ROWCAST_NO_WRAP,
        ROWCAST_SINGLE | ROWCAST_OMIT_MISSING | ROWCAST_RAW_KEYS | ROWCAST_TYPENAME_SELECTED,
        "{ a_b missing }");
    CHECK(rowcast_request_create(NULL, NULL, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_run(request, plan, &row, 1) == ROWCAST_OK);
    CHECK(equals(rowcast_request_response(request), "{\"a_b\":1}"));
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void takes_rows_one_at_a_time_for_several_roots(void) {
    char error[256];
    char row[16];
    rowcast_request* request = NULL;
    rowcast_plan* plan = NULL;
    rowcast_root roots[2] = {ROWCAST_ROOT_INIT, ROWCAST_ROOT_INIT};
    roots[0].field = rowcast_string("a");
    roots[1].field = rowcast_string("b");
    roots[1].flags = ROWCAST_SINGLE;
    CHECK(rowcast_plan_compile(roots, 2, NULL, 0, &plan, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_create(NULL, NULL, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_run(request, plan, NULL, 0) == ROWCAST_USAGE); /* two roots */

    CHECK(rowcast_request_begin(request, plan, 0, 0) == ROWCAST_OK);
    for (int i = 0; i != 3; ++i) {
        const int size = snprintf(row, sizeof row, "{\"x_y\":%d}", i);
        CHECK(rowcast_request_row(request, row, (size_t)size) == ROWCAST_OK);
        memset(row, '!', sizeof row); /* no pointer to a row is kept */
    }
    CHECK(rowcast_request_end(request) == ROWCAST_USAGE); /* a root is still to come */
    CHECK(rowcast_request_response(request).size == 0);
    CHECK(rowcast_request_next_root(request) == ROWCAST_OK);
    CHECK(rowcast_request_next_root(request) == ROWCAST_USAGE);
    CHECK(rowcast_request_end(request) == ROWCAST_OK);
    CHECK(equals(rowcast_request_response(request),
                 "{\"data\":{\"a\":[{\"xY\":0},{\"xY\":1},{\"xY\":2}],\"b\":null}}"));
    CHECK(rowcast_request_row(request, "1", 1) == ROWCAST_USAGE); /* after the end */
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void reports_the_bad_row_and_recovers(void) {
    char error[256];
    rowcast_request* request = NULL;
    rowcast_plan* plan = compile_users(NULL, 0, 0, NULL);
    const rowcast_bytes rows[] = {{"{}", 2}, {"{\"a\" 1}", 7}};
    rowcast_error where;
    CHECK(rowcast_request_create(NULL, NULL, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_run(request, plan, rows, 2) == ROWCAST_BAD_ROW);
    CHECK(rowcast_request_response(request).data == NULL);
    where = rowcast_request_error(request);
    CHECK(where.status == ROWCAST_BAD_ROW && where.root == 0 && where.row == 1 && where.byte == 5);
    CHECK(strcmp(where.message, "':' expected") == 0);
    CHECK(rowcast_request_row(request, "{}", 2) == ROWCAST_BAD_ROW); /* repeated until begin */
    CHECK(rowcast_request_end(request) == ROWCAST_BAD_ROW);
    CHECK(rowcast_request_error(request).row == 1);
    CHECK(rowcast_request_run(request, plan, rows, 1) == ROWCAST_OK);
    CHECK(equals(rowcast_request_response(request),
                 "{\"data\":{\"users\":[{\"__typename\":\"User\"}]}}"));
    CHECK(rowcast_request_error(request).status == ROWCAST_OK);
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void writes_into_the_callers_memory(void) {
    char error[256];
    own_buffer buffer = {NULL, 0, 0, 0};
    rowcast_request* request = NULL;
    rowcast_request_options options = ROWCAST_REQUEST_OPTIONS_INIT;
    rowcast_plan* plan = compile_users(NULL, 0, 0, NULL);
    const rowcast_bytes row = rowcast_string("{\"user_name\":\"ada\"}");
    unsigned calls = 0;
    options.resize = resize_own;
    options.resize_context = &buffer;
    CHECK(rowcast_request_create(NULL, &options, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_run(request, plan, &row, 1) == ROWCAST_OK);
    CHECK(rowcast_request_response(request).data == buffer.data);
    calls = buffer.calls;
    CHECK(calls != 0);
    CHECK(rowcast_request_run(request, plan, &row, 1) == ROWCAST_OK);
    CHECK(buffer.calls == calls); /* the steady state asks for nothing */

    buffer.refuse_above = 512;
    CHECK(rowcast_request_begin(request, plan, 0, 0) == ROWCAST_OK);
    {
        rowcast_status status = ROWCAST_OK;
        for (int i = 0; i != 100 && status == ROWCAST_OK; ++i) {
            status = rowcast_request_row(request, row.data, row.size);
        }
        CHECK(status == ROWCAST_OUT_OF_MEMORY);
    }
    rowcast_request_free(request);
    CHECK(buffer.data == NULL); /* given back */
    rowcast_plan_free(plan);
}

/* Options as the first version of the struct had them: without `threads`. */
static void takes_the_options_of_older_programs(void) {
    rowcast_request* request = NULL;
    rowcast_request_options options = ROWCAST_REQUEST_OPTIONS_INIT;
    options.struct_size = offsetof(rowcast_request_options, threads);
    options.threads = 12345678; /* behind their end */
    CHECK(rowcast_request_create(NULL, &options, &request, NULL, 0) == ROWCAST_OK);
    rowcast_request_free(request);
    options.threads = 1;
    options.struct_size = sizeof options + 8;
    CHECK(rowcast_request_create(NULL, &options, &request, NULL, 0) == ROWCAST_USAGE);
    CHECK(request == NULL);
    options.struct_size = sizeof(size_t);
    CHECK(rowcast_request_create(NULL, &options, &request, NULL, 0) == ROWCAST_USAGE);
}

enum { MANY_ROWS = 20000 };

static void uses_several_threads_or_says_why_not(void) {
    static rowcast_bytes rows[MANY_ROWS];
    char error[256] = "";
    rowcast_request* request = NULL;
    rowcast_request* one_thread = NULL;
    rowcast_request_options options = ROWCAST_REQUEST_OPTIONS_INIT;
    rowcast_plan* plan = compile_users(NULL, 0, 0, NULL);
    rowcast_status status = ROWCAST_OK;
    for (size_t i = 0; i != MANY_ROWS; ++i) {
        rows[i] = rowcast_string(i % 2 == 0 ? "{\"user_id\": 1, \"name\": \"ada\"}" : "[2]");
    }
    options.threads = 2;
    status = rowcast_request_create(NULL, &options, &request, error, sizeof error);
#ifdef ROWCAST_TEST_THREADS
    CHECK(status == ROWCAST_OK);
    CHECK(rowcast_request_create(NULL, NULL, &one_thread, NULL, 0) == ROWCAST_OK);
    CHECK(rowcast_request_run(one_thread, plan, rows, MANY_ROWS) == ROWCAST_OK);
    CHECK(rowcast_request_run(request, plan, rows, MANY_ROWS) == ROWCAST_OK);
    CHECK(rowcast_request_response(request).size == rowcast_request_response(one_thread).size);
    CHECK(memcmp(rowcast_request_response(request).data, rowcast_request_response(one_thread).data,
                 rowcast_request_response(request).size) == 0);
    rows[MANY_ROWS - 2] = rowcast_string("nul");
    rows[MANY_ROWS - 1] = rowcast_string("]");
    CHECK(rowcast_request_run(request, plan, rows, MANY_ROWS) == ROWCAST_BAD_ROW);
    CHECK(rowcast_request_error(request).row == MANY_ROWS - 2);
    CHECK(rowcast_request_error(request).byte == 3);
    rowcast_request_trim(request);
    CHECK(rowcast_request_usage(request).arena_bytes == 0);
    rowcast_request_free(one_thread);
#else
    (void)one_thread;
    CHECK(status == ROWCAST_UNSUPPORTED && request == NULL);
    CHECK(strstr(error, "ROWCAST_THREADS") != NULL);
#endif
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void obeys_the_limit(void) {
    char error[256];
    rowcast_request* request = NULL;
    rowcast_request_options options = ROWCAST_REQUEST_OPTIONS_INIT;
    rowcast_plan* plan = compile_users(NULL, 0, 0, NULL);
    rowcast_status status = ROWCAST_OK;
    options.max_bytes = 1000;
    CHECK(rowcast_request_create(NULL, &options, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_begin(request, plan, 0, 0) == ROWCAST_OK);
    for (int i = 0; i != 100 && status == ROWCAST_OK; ++i) {
        status = rowcast_request_row(request, "{\"a\":1}", 7);
    }
    CHECK(status == ROWCAST_LIMIT);
    CHECK(rowcast_request_usage(request).output_bytes <= 1000);
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void drains_before_the_end(void) {
    char error[256];
    sink_buffer sink = {{0}, 0};
    rowcast_request* request = NULL;
    rowcast_plan* plan = compile_users(NULL, 0, 0, NULL);
    CHECK(rowcast_request_create(NULL, NULL, &request, error, sizeof error) == ROWCAST_OK);
    CHECK(rowcast_request_begin(request, plan, 0, 0) == ROWCAST_OK);
    CHECK(rowcast_request_row(request, "{\"a\":1}", 7) == ROWCAST_OK);
    CHECK(rowcast_request_drain(request, append_to_sink, &sink) == ROWCAST_OK);
    CHECK(rowcast_request_row(request, "{\"__typename\":1}", 16) == ROWCAST_OK);
    CHECK(rowcast_request_drain(request, append_to_sink, &sink) == ROWCAST_OK);
    CHECK(rowcast_request_end(request) == ROWCAST_OK);
    CHECK(rowcast_request_drain(request, append_to_sink, &sink) == ROWCAST_OK);
    {
        const rowcast_bytes all = {sink.data, sink.size};
        CHECK(equals(all,
                     "{\"data\":{\"users\":[{\"__typename\":\"User\",\"a\":1},"
                     "{\"__typename\":\"User\"}]}}"));
    }
    rowcast_request_free(request);
    rowcast_plan_free(plan);
}

static void answers_null_pointers_with_a_status(void) {
    rowcast_schema* schema = NULL;
    CHECK(rowcast_schema_parse(rowcast_string("{}"), NULL, NULL, 0) == ROWCAST_USAGE);
    CHECK(rowcast_schema_parse(rowcast_string("{}"), &schema, NULL, 0) == ROWCAST_BAD_PLAN);
    CHECK(rowcast_plan_compile(NULL, 1, NULL, 0, NULL, NULL, 0) == ROWCAST_USAGE);
    CHECK(rowcast_request_create(NULL, NULL, NULL, NULL, 0) == ROWCAST_USAGE);
    CHECK(rowcast_request_run(NULL, NULL, NULL, 0) == ROWCAST_USAGE);
    CHECK(rowcast_request_begin(NULL, NULL, 0, 0) == ROWCAST_USAGE);
    CHECK(rowcast_request_row(NULL, NULL, 0) == ROWCAST_USAGE);
    CHECK(rowcast_request_rows(NULL, NULL, 0) == ROWCAST_USAGE);
    CHECK(rowcast_request_next_root(NULL) == ROWCAST_USAGE);
    CHECK(rowcast_request_end(NULL) == ROWCAST_USAGE);
    CHECK(rowcast_request_drain(NULL, NULL, NULL) == ROWCAST_USAGE);
    CHECK(rowcast_request_error(NULL).status == ROWCAST_USAGE);
    CHECK(rowcast_request_response(NULL).data == NULL);
    CHECK(rowcast_request_usage(NULL).output_bytes == 0);
    CHECK(rowcast_request_implementation(NULL) == NULL);
    rowcast_request_trim(NULL);
    rowcast_request_free(NULL);
    rowcast_plan_free(NULL);
    rowcast_schema_free(NULL);
}

int main(void) {
    CHECK(strlen(rowcast_version()) != 0);
    for (int status = ROWCAST_OK; status <= ROWCAST_USAGE; ++status) {
        CHECK(strlen(rowcast_status_text((rowcast_status)status)) != 0);
    }
    lists_implementations();
    forces_an_implementation_or_says_why_not();
    compiles_plans_and_says_what_is_wrong();
    runs_rows_all_at_once();
    honours_flags();
    takes_rows_one_at_a_time_for_several_roots();
    reports_the_bad_row_and_recovers();
    writes_into_the_callers_memory();
    takes_the_options_of_older_programs();
    uses_several_threads_or_says_why_not();
    obeys_the_limit();
    drains_before_the_end();
    answers_null_pointers_with_a_status();
    puts("the C interface does what it says");
    return 0;
}
