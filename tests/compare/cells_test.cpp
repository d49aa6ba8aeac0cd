#include "harness/compare/cells.hpp"

#include <gtest/gtest.h>

namespace rowcast::compare {
namespace {

using settings::Scenario;
using workloads::Layout;

CellChoice small_choice() {
    return {.workloads = {workloads::find("small")},
            .layouts = {Layout::kCompact, Layout::kJsonb},
            .scenarios = {Scenario::kAll, Scenario::kSelect},
            .implementations = {},
            .filter = {}};
}

std::vector<std::string> names(const CellChoice& choice) {
    std::vector<std::string> result;
    for (const Cell& cell : choose_cells({{}, "scalar"}, {{}, "avx2"}, choice)) {
        result.push_back(cell.name);
    }
    return result;
}

TEST(Cells, AreNamedByWorkloadLayoutAndScenario) {
    EXPECT_EQ(names(small_choice()),
              (std::vector<std::string>{"small/compact/all", "small/compact/select",
                                        "small/jsonb/all", "small/jsonb/select"}));
}

TEST(Cells, OfBuildsAreNamedByTheImplementationToo) {
    CellChoice choice = small_choice();
    choice.implementations = {"scalar", "avx2"};
    choice.filter = "compact/all";
    EXPECT_EQ(names(choice),
              (std::vector<std::string>{"small/compact/all/scalar", "small/compact/all/avx2"}));
    const auto cells = choose_cells({"a.so", "auto"}, {"b.so", "auto"}, choice);
    EXPECT_EQ(cells[1].a, (SideSpec{"a.so", "avx2"}));
    EXPECT_EQ(cells[1].b, (SideSpec{"b.so", "avx2"}));
}

TEST(Cells, MayGiveAOtherRows) {
    CellChoice choice = small_choice();
    choice.scenarios = {Scenario::kAll};
    choice.a_layout = Layout::kCompact;
    const auto cells = choose_cells({{}, "scalar"}, {{}, "scalar"}, choice);
    ASSERT_EQ(cells.size(), 2u);
    EXPECT_FALSE(cells[0].a_rows);  // the same
    EXPECT_EQ(cells[1].name, "small/jsonb/all");
    EXPECT_EQ(cells[1].a_rows->name(), "small/compact/all");
}

TEST(Cells, PassAFilterOrItsOpposite) {
    CellChoice choice = small_choice();
    choice.filter = "-jsonb|select";
    EXPECT_EQ(names(choice), std::vector<std::string>{"small/compact/all"});
    choice.filter = "(";
    EXPECT_THROW(names(choice), std::runtime_error);
}

TEST(Cells, SurviveTheWayToALaunch) {
    const Cell cell{.name = "small/jsonb/select",
                    .rows = {"small", Layout::kJsonb, Scenario::kSelect},
                    .a_rows = Rows{"tiny", Layout::kCompact, Scenario::kAll},
                    .a = {"dir/lib.so", "auto"},
                    .b = {{}, "scalar"}};
    const Cell back = cell_from_json(to_json(cell));
    EXPECT_EQ(back.name, cell.name);
    EXPECT_EQ(back.rows, cell.rows);
    EXPECT_EQ(back.a_rows, cell.a_rows);
    EXPECT_EQ(back.a, cell.a);
    EXPECT_EQ(back.b, cell.b);
}

}  // namespace
}  // namespace rowcast::compare
