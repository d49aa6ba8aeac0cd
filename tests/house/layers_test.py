"""Includes go only downward: kernels, pipeline, reference, harness; workloads stand apart."""

import pathlib
import re
import tempfile
import unittest

import project

# Folder: the folders that its files may include from, beside their own.
MAY_INCLUDE = {
    "kernels": set(),
    "workloads": set(),
    "pipeline": {"kernels"},
    "reference": {"pipeline", "kernels"},
    "harness": {"reference", "workloads", "pipeline", "kernels"},
}

# The reference exists to disagree with the kernels: of kernels/ it may know the declarations that
# the pipeline's interface is made of, and no algorithm.
FORBIDDEN = {"reference": ("kernels/algorithm/", "kernels/isa/")}

# Libraries other than the standard ones: a production library drags in none.
THIRD_PARTY = re.compile(r"(nlohmann|fmt|CLI|benchmark|papi|gtest|gmock|rapidcheck|simdjson|rapidjson|tbb|oneapi|Zydis|valgrind)\b")
WITHOUT_THIRD_PARTY = {"kernels", "pipeline", "workloads"}
EXCEPTIONS = {
    # Reads schemas and selections that are given as JSON, once a plan and never a row.
    ("pipeline/json_document.hpp", "nlohmann/json.hpp"),
    # The threads of a large request, in a build that has them.
    ("pipeline/helpers_tbb.cpp", "oneapi/tbb/global_control.h"),
    ("pipeline/helpers_tbb.cpp", "oneapi/tbb/task_arena.h"),
    ("pipeline/helpers_tbb.cpp", "oneapi/tbb/task_group.h"),
}

# What an instruction set's translation unit may take from outside of kernels/: anything else could
# bring inline functions compiled for that instruction set into the rest of the program.
ISA_SYSTEM_INCLUDES = re.compile(r"cstddef|cstdint|\w*intrin\.h|arm_neon\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
SOURCES = {".c", ".h", ".cpp", ".hpp", ".inc"}


def violations(root: pathlib.Path) -> list[str]:
    found = []
    for path in project.own_files(root):
        name = path.relative_to(root).as_posix()
        layer = name.split("/")[0]
        if layer not in MAY_INCLUDE or path.suffix not in SOURCES:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            problem = judge(root, name, layer, match[1] == '"', match[2])
            if problem:
                found.append(f"{name}:{number}: {line.strip()}: {problem}")
    return found


def judge(root: pathlib.Path, name: str, layer: str, quoted: bool, target: str) -> str | None:
    if not quoted:
        third_party = THIRD_PARTY.match(target) and (name, target) not in EXCEPTIONS
        if layer in WITHOUT_THIRD_PARTY and third_party:
            return f"{layer}/ uses the standard library only"
        in_isa_unit = name.startswith(("kernels/isa/", "kernels/algorithm/"))
        if in_isa_unit and not ISA_SYSTEM_INCLUDES.fullmatch(target):
            return "instruction-set code includes <cstddef>, <cstdint> and intrinsics only"
        return None
    layers = set(MAY_INCLUDE)
    target_layer = target.split("/")[0]
    if target_layer not in layers:
        return "includes are written from the project's root"
    if target.startswith(FORBIDDEN.get(layer, ())):
        return f"{layer}/ shares no algorithm with the kernels"
    if target_layer != layer and target_layer not in MAY_INCLUDE[layer]:
        return f"{layer}/ may not include from {target_layer}/"
    return None


class Layers(unittest.TestCase):
    def test_includes_go_only_downward(self) -> None:
        self.assertEqual(violations(project.ROOT), [])

    def test_every_layer_is_seen(self) -> None:
        seen = {path.relative_to(project.ROOT).parts[0] for path in project.own_files()}
        self.assertLessEqual(set(MAY_INCLUDE), seen)


class MadeUpTrees(unittest.TestCase):
    """The check can fail."""

    def check(self, name: str, line: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            path = root / name
            path.parent.mkdir(parents=True)
            path.write_text(f"#pragma once\n{line}\n", encoding="utf-8")
            return violations(root)

    def test_upward_is_found(self) -> None:
        for name, line in [
            ("kernels/table.hpp", '#include "pipeline/plan.hpp"'),
            ("pipeline/plan.cpp", '#include "reference/nlohmann.hpp"'),
            ("pipeline/plan.cpp", '  #  include "harness/tool/main.hpp"'),
            ("workloads/catalogue.cpp", '#include "kernels/table.hpp"'),
            ("reference/nlohmann.cpp", '#include "harness/measure/clock.hpp"'),
            ("reference/nlohmann.cpp", '#include "kernels/algorithm/camel.hpp"'),
            ("pipeline/plan.cpp", '#include "plan.hpp"'),
            ("pipeline/schema.cpp", "#include <nlohmann/json.hpp>"),
            ("pipeline/request.cpp", "#include <oneapi/tbb/task_arena.h>"),
            ("kernels/isa/avx2.cpp", "#include <cstring>"),
        ]:
            with self.subTest(name=name, line=line):
                found = self.check(name, line)
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(f"{name}:2: "), found)

    def test_downward_is_not(self) -> None:
        for name, line in [
            ("pipeline/plan.cpp", '#include "kernels/table.hpp"'),
            ("reference/nlohmann.cpp", '#include "pipeline/plan.hpp"'),
            ("reference/nlohmann.cpp", "#include <nlohmann/json.hpp>"),
            ("pipeline/json_document.hpp", "#include <nlohmann/json.hpp>"),
            ("harness/tool/main.cpp", '#include "workloads/catalogue.hpp"'),
            ("kernels/isa/avx2.hpp", "#include <immintrin.h>"),
            ("docs/example.cpp", '#include "reference/nlohmann.hpp"'),
        ]:
            with self.subTest(name=name, line=line):
                self.assertEqual(self.check(name, line), [])


if __name__ == "__main__":
    unittest.main()
