/* rowcast: JSON rows in, the bytes of a GraphQL response out.
 *
 * The stable C interface of librowcast.so. Every function is versioned (ROWCAST_0.1), none throws,
 * and handles are opaque. A null handle where one is needed is answered with ROWCAST_USAGE, or by
 * doing nothing where there is no status.
 *
 *     rowcast_root root = ROWCAST_ROOT_INIT;
 *     root.field = rowcast_string("users");
 *     root.type = rowcast_string("User");
 *     rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error);
 *     rowcast_request_create(NULL, NULL, &request, error, sizeof error);
 *     rowcast_request_run(request, plan, rows, row_count);
 *     rowcast_bytes response = rowcast_request_response(request);
 *
 * Threads: schemas and plans are immutable and may be shared by any number of threads; a request
 * belongs to one thread at a time, and may itself use more (rowcast_request_options.threads). A
 * schema may be freed before the plans made with it; a plan must outlive the requests that are
 * running it.
 *
 * The semantics of a response are in docs/semantics.md.
 */
#ifndef ROWCAST_H
#define ROWCAST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define ROWCAST_API __attribute__((visibility("default")))
#else
#define ROWCAST_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rowcast_status {
    ROWCAST_OK = 0,
    ROWCAST_BAD_ROW = 1,       /* a row is at fault: rowcast_request_error() says where */
    ROWCAST_BAD_PLAN = 2,      /* a schema, selection or option does not compile */
    ROWCAST_UNSUPPORTED = 3,   /* no such implementation, or this machine cannot run it */
    ROWCAST_LIMIT = 4,         /* the request's limit on memory */
    ROWCAST_OUT_OF_MEMORY = 5, /* from the machine, or the caller's resize callback */
    ROWCAST_USAGE = 6          /* a call out of order, or a null pointer */
} rowcast_status;

/* Bytes that somebody else owns. They need no NUL and no padding. data may be NULL if size is 0;
 * where something optional is meant, data == NULL says "none". */
typedef struct rowcast_bytes {
    const char* data;
    size_t size;
} rowcast_bytes;

static inline rowcast_bytes rowcast_string(const char* text) {
    rowcast_bytes bytes;
    bytes.data = text;
    bytes.size = text == NULL ? 0 : strlen(text);
    return bytes;
}

/* The version of the library, such as "0.1.0". */
ROWCAST_API const char* rowcast_version(void);

/* What a status means, in a few words. Never NULL. */
ROWCAST_API const char* rowcast_status_text(rowcast_status status);

/* ---- implementations ---- */

typedef struct rowcast_implementation {
    const char* name;
    const char* description;
    const char* unsupported_reason; /* NULL: this machine can run it */
} rowcast_implementation;

/* How many there are, best first. */
ROWCAST_API size_t rowcast_implementation_count(void);

/* The index-th one. Its strings live as long as the process. ROWCAST_USAGE past the end. */
ROWCAST_API rowcast_status rowcast_implementation_at(size_t index, rowcast_implementation* info);

/* ---- schemas ---- */

typedef struct rowcast_schema rowcast_schema;

/* Compiles FraiseQL's registry JSON. On failure *schema is NULL and `error` (which may be NULL)
 * gets a message that names the place, cut to error_size bytes with its NUL. */
ROWCAST_API rowcast_status rowcast_schema_parse(rowcast_bytes json, rowcast_schema** schema,
                                                char* error, size_t error_size);
ROWCAST_API void rowcast_schema_free(rowcast_schema* schema);

/* ---- plans ---- */

typedef struct rowcast_plan rowcast_plan;

enum rowcast_root_flags {
    ROWCAST_SINGLE = 1u << 0,           /* the first row's value, or null */
    ROWCAST_OMIT_MISSING = 1u << 1,     /* a selected field that a row lacks is left out */
    ROWCAST_RAW_KEYS = 1u << 2,         /* keys as they are written, not in camelCase */
    ROWCAST_TYPENAME_SELECTED = 1u << 3 /* __typename only where it is selected */
};

enum rowcast_plan_flags {
    ROWCAST_NO_WRAP = 1u << 0 /* only the value, without {"data":{...}}; one root */
};

/* One root field of a response. At most one of the selections may be given. */
typedef struct rowcast_root {
    size_t struct_size;             /* sizeof(rowcast_root): later versions add members */
    rowcast_bytes field;            /* the response key */
    rowcast_bytes type;             /* the rows' type, or none */
    rowcast_bytes select;           /* a GraphQL selection set, or none */
    rowcast_bytes field_selections; /* FraiseQL's list as JSON, or none */
    rowcast_bytes field_paths;      /* FraiseQL's paths as JSON, or none */
    uint32_t max_depth;             /* of nesting: ROWCAST_DEFAULT_MAX_DEPTH */
    uint32_t flags;                 /* of rowcast_root_flags */
} rowcast_root;

#define ROWCAST_DEFAULT_MAX_DEPTH 128u
#define ROWCAST_ROOT_INIT                                                              \
    {                                                                                  \
        sizeof(rowcast_root), {"data", 4}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
            ROWCAST_DEFAULT_MAX_DEPTH, 0                                               \
    }

/* Compiles a plan of `count` roots, in the order of the response. Everything is copied; `schema`
 * may be NULL. On failure *plan is NULL and `error` is filled as above. */
ROWCAST_API rowcast_status rowcast_plan_compile(const rowcast_root* roots, size_t count,
                                                const rowcast_schema* schema, uint32_t flags,
                                                rowcast_plan** plan, char* error,
                                                size_t error_size);
ROWCAST_API void rowcast_plan_free(rowcast_plan* plan);

/* ---- requests ---- */

typedef struct rowcast_request rowcast_request;

/* Gives the output its memory: makes *data hold at least `wanted` bytes, keeping the first `used`
 * ones, and sets *capacity (at least `wanted`). *data is NULL at first; wanted == 0 gives all of
 * it back (the request is being trimmed or freed). Returns 0 on success; otherwise nothing may
 * have changed. Must not throw or jump out. */
typedef int (*rowcast_resize)(void* context, char** data, size_t used, size_t wanted,
                              size_t* capacity);

typedef struct rowcast_request_options {
    size_t struct_size;    /* sizeof(rowcast_request_options) */
    size_t max_bytes;      /* of all memory together; 0: no limit */
    rowcast_resize resize; /* NULL: the C library's heap */
    void* resize_context;
    /* At most so many threads, the caller's included, work on the rows of a large request; 0: as
     * many as the process may use. The response is the same, and `resize` is called by the caller's
     * thread only. A library built without threads refuses any number but 1, with
     * ROWCAST_UNSUPPORTED. Not in the first size of this struct, which means 1. */
    size_t threads;
} rowcast_request_options;

#define ROWCAST_REQUEST_OPTIONS_INIT \
    { sizeof(rowcast_request_options), 0, NULL, NULL, 1 }

/* An object that runs requests one after another and keeps its memory between them. It takes some
 * 30 KB, with as much for each thread more, which max_bytes does not count and trimming does not give
 * back; for it remembers the keys of the rows that it selected from last: requests of one plan are best
 * given to one object.
 * `implementation` NULL or "auto": ROWCAST_IMPLEMENTATION if the environment has it, else the best
 * one for this machine; an unknown or unsupported name is ROWCAST_UNSUPPORTED, never a fallback.
 * `options` may be NULL. */
ROWCAST_API rowcast_status rowcast_request_create(const char* implementation,
                                                  const rowcast_request_options* options,
                                                  rowcast_request** request, char* error,
                                                  size_t error_size);
ROWCAST_API void rowcast_request_free(rowcast_request* request);

/* The name of the implementation that it uses. */
ROWCAST_API const char* rowcast_request_implementation(const rowcast_request* request);

/* Everything at once, for a plan with one root. */
ROWCAST_API rowcast_status rowcast_request_run(rowcast_request* request, const rowcast_plan* plan,
                                               const rowcast_bytes* rows, size_t count);

/* The same in steps: begin; for each root of the plan its rows, with next_root in between; end.
 * No pointer to a row is kept. `expected_bytes` and `expected_rows`, or 0, size the output. After
 * a bad row or a lack of memory every step repeats that failure, until another begin or run. */
ROWCAST_API rowcast_status rowcast_request_begin(rowcast_request* request, const rowcast_plan* plan,
                                                 size_t expected_bytes, size_t expected_rows);
ROWCAST_API rowcast_status rowcast_request_row(rowcast_request* request, const char* data,
                                               size_t size);
ROWCAST_API rowcast_status rowcast_request_rows(rowcast_request* request, const rowcast_bytes* rows,
                                                size_t count);
ROWCAST_API rowcast_status rowcast_request_next_root(rowcast_request* request);
ROWCAST_API rowcast_status rowcast_request_end(rowcast_request* request);

/* The response, after run or end; {NULL, 0} after a failure. Its bytes lie at the start of the
 * output (the caller's own memory, with a resize callback) and stay until the next request, trim
 * or free. */
ROWCAST_API rowcast_bytes rowcast_request_response(const rowcast_request* request);

/* Hands the bytes written so far to `sink`, once, and drops them from the output. Called before
 * the end it is the caller's own choice, and the only way in which bytes of a response can precede
 * an error. After the end it takes the rest. */
typedef void (*rowcast_sink)(void* context, const char* data, size_t size);
ROWCAST_API rowcast_status rowcast_request_drain(rowcast_request* request, rowcast_sink sink,
                                                 void* context);

/* Where and why the last request failed. */
typedef struct rowcast_error {
    rowcast_status status;
    size_t root;         /* index of the root field */
    size_t row;          /* within the root, from 0 */
    size_t byte;         /* within the row, from 0 */
    const char* message; /* such as "':' expected"; lives as long as the process */
} rowcast_error;
ROWCAST_API rowcast_error rowcast_request_error(const rowcast_request* request);

/* Memory held, in bytes: now and at the most so far. The threads' own buffers count as arena. */
typedef struct rowcast_usage {
    size_t output_bytes;
    size_t output_high_water;
    size_t arena_bytes;
    size_t arena_high_water;
} rowcast_usage;
ROWCAST_API rowcast_usage rowcast_request_usage(const rowcast_request* request);

/* Gives all memory back, between requests. */
ROWCAST_API void rowcast_request_trim(rowcast_request* request);

#ifdef __cplusplus
}
#endif

#endif
