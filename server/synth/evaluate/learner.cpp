#include "server/synth/evaluate/learner.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "common/errors/error.h"

namespace ctgan::synth::evaluate {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_library = "libxgboost.so.0";

// A round grows one tree a class.
std::size_t rounds(const LearnerTask& task) {
  const std::size_t trees = task.size.trees;
  return task.task == Task::multiclass ? std::clamp(2 * trees / task.classes, trees / 10, trees / 2) : trees;
}

template <typename Function>
Function symbol(void* library, const char* name) {
  void* found = dlsym(library, name);
  if (found == nullptr) {
    throw Error(Kind::unavailable, fmt::format("{} lacks the function {}", k_library, errors::quoted(name)),
                "install libxgboost0 of Debian 12");
  }
  return reinterpret_cast<Function>(found);
}

// The functions that are used, under their names without XG.
struct Library {
  Library();

  decltype(&XGBoostVersion) version;
  decltype(&XGBGetLastError) last_error;
  decltype(&XGDMatrixCreateFromMat_omp) matrix_create;
  decltype(&XGDMatrixSetFloatInfo) matrix_labels;
  decltype(&XGDMatrixSetStrFeatureInfo) matrix_types;
  decltype(&XGDMatrixFree) matrix_free;
  decltype(&XGBoosterCreate) booster_create;
  decltype(&XGBoosterSetParam) booster_set;
  decltype(&XGBoosterUpdateOneIter) booster_update;
  decltype(&XGBoosterPredictFromDMatrix) booster_predict;
  decltype(&XGBoosterFree) booster_free;
};

Library::Library() {
  // Never closed: its threads and registries outlive every use.
  void* library = dlopen(k_library, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(Kind::unavailable, fmt::format("the library {} is not installed", errors::quoted(k_library)),
                "install libxgboost0");
  }
  const auto bind = [library](auto& function, const char* name) {
    function = symbol<std::remove_reference_t<decltype(function)>>(library, name);
  };
  bind(version, "XGBoostVersion");
  bind(last_error, "XGBGetLastError");
  bind(matrix_create, "XGDMatrixCreateFromMat_omp");
  bind(matrix_labels, "XGDMatrixSetFloatInfo");
  bind(matrix_types, "XGDMatrixSetStrFeatureInfo");
  bind(matrix_free, "XGDMatrixFree");
  bind(booster_create, "XGBoosterCreate");
  bind(booster_set, "XGBoosterSetParam");
  bind(booster_update, "XGBoosterUpdateOneIter");
  bind(booster_predict, "XGBoosterPredictFromDMatrix");
  bind(booster_free, "XGBoosterFree");
}

const Library& xgboost() {
  static const Library k_functions;
  return k_functions;
}

void check(int code) {
  if (code == 0) return;
  const std::string text = xgboost().last_error();
  throw Error(Kind::internal, fmt::format("XGBoost refused: {}", text.substr(0, text.find('\n'))));
}

struct FreeMatrix {
  void operator()(void* handle) const { xgboost().matrix_free(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { xgboost().booster_free(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

Matrix matrix_of(const Features& features) {
  DMatrixHandle handle = nullptr;
  check(xgboost().matrix_create(features.cells.data(), features.rows(), features.width,
                                std::numeric_limits<float>::quiet_NaN(), &handle, 1));
  Matrix matrix(handle);
  std::vector<const char*> types;
  types.reserve(features.width);
  for (const std::uint8_t categorical : features.categorical) types.push_back(categorical != 0 ? "c" : "q");
  check(xgboost().matrix_types(matrix.get(), "feature_type", types.data(), types.size()));
  return matrix;
}

const char* objective(Task task) {
  switch (task) {
    case Task::binary:
      return "binary:logistic";
    case Task::multiclass:
      return "multi:softprob";
    case Task::regression:
      break;
  }
  return "reg:squarederror";
}

Booster booster_for(const LearnerTask& task, const Matrix& train, std::size_t width) {
  DMatrixHandle data = train.get();
  BoosterHandle handle = nullptr;
  check(xgboost().booster_create(&data, 1, &handle));
  Booster booster(handle);
  const auto set = [&](const char* name, const std::string& value) {
    check(xgboost().booster_set(booster.get(), name, value.c_str()));
  };
  set("verbosity", "0");
  set("nthread", "1");
  set("tree_method", "hist");
  set("max_depth", std::to_string(task.size.depth));
  set("eta", task.size.rate);
  const std::size_t bins = task.size.bins * k_most_tree_columns / std::max(width, k_most_tree_columns);
  set("max_bin", std::to_string(std::max(bins, k_least_bins)));
  set("objective", objective(task.task));
  if (width > k_most_tree_columns) {
    set("colsample_bytree",
        fmt::format("{}", static_cast<double>(k_most_tree_columns) / static_cast<double>(width)));
  }
  if (task.task == Task::multiclass) set("num_class", std::to_string(task.classes));
  return booster;
}

}  // namespace

std::string learner_name(const LearnerTask& task) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  xgboost().version(&major, &minor, &patch);
  const std::size_t trees = rounds(task) * (task.task == Task::multiclass ? task.classes : 1);
  return fmt::format("XGBoost {}.{}.{}, {} trees of depth {}", major, minor, patch, trees, task.size.depth);
}

std::vector<double> train_and_predict(const LearnerTask& task, const Features& train,
                                      std::span<const float> labels, const Features& test) {
  const Matrix data = matrix_of(train);
  check(xgboost().matrix_labels(data.get(), "label", labels.data(), labels.size()));
  const Booster booster = booster_for(task, data, train.width);
  for (std::size_t round = 0; round < rounds(task); ++round) {
    check(xgboost().booster_update(booster.get(), static_cast<int>(round), data.get()));
  }
  const Matrix questions = matrix_of(test);
  const char* const plain =
      R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true})";
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  check(xgboost().booster_predict(booster.get(), questions.get(), plain, &shape, &dimensions, &result));
  const std::size_t width = task.task == Task::multiclass ? task.classes : 1;
  return {result, result + test.rows() * width};
}

}  // namespace ctgan::synth::evaluate
