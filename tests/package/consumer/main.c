/* Transforms one row with the installed library, and prints the response. */
#include <rowcast.h>
#include <stdio.h>

int main(void) {
    static const char row_text[] = "{\"id\": 1, \"first_name\": \"Ann\"}";
    char error[256] = "";
    rowcast_plan* plan = NULL;
    rowcast_request* request = NULL;
    rowcast_root root = ROWCAST_ROOT_INIT;
    rowcast_bytes row;
    rowcast_bytes response;

    root.field = rowcast_string("users");
    root.type = rowcast_string("User");
    root.select = rowcast_string("{ first_name }");
    row = rowcast_string(row_text);

    if (rowcast_plan_compile(&root, 1, NULL, 0, &plan, error, sizeof error) != ROWCAST_OK ||
        rowcast_request_create(NULL, NULL, &request, error, sizeof error) != ROWCAST_OK) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    if (rowcast_request_run(request, plan, &row, 1) != ROWCAST_OK) {
        fprintf(stderr, "%s\n", rowcast_request_error(request).message);
        return 1;
    }
    response = rowcast_request_response(request);
    printf("%.*s\n", (int)response.size, response.data);
    rowcast_request_free(request);
    rowcast_plan_free(plan);
    return 0;
}
