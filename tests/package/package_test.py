"""`cmake --install`, and what others do with it: build a C program by CMake and by pkg-config.

The prefix is moved after installing, so that nothing installed may depend on where it was.

Environment: ROWCAST_BUILD is the build folder; CMAKE, CC the tools it was built with.
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("ROWCAST_BUILD", ROOT / "build" / "release"))
CMAKE = os.environ.get("CMAKE", "cmake")
CC = os.environ.get("CC", "cc")

RESPONSE = '{"data":{"users":[{"__typename":"User","firstName":"Ann"}]}}\n'


def run(*command: str, environment: dict[str, str] | None = None) -> str:
    result = subprocess.run(
        command, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if result.returncode != 0:
        raise AssertionError(f"{shlex.join(command)}\n{result.stdout}")
    return result.stdout


class Package(unittest.TestCase):
    folder: pathlib.Path
    prefix: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        first = cls.folder / "first"
        run(CMAKE, "--install", str(BUILD), "--prefix", str(first))
        cls.prefix = cls.folder / "moved"
        first.rename(cls.prefix)

    def library(self) -> pathlib.Path:
        (found,) = self.prefix.rglob("librowcast.so")
        return found

    def run_consumer(self, program: pathlib.Path) -> str:
        return run(str(program), environment={"LD_LIBRARY_PATH": str(self.library().parent)})

    def test_cmake_consumer(self) -> None:
        build = self.folder / "by-cmake"
        run(
            CMAKE, "-S", str(HERE / "consumer"), "-B", str(build), "-G", "Ninja",
            f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_PREFIX_PATH={self.prefix}",
        )  # fmt: skip
        run(CMAKE, "--build", str(build))
        self.assertEqual(self.run_consumer(build / "consumer"), RESPONSE)

    def test_cmake_refuses_another_version(self) -> None:
        with self.assertRaisesRegex(AssertionError, "version"):
            run(
                CMAKE, "-S", str(HERE / "consumer"), "-B", str(self.folder / "other"), "-G", "Ninja",
                f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                "-DWANTED_VERSION=9.9",
            )  # fmt: skip

    def test_pkg_config_consumer(self) -> None:
        (description,) = self.prefix.rglob("rowcast.pc")
        environment = {"PKG_CONFIG_PATH": str(description.parent)}
        flags = run("pkg-config", "--cflags", "--libs", "rowcast", environment=environment)
        program = self.folder / "by-pkg-config"
        source = HERE / "consumer" / "main.c"
        run(CC, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", str(source),
            "-o", str(program), *shlex.split(flags))  # fmt: skip
        self.assertEqual(self.run_consumer(program), RESPONSE)
        version = run("pkg-config", "--modversion", "rowcast", environment=environment).strip()
        self.assertRegex((ROOT / "CMakeLists.txt").read_text(), rf"VERSION {re.escape(version)} ")

    def test_the_header_suits_c_and_cpp(self) -> None:
        (header,) = self.prefix.rglob("rowcast.h")
        for language, standard in (("c", "c99"), ("c", "c11"), ("c++", "c++11"), ("c++", "c++20")):
            run(CC, "-x", language, f"-std={standard}", "-fsyntax-only", "-Wall", "-Wextra",
                "-Wpedantic", "-Werror", str(header))  # fmt: skip

    def test_only_the_interface_is_exported(self) -> None:
        symbols = run("nm", "--dynamic", "--defined-only", "--with-symbol-versions", str(self.library()))
        exported = {line.split()[2] for line in symbols.splitlines() if line.split()[1] != "A"}
        (header,) = self.prefix.rglob("rowcast.h")
        text = without_comments(header.read_text())
        declared = set(re.findall(r"ROWCAST_API[^;(]*?\b(rowcast_\w+)\(", text))
        self.assertEqual({name.split("@")[0] for name in exported}, declared)
        self.assertEqual({name.split("@@")[-1] for name in exported}, {"ROWCAST_0.1"})

    def test_the_shared_object_has_a_name_and_links(self) -> None:
        dynamic = run("readelf", "--dynamic", "--wide", str(self.library()))
        self.assertRegex(dynamic, r"SONAME.*\[librowcast\.so\.0\.1\]")
        self.assertNotRegex(dynamic, r"RPATH|RUNPATH")
        needed = set(re.findall(r"NEEDED.*\[(\S+?)\.so", dynamic))
        self.assertLessEqual(needed, {"libstdc++", "libm", "libgcc_s", "libc", "ld-linux-x86-64",
                                      "libtbb"})  # fmt: skip
        threads = re.search(r"^ROWCAST_THREADS:BOOL=(\w+)", (BUILD / "CMakeCache.txt").read_text(), re.M)
        assert threads is not None
        self.assertEqual("libtbb" in needed, threads[1] == "ON")
        self.assertTrue(self.library().is_symlink())
        self.assertTrue((self.library().parent / "librowcast.so.0.1").exists())

    def test_programs_run_from_where_they_lie(self) -> None:
        for name in ("rowcast", "rowcast_bench"):
            if (BUILD / "bin" / name).exists():
                run(str(self.prefix / "bin" / name), "--help")
        self.assertTrue((self.prefix / "bin" / "rowcast").exists())

    def test_documents_are_installed(self) -> None:
        for name in ("README.md", "LICENSE", "CHANGELOG.md", "limitations.md"):
            self.assertEqual(len(list((self.prefix / "share" / "doc").rglob(name))), 1, name)

    def test_nothing_installed_knows_where_it_was_built(self) -> None:
        paths = [re.escape(os.fsencode(path)) for path in (ROOT, BUILD, self.folder / "first")]
        trace = re.compile(rb"(?<![\w./-])(" + b"|".join(paths) + rb")(?![\w.-])")
        for path in self.prefix.rglob("*"):
            if path.is_file() and not path.is_symlink():
                found = trace.search(path.read_bytes())
                self.assertIsNone(found, path.relative_to(self.prefix))


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


if __name__ == "__main__":
    unittest.main()
