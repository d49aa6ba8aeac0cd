"""scripts/source-facts counts what it says it counts."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import types
import unittest

import project


def load() -> types.ModuleType:
    path = str(project.ROOT / "scripts" / "source-facts")
    loader = importlib.machinery.SourceFileLoader("source_facts", path)
    spec = importlib.util.spec_from_loader("source_facts", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


sys.dont_write_bytecode = True
facts = load()

SUM = "int {name}(int n) {{ int {a} = 0; for (int i = 0; i != n; ++i) {{ {a} += {term}; }} return {a}; }}\n"


class CodeLines(unittest.TestCase):
    def test_blanks_and_comments_do_not_count(self) -> None:
        self.assertEqual(facts.code_lines("// one\n\nint x;  // two\n/* three\n four */ int y;\n"), 2)

    def test_a_comment_in_a_string_is_code(self) -> None:
        self.assertEqual(facts.code_lines('const char* x =\n"// no comment";\n'), 2)

    def test_a_raw_string_counts_each_of_its_lines(self) -> None:
        self.assertEqual(facts.code_lines('auto x = R"(a\nb\n// c)";\n'), 3)


class Duplicates(unittest.TestCase):
    def groups(self, *texts: str) -> list[list[str]]:
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for index, text in enumerate(texts):
                files.append(pathlib.Path(folder) / f"{index}.cpp")
                files[-1].write_text(text, encoding="utf-8")
            return facts.duplicates(files)

    def test_other_variable_names_are_still_the_same_body(self) -> None:
        one = SUM.format(name="f", a="sum", term="i * i")
        two = SUM.format(name="g", a="total", term="i * i")
        self.assertEqual(len(self.groups(one, two)), 1)

    def test_other_calls_are_not(self) -> None:
        one = SUM.format(name="f", a="sum", term="square(i)")
        two = SUM.format(name="g", a="sum", term="cube(i)")
        self.assertEqual(self.groups(one, two), [])

    def test_loops_are_no_functions(self) -> None:
        loop = "for (int i = 0; i != 9; ++i) { a(i); b(i); c(i); d(i); e(i); }"
        self.assertEqual(self.groups(f"void f() {{ {loop} x(); }} void g() {{ {loop} y(); }}"), [])


class Core(unittest.TestCase):
    def test_only_the_scalar_instruction_set_counts(self) -> None:
        names = {path.relative_to(project.ROOT).as_posix() for path in facts.core_files()}
        self.assertIn("kernels/isa/scalar.cpp", names)
        self.assertIn("pipeline/plan.hpp", names)
        self.assertEqual(
            {name for name in names if name.startswith("kernels/isa/")},
            {"kernels/isa/scalar.cpp", "kernels/isa/scalar.hpp"},
        )


if __name__ == "__main__":
    unittest.main()
