#include "server/synth/kernels/instructions.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::kernels {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_variable = "CTGAN_INSTRUCTIONS";

constexpr std::array<std::pair<Instructions, std::string_view>, 3> k_names = {{
    {Instructions::baseline, "baseline"},
    {Instructions::avx2, "avx2"},
    {Instructions::avx512, "avx512"},
}};

Instructions named(std::string_view name) {
  for (const auto& [instructions, known] : k_names)
    if (known == name) return instructions;
  throw Error(Kind::usage, std::string(k_variable) + " names unknown instructions " + errors::quoted(name),
              "use baseline, avx2 or avx512, or leave it out");
}

}  // namespace

std::string_view name_of(Instructions instructions) {
  return k_names[static_cast<std::size_t>(instructions)].second;
}

std::vector<Instructions> available_instructions() {
  std::vector<Instructions> available = {Instructions::baseline};
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return available;
  available.push_back(Instructions::avx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    available.push_back(Instructions::avx512);
  return available;
}

bool bf16_available() {
  return available_instructions().back() == Instructions::avx512 && __builtin_cpu_supports("avx512bf16");
}

Instructions chosen_instructions() {
  const std::vector<Instructions> available = available_instructions();
  const char* wanted = std::getenv(k_variable);
  if (wanted == nullptr || *wanted == '\0') return available.back();
  const Instructions instructions = named(wanted);
  if (std::find(available.begin(), available.end(), instructions) == available.end())
    throw Error(Kind::unavailable, "this processor has no " + std::string(wanted) + " instructions",
                std::string("leave ") + k_variable + " out");
  return instructions;
}

}  // namespace ctgan::synth::kernels
