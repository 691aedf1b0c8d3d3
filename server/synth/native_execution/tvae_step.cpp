#include "server/synth/native_execution/tvae_step.h"

#include <algorithm>
#include <numeric>

#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/output_blocks.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::AlignedBuffer;
using kernels::Panels;
using kernels::panels_of;

// Of a forward task: enough tasks to share them out evenly, few enough to read each weight rarely.
constexpr std::size_t k_rows_a_task = 128;

double sum_of(const std::vector<double>& parts) {
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

}  // namespace

template <typename T>
TvaeStep<T>::TvaeStep(const networks::TvaeShape& shape, const networks::TvaeTraining& training,
                      const encoders::EncodedTable& encoded, const networks::ParameterArena& arena,
                      const kernels::Kernels<T>& kernels, threads::ThreadPool& pool)
    : shape_(shape),
      training_(training),
      kernels_(kernels),
      pool_(pool),
      blocks_(output_blocks(shape.layout)),
      batch_rows_(encoded),
      mean_(arena, "encoder.fc1"),
      log_variance_(arena, "encoder.fc2"),
      deviations_(load_panels<T>(arena, networks::k_tvae_deviations)) {
  for (std::size_t i = 0; i < shape.compress_dims.size(); ++i)
    compress_.emplace_back(arena, networks::tvae_layer_name("encoder", i));
  for (std::size_t i = 0; i <= shape.decompress_dims.size(); ++i)
    decompress_.emplace_back(arena, networks::tvae_layer_name("decoder", i));
}

template <typename T>
std::vector<typename TvaeStep<T>::Link> TvaeStep<T>::links() {
  std::vector<Link> found;
  const auto chain = [&found](const Panels<T>* from, std::vector<Layer>& layers) {
    for (Layer& layer : layers) {
      found.push_back({from, &layer});
      from = &layer.values;
    }
  };
  chain(nullptr, compress_);
  found.push_back({&compress_.back().values, &mean_});
  found.push_back({&compress_.back().values, &log_variance_});
  chain(&latent_, decompress_);
  return found;
}

template <typename T>
void TvaeStep<T>::make_room(std::size_t rows) {
  rows_ = rows;
  if (rows <= room_) return;
  room_ = rows;
  for (const Link& link : links()) {
    link.to->values = Panels<T>(rows, link.to->linear.outputs());
    link.to->gradient = Panels<T>(rows, link.to->linear.outputs());
  }
  latent_ = Panels<T>(rows, shape_.embedding_dim);
  deviations_gradient_ = AlignedBuffer<T>(panels_of(rows) * deviations_.values.panels() * k_panel_columns);
}

template <typename T>
kernels::SparseRows<T> TvaeStep<T>::sparse_from(std::size_t row) const {
  return {sparse_.index + row * sparse_.entries, sparse_.value + row * sparse_.entries, sparse_.entries};
}

template <typename T>
kernels::LatentTile<T> TvaeStep<T>::latent_tile(const networks::TvaeBatch& batch, std::size_t panel,
                                                std::size_t row) {
  return {.mean = mean_.values.panel(panel, row),
          .deviation = log_variance_.values.panel(panel, row),
          .noise = batch.noise.data() + row * shape_.embedding_dim + panel * k_panel_columns,
          .noise_stride = shape_.embedding_dim,
          .columns = columns_in(shape_.embedding_dim, panel)};
}

// Calls work(task, panel, row, rows) for every stretch of rows of every panel.
template <typename T>
template <typename Work>
void TvaeStep<T>::for_each_stretch(std::size_t panels, const Work& work) {
  pool_.run(panels * ((rows_ + k_rows_a_task - 1) / k_rows_a_task), [&](std::size_t task) {
    const std::size_t row = task / panels * k_rows_a_task;
    work(task, task % panels, row, std::min(k_rows_a_task, rows_ - row));
  });
}

template <typename T>
void TvaeStep<T>::sum_inputs(const Link& link, std::size_t panel, std::size_t row, std::size_t rows) const {
  const Linear<T>& linear = link.to->linear;
  T* const tile = link.to->values.panel(panel, row);
  const T *const weight = linear.weight.values.panel(panel), *const bias = linear.bias.values.panel(panel);
  if (link.from != nullptr)
    return kernels_.multiply_from(rows_of(*link.from, row), rows, linear.inputs(), weight, bias, tile);
  kernels_.fill_rows(tile, rows, bias);
  kernels_.add_sparse(tile, rows, 1, sparse_from(row), weight);
}

template <typename T>
void TvaeStep<T>::forward_hidden(const Panels<T>* from, Layer& to) {
  for_each_stretch(to.values.panels(),
                   [&](std::size_t, std::size_t panel, std::size_t row, std::size_t rows) {
                     sum_inputs({from, &to}, panel, row, rows);
                     kernels_.rectify(to.values.panel(panel, row), rows);
                   });
}

// The divergence, summed over the batch.
template <typename T>
double TvaeStep<T>::forward_latent(const networks::TvaeBatch& batch) {
  std::vector<double> parts(latent_.panels() * panels_of(rows_));
  for_each_stretch(
      latent_.panels(), [&](std::size_t task, std::size_t panel, std::size_t row, std::size_t rows) {
        for (Layer* to : {&mean_, &log_variance_})
          sum_inputs({&compress_.back().values, to}, panel, row, rows);
        parts[task] = kernels_.draw_latent(latent_tile(batch, panel, row), rows, latent_.panel(panel, row));
      });
  return sum_of(parts);
}

// Leaves the gradient of the output and of the deviations behind; returns the loss, summed over the batch.
template <typename T>
double TvaeStep<T>::compare() {
  Layer& output = decompress_.back();
  const std::size_t stride = deviations_.values.panels() * k_panel_columns;
  const T scale = static_cast<T>(training_.loss_factor / static_cast<double>(rows_));
  std::vector<double> parts(panels_of(rows_));
  pool_.run(parts.size(), [&](std::size_t strip) {
    const std::size_t row = strip * k_panel_columns;
    AlignedBuffer<T> scratch(shape_.layout.width * k_panel_columns);
    parts[strip] = kernels_.reconstruct({blocks_.data(), blocks_.size(), shape_.layout.width},
                                        {.rows = columns_in(rows_, strip),
                                         .panel_stride = output.values.panel_stride(),
                                         .logits = output.values.panel(0, row)},
                                        {.target = sparse_from(row),
                                         .deviation = deviations_.values.panel(0),
                                         .scale = scale,
                                         .deviation_gradient = deviations_gradient_.data() + strip * stride},
                                        scratch.data(), output.gradient.panel(0, row));
  });
  return sum_of(parts);
}

// One panel of `gradient`, from that by the sums of the layer above.
template <typename T>
void TvaeStep<T>::backward_through(const Layer& above, Panels<T>& gradient, std::size_t panel,
                                   bool add) const {
  const Panels<T>& weights = above.linear.weight.values;
  AlignedBuffer<T> right(weights.columns() * k_panel_columns);
  kernels_.transpose(weights.panel(0, panel * k_panel_columns), weights.panel_stride(),
                     columns_in(weights.rows(), panel), weights.columns(), right.data());
  kernels_.multiply(rows_of(above.gradient, 0), rows_, weights.columns(), right.data(), gradient.panel(panel),
                    add);
}

template <typename T>
void TvaeStep<T>::backward_hidden(const std::vector<const Layer*>& above, Layer& below) {
  pool_.run(below.gradient.panels(), [&](std::size_t panel) {
    for (const Layer* layer : above) backward_through(*layer, below.gradient, panel, layer != above.front());
    kernels_.rectify_backward(below.gradient.panel(panel), rows_, below.values.panel(panel));
  });
}

template <typename T>
void TvaeStep<T>::backward_latent(const networks::TvaeBatch& batch) {
  const T share = T{1} / static_cast<T>(rows_);
  pool_.run(latent_.panels(), [&](std::size_t panel) {
    backward_through(decompress_.front(), mean_.gradient, panel, false);
    kernels_.latent_backward(latent_tile(batch, panel, 0), rows_, share, mean_.gradient.panel(panel),
                             log_variance_.gradient.panel(panel));
  });
}

template <typename T>
void TvaeStep<T>::backward(const networks::TvaeBatch& batch) {
  for (std::size_t i = decompress_.size() - 1; i > 0; --i)
    backward_hidden({&decompress_[i]}, decompress_[i - 1]);
  backward_latent(batch);
  backward_hidden({&mean_, &log_variance_}, compress_.back());
  for (std::size_t i = compress_.size() - 1; i > 0; --i) backward_hidden({&compress_[i]}, compress_[i - 1]);
}

template <typename T>
void TvaeStep<T>::update(const Link& link, std::size_t panel, const Optimizer<T>& optimizer) const {
  Linear<T>& linear = link.to->linear;
  const T* const gradient = link.to->gradient.panel(panel);
  AlignedBuffer<T> slope(linear.inputs() * k_panel_columns);
  if (link.from == nullptr)
    kernels_.scatter_sparse(slope.data(), rows_, 1, 0, sparse_, 0, gradient);
  else
    for (std::size_t i = 0; i < link.from->panels(); ++i)
      kernels_.multiply(columns_of(*link.from, i, 0, rows_), columns_in(link.from->columns(), i), rows_,
                        gradient, slope.data() + i * k_panel_columns * k_panel_columns, false);
  optimizer.apply(linear.weight, panel, 0, linear.inputs(), slope.data());
  alignas(64) T by_bias[k_panel_columns];
  kernels_.sum_rows(gradient, rows_, by_bias);
  optimizer.apply(linear.bias, panel, 0, 1, by_bias);
}

template <typename T>
void TvaeStep<T>::update_deviations(const Optimizer<T>& optimizer) {
  const std::size_t stride = deviations_.values.panels() * k_panel_columns;
  for (std::size_t panel = 0; panel < deviations_.values.panels(); ++panel) {
    alignas(64) T slope[k_panel_columns] = {};
    for (std::size_t strip = 0; strip < panels_of(rows_); ++strip)
      for (std::size_t c = 0; c < k_panel_columns; ++c)
        slope[c] += deviations_gradient_[strip * stride + panel * k_panel_columns + c];
    optimizer.apply(deviations_, panel, 0, 1, slope);
  }
}

// Up to the output; returns the divergence, summed over the batch.
template <typename T>
double TvaeStep<T>::forward(const networks::TvaeBatch& batch) {
  for (std::size_t i = 0; i < compress_.size(); ++i)
    forward_hidden(i == 0 ? nullptr : &compress_[i - 1].values, compress_[i]);
  const double divergence = forward_latent(batch);
  const Panels<T>* from = &latent_;
  for (std::size_t i = 0; i + 1 < decompress_.size(); ++i) {
    forward_hidden(from, decompress_[i]);
    from = &decompress_[i].values;
  }
  for_each_stretch(decompress_.back().values.panels(),
                   [&](std::size_t, std::size_t panel, std::size_t row, std::size_t rows) {
                     sum_inputs({from, &decompress_.back()}, panel, row, rows);
                   });
  return divergence;
}

template <typename T>
void TvaeStep<T>::update_all(const Optimizer<T>& optimizer) {
  struct Task {
    Link link;
    std::size_t panel;
  };
  std::vector<Task> tasks;
  for (const Link& link : links())
    for (std::size_t panel = 0; panel < link.to->values.panels(); ++panel) tasks.push_back({link, panel});
  pool_.run(tasks.size() + 1, [&](std::size_t i) {
    if (i == tasks.size()) return update_deviations(optimizer);
    update(tasks[i].link, tasks[i].panel, optimizer);
  });
}

template <typename T>
networks::TvaeLoss TvaeStep<T>::train(const networks::TvaeBatch& batch, const Optimizer<T>& optimizer) {
  make_room(batch.rows.size());
  pool_.run(batch_rows_.begin(batch.rows), [&](std::size_t piece) { batch_rows_.load(piece); });
  sparse_ = batch_rows_.rows();
  const double divergence = forward(batch);
  const double difference = compare();
  backward(batch);
  update_all(optimizer);
  const auto rows = static_cast<double>(rows_);
  return {training_.loss_factor * difference / rows, divergence / rows};
}

template <typename T>
void TvaeStep<T>::bound_deviations() {
  for (std::size_t c = 0; c < deviations_.values.columns(); ++c) {
    T& deviation = deviations_.values.at(0, c);
    deviation = std::clamp(deviation, static_cast<T>(training_.least_deviation),
                           static_cast<T>(training_.greatest_deviation));
  }
}

template <typename T>
TrainedTensors<T> TvaeStep<T>::tensors() {
  TrainedTensors<T> found;
  for (const Link& link : links()) link.to->linear.add_to(found, link.to->name);
  found.weights.push_back({networks::k_tvae_deviations, &deviations_});
  return found;
}

template <typename T>
void TvaeStep<T>::start() {
  tensors().start_moments();
}

template <typename T>
void TvaeStep<T>::finish(networks::ParameterArena& arena) {
  const TrainedTensors<T> trained = tensors();
  trained.drop_moments();
  trained.store_values(arena);
}

template class TvaeStep<float>;
template class TvaeStep<double>;

}  // namespace ctgan::synth::native_execution
