#include "server/synth/networks/parameter_arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "common/errors/error.h"
#include "tests/catch.h"

namespace {

using ctgan::synth::networks::Parameter;
using ctgan::synth::networks::ParameterArena;
using ctgan::synth::random::Stream;
using ctgan::synth::random::StreamId;

std::vector<Parameter> layout() {
  return {{.name = "a.weight", .shape = {3, 7}, .start = 0, .spread = 0.5},
          {.name = "a.running_var", .shape = {3}, .trained = false, .start = 1},
          {.name = "b.bias", .shape = {17}, .start = 0, .spread = 0.25}};
}

ParameterArena started(std::uint64_t seed) {
  ParameterArena arena(layout());
  Stream random(seed, StreamId::weights);
  arena.initialise(random);
  return arena;
}

}  // namespace

TEST_CASE("a new arena is zero, and every parameter starts on a cache line of its own") {
  ParameterArena arena(layout());
  CHECK(std::all_of(arena.block().begin(), arena.block().end(), [](float v) { return v == 0; }));
  for (const Parameter& parameter : arena.parameters()) {
    CAPTURE(parameter.name);
    CHECK(reinterpret_cast<std::uintptr_t>(arena.values(parameter).data()) % ParameterArena::k_alignment ==
          0);
  }
  CHECK(arena.values("a.weight").size() == 21);
  CHECK(arena.values("b.bias").size() == 17);
}

TEST_CASE("trained parameters stand in front of running statistics and nothing overlaps") {
  ParameterArena arena(layout());
  CHECK(arena.parameters()[1].name == "a.running_var");
  CHECK(arena.find("a.running_var").offset >= arena.trained_size());
  CHECK(arena.find("b.bias").offset + arena.find("b.bias").size <= arena.trained_size());
  float next = 0;
  for (const Parameter& parameter : arena.parameters())
    for (float& value : arena.values(parameter)) value = ++next;
  next = 0;
  for (const Parameter& parameter : arena.parameters())
    for (const float value : arena.values(parameter)) REQUIRE(value == ++next);
}

TEST_CASE("an unknown parameter is our bug and named") {
  const ParameterArena arena(layout());
  CHECK_THROWS_WITH(arena.find("c"), "the network has no parameter 'c'");
}

TEST_CASE("parameters start inside their spread, fixed ones exactly at their start, gaps stay zero") {
  ParameterArena arena = started(5);
  const auto weight = arena.values("a.weight");
  CHECK(std::all_of(weight.begin(), weight.end(), [](float v) { return v >= -0.5F && v <= 0.5F; }));
  CHECK(std::any_of(weight.begin(), weight.end(), [](float v) { return v < -0.1F; }));
  CHECK(std::any_of(weight.begin(), weight.end(), [](float v) { return v > 0.1F; }));
  for (const float v : arena.values("a.running_var")) CHECK(v == 1);
  for (std::size_t i = 21; i < 32; ++i) CHECK(arena.block()[i] == 0);
}

TEST_CASE("the same seed starts the same numbers, another seed others") {
  ParameterArena one = started(5), same = started(5), other = started(6);
  CHECK(std::equal(one.block().begin(), one.block().end(), same.block().begin()));
  CHECK_FALSE(std::equal(one.block().begin(), one.block().end(), other.block().begin()));
}

TEST_CASE("a moved arena keeps its numbers where they are") {
  ParameterArena arena = started(5);
  const float* place = arena.block().data();
  const ParameterArena moved = std::move(arena);
  CHECK(moved.block().data() == place);
}

TEST_CASE("an arena that gives its memory back is zero, holds no whole page, and takes new numbers") {
  ParameterArena arena({{.name = "large", .shape = {1 << 20}, .start = 1}, {.name = "small", .shape = {5}}});
  Stream random(1, StreamId::weights);
  arena.initialise(random);
  arena.give_back();
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto first = (reinterpret_cast<std::uintptr_t>(arena.block().data()) + page - 1) / page * page;
  std::vector<unsigned char> resident((std::size_t{1} << 20) * sizeof(float) / page - 1);
  REQUIRE(mincore(reinterpret_cast<void*>(first), resident.size() * page, resident.data()) == 0);
  CHECK(std::none_of(resident.begin(), resident.end(), [](unsigned char state) { return (state & 1) != 0; }));
  CHECK(std::all_of(arena.block().begin(), arena.block().end(), [](float v) { return v == 0; }));
  arena.values("large")[77] = 3;
  CHECK(arena.values("large")[77] == 3);
}
