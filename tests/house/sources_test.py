"""No file knows the machine it was written on."""

import pathlib
import re
import tempfile
import unittest

import project

# Absolute paths into somebody's own folders. System paths (/usr/include, /proc, /tmp) are the same
# everywhere.
MACHINE_PATH = re.compile(rb"(?<![\w.~})*/-])/(?:home|root|work|Users|mnt|workspace)/[\w.-]")

CARRIES_EXAMPLES = {"tests/house/sources_test.py"}


def machine_paths(root: pathlib.Path) -> list[str]:
    found = []
    for path in project.own_files(root):
        name = path.relative_to(root).as_posix()
        if name in CARRIES_EXAMPLES:
            continue
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            match = MACHINE_PATH.search(line)
            if match:
                found.append(f"{name}:{number}: {match[0].decode()}")
    return found


class Sources(unittest.TestCase):
    def test_no_path_of_a_machine(self) -> None:
        self.assertEqual(machine_paths(project.ROOT), [])

    def test_one_is_found(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "a.txt").write_text("see /home/ann/x\nand https://example.org/work/x\n")
            self.assertEqual(machine_paths(root), ["a.txt:1: /home/a"])

    def test_text_files_end_with_a_newline(self) -> None:
        suffixes = {".cpp", ".hpp", ".c", ".h", ".py", ".md", ".txt", ".cmake", ".json", ".map"}
        for path in project.own_files():
            if path.suffix in suffixes and "conformance" not in path.parts:
                content = path.read_bytes()
                with self.subTest(file=path.relative_to(project.ROOT).as_posix()):
                    self.assertTrue(content == b"" or content.endswith(b"\n"))
                    self.assertNotIn(b"\r\n", content)


if __name__ == "__main__":
    unittest.main()
