#include "server/synth/models/ctgan_batches.h"

#include <algorithm>
#include <utility>

namespace ctgan::synth::models {
namespace {

using random::Stream;
using random::StreamId;

constexpr float k_dropout = 0.5F;

// Numbers that one task draws: a few microseconds' work. A multiple of four, see random::Stream.
constexpr std::size_t k_piece = 8192;

void shuffle(std::vector<std::uint32_t>& values, Stream& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[random.next_below(static_cast<std::uint32_t>(i))]);
}

}  // namespace

CtganBatches::CtganBatches(const networks::CtganShape& shape, const ConditionSampler& conditions,
                           const RowSampler& rows, std::size_t batch_size, std::uint64_t seed,
                           threads::ThreadPool& pool)
    : shape_(shape),
      conditions_(conditions),
      rows_(rows),
      batch_size_(batch_size),
      seed_(seed),
      pool_(pool) {}

void CtganBatches::fill(networks::DiscriminatorBatch& batch, std::uint64_t pass) {
  Stream dropout(seed_, StreamId::dropout, pass), interpolation(seed_, StreamId::interpolation, pass);
  add_fake(batch.fake, pass, dropout);
  add_dropout(batch.real_dropout, dropout);
  add_dropout(batch.interpolated_dropout, dropout);
  batch.interpolation.resize(batch_size_ / shape_.pac);
  add(batch.interpolation, interpolation, Distribution::uniform);
  draw([&] {
    draw_conditions(batch.fake.input, pass);
    draw_real(batch, pass);
  });
}

void CtganBatches::fill(networks::GeneratorBatch& batch, std::uint64_t pass) {
  Stream dropout(seed_, StreamId::dropout, pass);
  add_fake(batch.fake, pass, dropout);
  draw([&] { draw_conditions(batch.fake.input, pass); });
}

void CtganBatches::add(std::span<float> out, Stream& stream, Distribution distribution) {
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), k_piece);
    pieces_.push_back({out.first(count), stream, distribution});
    stream.skip(count);
    out = out.subspan(count);
  }
}

void CtganBatches::add_fake(networks::FakeRows& fake, std::uint64_t pass, Stream& dropout) {
  Stream latent(seed_, StreamId::latent, pass), gumbel(seed_, StreamId::gumbel, pass);
  fake.input.rows = batch_size_;
  fake.input.latent.resize(batch_size_ * shape_.embedding_dim);
  add(fake.input.latent, latent, Distribution::normal);
  fake.gumbel.resize(batch_size_ * shape_.layout.width);
  add(fake.gumbel, gumbel, Distribution::gumbel);
  add_dropout(fake.dropout, dropout);
}

void CtganBatches::add_dropout(networks::DropoutMasks& masks, Stream& dropout) {
  const std::size_t groups = batch_size_ / shape_.pac;
  masks.resize(shape_.discriminator_dim.size());
  for (std::size_t i = 0; i < masks.size(); ++i) {
    masks[i].resize(groups * shape_.discriminator_dim[i]);
    add(masks[i], dropout, Distribution::dropout);
  }
}

template <typename Rest>
void CtganBatches::draw(const Rest& rest) {
  pool_.run(pieces_.size() + 1, [&](std::size_t task) {
    if (task == 0) return rest();
    Piece& piece = pieces_[task - 1];
    switch (piece.distribution) {
      case Distribution::uniform:
        return piece.stream.fill_uniform(piece.out);
      case Distribution::normal:
        return piece.stream.fill_normal(piece.out);
      case Distribution::gumbel:
        return piece.stream.fill_gumbel(piece.out);
      case Distribution::dropout:
        return piece.stream.fill_dropout(piece.out, k_dropout);
    }
  });
  pieces_.clear();
}

void CtganBatches::draw_conditions(networks::GeneratorInput& input, std::uint64_t pass) const {
  input.condition.resize(conditions_.empty() ? 0 : batch_size_);
  Stream condition(seed_, StreamId::condition, pass);
  for (std::uint32_t& position : input.condition) position = conditions_.draw(condition);
}

// The real rows answer the fake rows' conditions in another order, so that no pair of them stands side by
// side.
void CtganBatches::draw_real(networks::DiscriminatorBatch& batch, std::uint64_t pass) const {
  Stream random(seed_, StreamId::rows, pass);
  batch.real_condition = batch.fake.input.condition;
  shuffle(batch.real_condition, random);
  batch.real_rows.resize(batch_size_);
  for (std::size_t i = 0; i < batch_size_; ++i)
    batch.real_rows[i] =
        conditions_.empty() ? rows_.draw_any(random) : rows_.draw(batch.real_condition[i], random);
}

}  // namespace ctgan::synth::models
