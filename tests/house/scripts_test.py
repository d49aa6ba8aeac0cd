"""Every public script explains itself and refuses what it does not know."""

import os
import pathlib
import subprocess
import unittest

import project


def public_scripts() -> list[pathlib.Path]:
    return [
        path
        for path in project.own_files()
        if path.parent == project.ROOT / "scripts" and os.access(path, os.X_OK)
    ]


def run(script: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(script), *arguments],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


class Scripts(unittest.TestCase):
    def test_the_public_ones_are_there(self) -> None:
        names = {path.name for path in public_scripts()}
        self.assertLessEqual({"setup", "test", "bench", "coverage", "fuzz"}, names)

    def test_help(self) -> None:
        for script in public_scripts():
            with self.subTest(script=script.name):
                result = run(script, "--help")
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn("usage:", result.stdout.lower())
                self.assertIn(f"scripts/{script.name}", result.stdout)
                self.assertEqual(result.stderr, "")

    def test_an_unknown_option_is_a_usage_error(self) -> None:
        for script in public_scripts():
            with self.subTest(script=script.name):
                result = run(script, "--no-such-option")
                self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
                self.assertEqual(result.stdout, "")
                self.assertNotEqual(result.stderr, "")

    def test_shell_scripts_stop_at_errors(self) -> None:
        for script in [*public_scripts(), project.ROOT / ".ci" / "run"]:
            text = script.read_text(encoding="utf-8")
            if "bash" in text.splitlines()[0]:
                with self.subTest(script=script.name):
                    self.assertIn("set -euo pipefail", text)


class Fuzz(unittest.TestCase):
    def test_every_target_is_described_and_has_a_corpus(self) -> None:
        fuzz = project.ROOT / "scripts" / "fuzz"
        listed = run(fuzz, "--list").stdout.splitlines()
        corpora = {path.name for path in (project.ROOT / "tests" / "fuzz" / "corpus").iterdir()}
        self.assertEqual({line.split()[0] for line in listed}, corpora)
        for line in listed:
            self.assertRegex(line, r"^[a-z]+ +[A-Z].{20,}\.$")

    def test_what_it_cannot_run_is_a_usage_error(self) -> None:
        fuzz = project.ROOT / "scripts" / "fuzz"
        for arguments in (
            [], ["no-such-target"], ["plan", "differential"], ["plan", "--time"],
            ["plan", "--time", "0"], ["plan", "--time", "5x"], ["plan", "--jobs", "-1"],
            ["plan", "--reproduce", "no-such-file"], ["plan", "--build-only"],
            ["--build-only", "--no-build"],
        ):  # fmt: skip
            with self.subTest(arguments=arguments):
                result = run(fuzz, *arguments)
                self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
                self.assertTrue(result.stderr.startswith("scripts/fuzz: "), result.stderr)


class Asm(unittest.TestCase):
    def test_list(self) -> None:
        listed = run(project.ROOT / "scripts" / "asm", "--list")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("  find_escape\n", listed.stdout)
        self.assertIn("  scalar\n", listed.stdout)
        self.assertNotIn("instruction_set\n", listed.stdout)

    def test_what_it_does_not_know_is_a_usage_error(self) -> None:
        asm = project.ROOT / "scripts" / "asm"
        for arguments in (
            [], ["find_escape"], ["no_such_kernel", "scalar"], ["find_escape", "no-such-set"],
            ["find_escape", "scalar", "--loop", "0"], ["find_escape", "scalar", "--compiler", "cc"],
        ):  # fmt: skip
            with self.subTest(arguments=arguments):
                result = run(asm, *arguments)
                self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
                self.assertIn("scripts/asm: ", result.stderr)


class Packages(unittest.TestCase):
    """scripts/packages/*.txt: one package a line, each once, a comment behind it."""

    def test_lists(self) -> None:
        seen: dict[str, str] = {}
        for path in sorted((project.ROOT / "scripts" / "packages").glob("*.txt")):
            for line in path.read_text(encoding="utf-8").splitlines():
                name = line.split("#")[0].strip()
                if not name:
                    continue
                with self.subTest(file=path.name, package=name):
                    self.assertRegex(name, r"^[a-z0-9][a-z0-9+.-]+$")
                    self.assertNotIn(name, seen)
                    seen[name] = path.name


if __name__ == "__main__":
    unittest.main()
