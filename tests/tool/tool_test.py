#!/usr/bin/env python3
"""The `rowcast` program as scripts see it: arguments, streams, exit codes.

What a response holds is the conformance cases' business (tests/conformance).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = ""

OK, BAD_INPUT, USAGE = 0, 1, 2


class ToolTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def run_tool(
        self, *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {k: v for k, v in os.environ.items() if k != "ROWCAST_IMPLEMENTATION"}
        return subprocess.run(
            [TOOL, *arguments],
            input=stdin,
            capture_output=True,
            env=environment | (env or {}),
            check=False,
            timeout=120,
        )

    def assert_response(self, expected: str, *arguments: str, stdin: bytes = b"") -> None:
        done = self.run_tool("transform", *arguments, stdin=stdin)
        self.assertEqual((done.returncode, done.stderr), (OK, b""))
        self.assertEqual(done.stdout.decode(), expected)

    def assert_refused(
        self,
        exit_code: int,
        first_line: str,
        *arguments: str,
        stdin: bytes = b"",
        env: dict[str, str] | None = None,
    ) -> None:
        done = self.run_tool("transform", *arguments, stdin=stdin, env=env)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(done.returncode, exit_code, done.stderr)
        line = done.stderr.decode().splitlines()[0]
        self.assertTrue(line.startswith(first_line), line)

    # Rows

    def test_a_line_is_a_row_and_the_last_needs_no_line_end(self) -> None:
        self.assert_response('{"data":{"data":[1,2]}}', stdin=b"1\n2")
        self.assert_response('{"data":{"data":[1,2]}}', stdin=b"1\n2\n")

    def test_a_zero_length_line_is_no_row_and_takes_no_index(self) -> None:
        self.assert_response('{"data":{"data":[1,2]}}', stdin=b"\n1\n\n\n2\n\n")
        self.assert_refused(BAD_INPUT, "rowcast: row 1, byte 0:", stdin=b"\n1\n\nx\n")

    def test_a_line_of_blanks_is_a_row(self) -> None:
        self.assert_refused(BAD_INPUT, "rowcast: row 1, byte 2:", stdin=b"1\n  \n2\n")

    def test_a_carriage_return_belongs_to_the_row(self) -> None:
        self.assert_response('{"data":{"data":[1,2]}}', stdin=b"1\r\n2\r\n")
        self.assert_refused(BAD_INPUT, "rowcast: row 0, byte 1:", stdin=b"\r\n")

    def test_no_input_is_zero_rows(self) -> None:
        self.assert_response('{"data":{"data":[]}}')

    def test_a_file_is_a_row_in_argument_order(self) -> None:
        a = self.file("a", '{"x_y":\n1}\n')
        b = self.file("b", "[\n]")
        self.assert_response('{"data":{"data":[{"xY":1},[],{"xY":1}]}}', "--input-format", "file",
                             a, b, a)

    def test_an_empty_file_is_an_empty_row(self) -> None:
        a = self.file("a", "1")
        b = self.file("b", "")
        self.assert_refused(BAD_INPUT, "rowcast: row 1, byte 0:", "--input-format", "file", a, b)

    def test_rows_of_several_files_are_counted_on(self) -> None:
        a = self.file("a", "1\n2")
        b = self.file("b", "3\nx\n")
        self.assert_refused(BAD_INPUT, "rowcast: row 3, byte 0:", a, b)
        self.assert_response('{"data":{"data":[1,2,9,1,2]}}', a, "-", a, stdin=b"9")

    def test_rows_beyond_the_first_batch_keep_their_index(self) -> None:
        self.assert_refused(BAD_INPUT, "rowcast: row 5000, byte 1:",
                            stdin=b"1\n" * 5000 + b"[x]\n")

    @unittest.skipUnless(os.environ.get("ROWCAST_THREADS") == "ON", "a build without threads")
    def test_several_threads_change_nothing(self) -> None:
        rows = [f'{{"row_number": {i}, "the_text": "{"x" * (i % 50)}"}}\n' for i in range(20000)]
        good = "".join(rows).encode()
        bad = "".join(rows[:18000] + ["[x]\n", "]\n"] + rows[18000:]).encode()
        for stdin in (good, bad):
            one = self.run_tool("transform", stdin=stdin)
            self.assertEqual(one.returncode, OK if stdin is good else BAD_INPUT)
            for threads in ("0", "2", "7"):
                several = self.run_tool("transform", "--threads", threads, stdin=stdin)
                self.assertEqual(several.returncode, one.returncode)
                self.assertEqual(several.stderr, one.stderr)
                self.assertTrue(several.stdout == one.stdout, "another response")

    @unittest.skipIf(os.environ.get("ROWCAST_THREADS") == "ON", "a build with threads")
    def test_a_build_without_threads_refuses_them(self) -> None:
        self.assert_refused(USAGE, "rowcast: --threads 2: this build", "--threads", "2")
        self.assert_response('{"data":{"data":[1]}}', "--threads", "1", stdin=b"1")

    # Errors

    def test_an_error_shows_the_bytes_around_it(self) -> None:
        done = self.run_tool("transform", stdin=b'{"a" 1}')
        self.assertEqual(done.stderr.decode().splitlines(),
                         ["rowcast: row 0, byte 5: ':' expected", '    {"a" 1}', "         ^"])

    def test_bytes_that_do_not_print_are_escaped_in_messages(self) -> None:
        done = self.run_tool("transform", stdin=b'"\xff\x1b[31m"')
        self.assertIn(rb"\xff", done.stderr)
        self.assertNotIn(b"\x1b", done.stderr)

    def test_an_input_that_cannot_be_read_is_named(self) -> None:
        self.assert_refused(BAD_INPUT, "rowcast: /no/such/file: ", "/no/such/file")
        self.assert_refused(BAD_INPUT, f"rowcast: {self.folder}: ", str(self.folder))

    def test_a_full_output_device_is_an_error(self) -> None:
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "transform"], input=b"1", stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, BAD_INPUT)
        self.assertIn(b"standard output", done.stderr)

    def test_a_limit_on_memory_is_obeyed_and_named(self) -> None:
        rows = b'{"user_name":"ada"}\n' * 1000
        self.assert_refused(BAD_INPUT, "rowcast: row ", "--max-request-bytes", "10KB", stdin=rows)
        done = self.run_tool("transform", "--max-request-bytes", "1MB", stdin=rows)
        self.assertEqual(done.returncode, OK)

    # Usage

    def test_what_does_not_compile_is_a_usage_error_that_names_the_place(self) -> None:
        self.assert_refused(USAGE, "rowcast: selection, line 2, column 4:", "--select",
                            "{ a\n   (x: 1) }")
        bad = self.file("schema.json", '{"types":{"A":{"fields":{"b":{}}}}}')
        self.assert_refused(USAGE, f"rowcast: {bad}: schema, types.A.fields.b:", "--schema", bad)
        broken = self.file("broken.json", '{"types":\n ?')
        self.assert_refused(USAGE, f"rowcast: {broken}: schema, line 2, column 2:", "--schema",
                            broken)
        self.assert_refused(USAGE, "rowcast: /no/such/schema: ", "--schema", "/no/such/schema")

    def test_unknown_options_and_values_are_usage_errors(self) -> None:
        for arguments in (["--no-such-option"], ["--typename", "never"], ["--keys", "kebab"],
                          ["--max-depth", "-1"], ["--max-depth", "many"], ["--threads", "-1"],
                          ["--input-format", "csv"], ["--select", "{a}", "--field-paths", "x"]):
            self.assert_refused(USAGE, "rowcast: ", *arguments)
        self.assertEqual(self.run_tool().returncode, USAGE)
        self.assertEqual(self.run_tool("no-such-command").returncode, USAGE)

    def test_an_unknown_implementation_is_a_usage_error_that_lists_the_known(self) -> None:
        self.assert_refused(USAGE, "rowcast: no implementation is called 'nope'", "--impl", "nope")
        self.assert_refused(USAGE, "rowcast: ROWCAST_IMPLEMENTATION: no implementation",
                            env={"ROWCAST_IMPLEMENTATION": "nope"})

    def test_the_option_beats_the_environment(self) -> None:
        done = self.run_tool("transform", "--impl", "scalar", stdin=b"1",
                             env={"ROWCAST_IMPLEMENTATION": "nope"})
        self.assertEqual((done.returncode, done.stdout), (OK, b'{"data":{"data":[1]}}'))

    def test_a_peer_that_cannot_answer_says_so(self) -> None:
        self.assert_refused(USAGE, "rowcast: the implementation 'peer-nlohmann-roundtrip'",
                            "--impl", "peer-nlohmann-roundtrip", stdin=b"1")

    def test_every_command_has_help(self) -> None:
        for command in ([], ["transform"], ["implementations"], ["workload"], ["verify"],
                        ["equivalence"], ["count"]):
            done = self.run_tool(*command, "--help")
            self.assertEqual((done.returncode, done.stderr), (OK, b""), command)
            self.assertIn(" ".join(["Usage: rowcast", *command]).encode(), done.stdout)
        self.assertRegex(self.run_tool("--version").stdout, rb"^\d+\.\d+\.\d+\n$")

    # Several roots

    def request(self, roots: object, **more: object) -> str:
        return self.file("request.json", json.dumps({"roots": roots, **more}))

    def test_several_roots_make_one_response(self) -> None:
        self.file("users.ndjson", '{"user_id":1}\n{"user_id":2}\n')
        self.file("me.ndjson", '{"id":3,"user_posts":[{"a_b":1}]}')
        self.file("schema.json", json.dumps({"types": {"User": {"fields": {"user_posts": {
            "type_name": "Post", "is_nested_object": True}}}}}))
        request = self.request(
            [{"field": "users", "select": "{ userId }", "input": "users.ndjson"},
             {"field": "me", "type": "User", "input": ["me.ndjson"], "single": True}],
            schema="schema.json")
        self.assert_response(
            '{"data":{"users":[{"userId":1},{"userId":2}],"me":{"__typename":"User","id":3,'
            '"userPosts":[{"__typename":"Post","aB":1}]}}}', "--request", request)

    def test_errors_in_several_roots_name_the_root(self) -> None:
        self.file("a", "1\n2\n")
        self.file("b", "1\n[1,\n")
        request = self.request([{"field": "first", "input": "a"}, {"field": "users", "input": "b"}])
        self.assert_refused(BAD_INPUT, "rowcast: root users, row 1, byte 3:", "--request", request)

    def test_a_request_file_is_checked_member_by_member(self) -> None:
        cases: list[tuple[object, str]] = [
            ([{"field": "a"}], "roots[0]: 'input' is missing"),
            ([{"input": "x", "fild": "a"}], "roots[0].fild: no such member"),
            ([{"input": 1}], "roots[0].input: a string expected"),
            ([{"input": "x", "single": 1}], "roots[0].single: true or false expected"),
            ([{"input": "x", "keys": "y"}], "roots[0].keys: camel or raw expected"),
            ([], "roots: at least one root is needed"),
        ]
        for roots, message in cases:
            path = self.request(roots)
            self.assert_refused(USAGE, f"rowcast: {path}: {message}", "--request", path)
        self.file("a", "1")
        twice = self.request([{"field": "f", "input": "a"}, {"field": "f", "input": "a"}])
        self.assert_refused(USAGE, "rowcast: roots 0 and 1 have the same response key 'f'",
                            "--request", twice)
        bad = self.request([{"field": "f", "input": "a", "select": "{"},
                            {"field": "g", "input": "a"}])
        self.assert_refused(USAGE, "rowcast: root f: selection, line 1, column 2", "--request", bad)

    # Other commands

    def test_implementations_as_json(self) -> None:
        done = self.run_tool("implementations", "--json")
        document = json.loads(done.stdout)
        names = [entry["name"] for entry in document["implementations"]]
        self.assertIn("scalar", names)
        self.assertIn("nlohmann", names)
        self.assertNotIn("auto", names)
        self.assertIn(document["auto"], names)
        for entry in document["implementations"]:
            self.assertEqual(list(entry),
                             ["name", "description", "requires", "supported", "reason"])
            self.assertEqual(entry["supported"], entry["reason"] is None)

    def picks(self, *sets: str) -> str:
        """A table of these sets' picks: each was measured on another day and machine."""
        return self.file("picks.json", json.dumps({
            "format": "rowcast-picks/2",
            "sets": {name: {"date": f"2026-01-0{day}", "environment": {"cpu_model": f"CPU {day}"}}
                     for day, name in enumerate(sets, 1)},
            "picks": [{"instruction_set": name, "scenario": scenario, "up_to_bytes": None,
                       "implementation": "scalar", "evidence": []}
                      for name in sets for scenario in ("all", "select", "select-inside")],
        }))  # fmt: skip

    def test_why_tells_when_and_where_this_machines_set_was_measured(self) -> None:
        listed = json.loads(self.run_tool("implementations", "--json").stdout)["implementations"]
        best = next(entry["name"] for entry in listed if entry["supported"])
        why = ("implementations", "--why")
        env = {"ROWCAST_PICKS": self.picks("another", best, "third")}
        told = json.loads(self.run_tool(*why, "--json", env=env).stdout)
        self.assertEqual((told["date"], told["machine"]), ("2026-01-02", "CPU 2"))
        self.assertIn(b"measured 2026-01-02 on CPU 2\n", self.run_tool(*why, env=env).stdout)

    def test_why_tells_no_date_where_there_is_no_pick(self) -> None:
        env = {"ROWCAST_PICKS": self.picks("another")}
        told = json.loads(self.run_tool("implementations", "--why", "--json", env=env).stdout)
        self.assertEqual((told["date"], told["machine"], told["pick"]), (None, None, None))

    def test_workload_rows_schema_selection_and_facts(self) -> None:
        rows = self.run_tool("workload", "small", "--seed", "5").stdout
        self.assertEqual(rows.count(b"\n"), 10)
        self.assertEqual(rows, self.run_tool("workload", "small", "--seed", "5").stdout)
        self.assertNotEqual(rows, self.run_tool("workload", "small", "--seed", "6").stdout)
        few = self.run_tool("workload", "small", "--seed", "5", "--count", "3").stdout
        self.assertEqual(few, b"".join(rows.splitlines(keepends=True)[:3]))
        jsonb = self.run_tool("workload", "small", "--seed", "5", "--layout", "jsonb").stdout
        for compact_row, jsonb_row in zip(rows.splitlines(), jsonb.splitlines()):
            self.assertEqual(json.loads(compact_row), json.loads(jsonb_row))
        schema = json.loads(self.run_tool("workload", "nested", "--schema").stdout)
        self.assertIn("types", schema)
        self.assertTrue(self.run_tool("workload", "nested", "--select").stdout.startswith(b"{"))
        info = json.loads(self.run_tool("workload", "small", "--info").stdout)
        self.assertEqual(info["rows"], 10)
        self.assertEqual(self.run_tool("workload", "no-such").returncode, USAGE)
        self.assertEqual(self.run_tool("workload").returncode, USAGE)

    def test_a_workload_goes_through_the_pipeline(self) -> None:
        rows = self.run_tool("workload", "nested").stdout
        schema = self.file("schema", self.run_tool("workload", "nested", "--schema").stdout)
        select = self.run_tool("workload", "nested", "--select").stdout.decode()
        done = self.run_tool("transform", "--type", "User", "--schema", schema, "--select", select,
                             stdin=rows)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertIn("data", json.loads(done.stdout))

    @unittest.skipIf(os.environ.get("ROWCAST_SANITIZE"),
                     "a sanitizer's shadow memory grows with the output")
    def test_a_large_file_needs_little_memory_beside_input_and_output(self) -> None:
        row = b'{"user_id":12345,"user_name":"Ada Lovelace","is_active":true}\n'
        path = self.folder / "large.ndjson"
        size = 0
        with path.open("wb") as file:
            while size < 256 << 20:
                size += file.write(row * 16384)
        with (self.folder / "response").open("wb") as response:
            process = subprocess.Popen([TOOL, "transform", "--type", "User", str(path)],
                                       stdout=response)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, OK)
        output = (self.folder / "response").stat().st_size
        extra = usage.ru_maxrss * 1024 - size - output
        self.assertLess(extra, 64 << 20)


if __name__ == "__main__":
    TOOL = sys.argv.pop(1)
    unittest.main()
