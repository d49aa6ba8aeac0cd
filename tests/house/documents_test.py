"""What the documents name exists: scripts, files, links, presets, commands; versions agree."""

import json
import os
import pathlib
import re
import subprocess
import tomllib
import unittest

import project

DOCUMENTS = [
    path for path in project.own_files() if path.suffix == ".md" and "node_modules" not in path.parts
]
PROGRAMS = os.environ.get("ROWCAST_PROGRAMS")  # the folder of the built ones


def text(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8")


def without_code(markdown: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)


def code(markdown: str) -> list[str]:
    """The lines of code blocks, and what stands in backticks."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", markdown, flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    rest = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return lines + re.findall(r"`([^`\n]+)`", rest)


class Documents(unittest.TestCase):
    def test_the_usual_ones_are_there(self) -> None:
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
                     "docs/methodology.md", "docs/limitations.md"):  # fmt: skip
            self.assertTrue((project.ROOT / name).is_file(), name)

    def test_links(self) -> None:
        for path in DOCUMENTS:
            for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text(path))):
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                linked = path.parent / file if file else path
                with self.subTest(document=path.name, link=target):
                    self.assertTrue(linked.exists())
                    if anchor and linked.suffix == ".md":
                        self.assertIn(anchor, anchors(text(linked)))

    def test_scripts_and_programs(self) -> None:
        for path in DOCUMENTS:
            for line in code(text(path)):
                for name in re.findall(r"(?<![\w/.-])\.?/?(scripts/[\w-]+)(?![\w./])", line):
                    with self.subTest(document=path.name, script=name):
                        found = project.ROOT / name
                        self.assertTrue(found.is_dir() or os.access(found, os.X_OK))

    def test_presets(self) -> None:
        presets = json.loads(text(project.ROOT / "CMakePresets.json"))["configurePresets"]
        known = {preset["name"] for preset in presets}
        for path in DOCUMENTS:
            for line in code(text(path)):
                for name in re.findall(r"--preset[ =]([\w-]+)", line):
                    with self.subTest(document=path.name):
                        self.assertIn(name, known)

    @unittest.skipUnless(PROGRAMS, "ROWCAST_PROGRAMS is not set")
    def test_commands(self) -> None:
        assert PROGRAMS
        commands = set()
        for path in DOCUMENTS:
            for line in code(text(path)):
                commands |= set(re.findall(r"(?<![\w/=-])(?:[\w./]*bin/)?rowcast ([a-z]+)\b", line))
        self.assertIn("transform", commands)
        for command in sorted(commands):
            with self.subTest(command=command):
                result = subprocess.run(
                    [str(pathlib.Path(PROGRAMS) / "rowcast"), command, "--help"],
                    capture_output=True, check=False, timeout=60,
                )  # fmt: skip
                self.assertEqual(result.returncode, 0, result.stderr)


def anchors(markdown: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", without_fences(markdown), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def without_fences(markdown: str) -> str:
    return re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)


class Versions(unittest.TestCase):
    def setUp(self) -> None:
        match = re.search(r"project\(rowcast VERSION (\d+\.\d+\.\d+)", text(project.ROOT / "CMakeLists.txt"))
        assert match
        self.version = match[1]

    def test_reports(self) -> None:
        facts = tomllib.loads(text(project.ROOT / "reports" / "pyproject.toml"))
        self.assertEqual(facts["project"]["version"], self.version)

    def test_changelog(self) -> None:
        changelog = text(project.ROOT / "CHANGELOG.md")
        self.assertIn("keepachangelog.com", changelog)
        self.assertRegex(changelog, r"(?m)^## \[(Unreleased|" + re.escape(self.version) + r")\]")


class Licence(unittest.TestCase):
    def test_mit_everywhere(self) -> None:
        licence = text(project.ROOT / "LICENSE")
        self.assertTrue(licence.startswith("MIT License\n"))
        self.assertIn('THE SOFTWARE IS PROVIDED "AS IS"', licence)
        facts = tomllib.loads(text(project.ROOT / "reports" / "pyproject.toml"))
        self.assertEqual(facts["project"]["license"], {"text": "MIT"})
        self.assertIn("MIT", text(project.ROOT / "README.md"))


if __name__ == "__main__":
    unittest.main()
