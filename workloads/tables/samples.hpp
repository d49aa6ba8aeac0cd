#pragma once

#include <string_view>

#include "workloads/values.hpp"

// `large`: what a sensor network stores, where 50 columns have to fit in 500 bytes.
namespace rowcast::workloads::tables {

inline constexpr std::string_view kSampleStates[] = {"on", "up", "ok", "lo"};
inline constexpr std::string_view kSampleUnits[] = {"C", "F", "K"};

inline constexpr Column kSampleColumns[] = {
    column("id", "ID", values::serial),
    column("t_s", "Int", values::integer<0, 3599>),
    column("pos_x", "Int", values::integer<-99, 99>),
    column("pos_y", "Int", values::integer<-99, 99>),
    column("pos_z", "Int", values::integer<-9, 9>, 5),
    column("t_c", "Decimal", values::decimal<-150, 400, 1>),
    column("rh", "Int", values::integer<0, 100>),
    column("p_a", "Int", values::integer<950, 1050>),
    column("v_in", "Decimal", values::decimal<30, 50, 1>),
    column("v_o", "Decimal", values::decimal<0, 50, 1>),
    column("i_a", "Decimal", values::decimal<0, 99, 1>, 10),
    column("watt", "Int", values::integer<0, 99>),
    column("freq", "Int", values::integer<49, 51>),
    column("rpm", "Int", values::integer<0, 999>, 20),
    column("bat", "Int", values::integer<0, 100>),
    column("sig", "Int", values::integer<-99, -30>),
    column("is_ok", "Boolean", values::boolean<95>),
    column("is_on", "Boolean", values::boolean<60>),
    column("state", "String", values::one_of<kSampleStates>),
    column("unit", "String", values::one_of<kSampleUnits>),
    column("n_tx", "Int", values::integer<0, 99>),
    column("n_rx", "Int", values::integer<0, 99>),
    column("errs", "Int", values::integer<0, 9>),
    column("q_0", "Int", values::integer<0, 9>),
    column("q_1", "Int", values::integer<0, 9>),
    column("q_2", "Int", values::integer<0, 9>, 10),
    column("a_0", "Int", values::integer<0, 255>),
    column("a_1", "Int", values::integer<0, 255>),
    column("a_2", "Int", values::integer<0, 255>),
    column("lo", "Int", values::integer<0, 20>),
    column("hi", "Int", values::integer<20, 40>),
    column("avg", "Decimal", values::decimal<100, 300, 1>),
    column("sd", "Decimal", values::decimal<0, 30, 1>),
    column("cnt", "Int", values::integer<1, 60>),
    column("up_s", "Int", values::integer<0, 99>),
    column("dn_s", "Int", values::integer<0, 99>),
    column("lux", "Int", values::integer<0, 999>),
    column("db_a", "Int", values::integer<20, 99>),
    column("co2", "Int", values::integer<400, 999>),
    column("pm_2", "Int", values::integer<0, 99>),
    column("uv_i", "Int", values::integer<0, 11>, 15),
    column("w_s", "Int", values::integer<0, 40>),
    column("w_d", "Int", values::integer<0, 359>),
    column("r_mm", "Int", values::integer<0, 20>),
    column("chan", "Int", values::integer<1, 13>),
    column("hop", "Int", values::integer<1, 9>),
    column("ttl", "Int", values::integer<1, 64>),
    column("fw_v", "Decimal", values::decimal<10, 39, 1>),
    column(
        "tag", "String", [](Cell& cell) { values::code(cell, "", 2); }, 10),
    column("zone", "Int", values::integer<1, 9>),
};
inline constexpr ObjectType kSample = {"Sample", kSampleColumns};

inline constexpr std::string_view kSampleSelection = R"({
    zone tag signal: sig t_c rh p_a avg sd cnt state isOk
    w_s w_d co2 time: t_s pos_x id
})";

}  // namespace rowcast::workloads::tables
