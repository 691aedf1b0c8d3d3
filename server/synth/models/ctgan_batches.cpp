#include "server/synth/models/ctgan_batches.h"

#include <algorithm>
#include <utility>

namespace ctgan::synth::models {
namespace {

using random::Stream;
using random::StreamId;

constexpr float k_dropout = 0.5F;

void shuffle(std::vector<std::uint32_t>& values, Stream& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[random.next_below(static_cast<std::uint32_t>(i))]);
}

}  // namespace

CtganBatches::CtganBatches(const networks::CtganShape& shape, const ConditionSampler& conditions,
                           const RowSampler& rows, std::size_t batch_size, std::uint64_t seed)
    : shape_(shape), conditions_(conditions), rows_(rows), batch_size_(batch_size), seed_(seed) {}

void CtganBatches::fill(networks::DiscriminatorBatch& batch, std::uint64_t pass) const {
  Stream dropout(seed_, StreamId::dropout, pass);
  fill_fake(batch.fake, pass, dropout);
  fill_real(batch, pass);
  fill_dropout(batch.real_dropout, dropout);
  fill_dropout(batch.interpolated_dropout, dropout);
  batch.interpolation.resize(batch_size_ / shape_.pac);
  Stream(seed_, StreamId::interpolation, pass).fill_uniform(batch.interpolation);
}

void CtganBatches::fill(networks::GeneratorBatch& batch, std::uint64_t pass) const {
  Stream dropout(seed_, StreamId::dropout, pass);
  fill_fake(batch.fake, pass, dropout);
}

void CtganBatches::fill_fake(networks::FakeRows& fake, std::uint64_t pass, Stream& dropout) const {
  fake.input.rows = batch_size_;
  fake.input.latent.resize(batch_size_ * shape_.embedding_dim);
  Stream(seed_, StreamId::latent, pass).fill_normal(fake.input.latent);
  fake.gumbel.resize(batch_size_ * shape_.layout.width);
  Stream(seed_, StreamId::gumbel, pass).fill_gumbel(fake.gumbel);
  fake.input.condition.resize(conditions_.empty() ? 0 : batch_size_);
  Stream condition(seed_, StreamId::condition, pass);
  for (std::uint32_t& position : fake.input.condition) position = conditions_.draw(condition);
  fill_dropout(fake.dropout, dropout);
}

// The real rows answer the fake rows' conditions in another order, so that no pair of them stands side by
// side.
void CtganBatches::fill_real(networks::DiscriminatorBatch& batch, std::uint64_t pass) const {
  Stream random(seed_, StreamId::rows, pass);
  batch.real_condition = batch.fake.input.condition;
  shuffle(batch.real_condition, random);
  batch.real_rows.resize(batch_size_);
  for (std::size_t i = 0; i < batch_size_; ++i)
    batch.real_rows[i] =
        conditions_.empty() ? rows_.draw_any(random) : rows_.draw(batch.real_condition[i], random);
}

void CtganBatches::fill_dropout(networks::DropoutMasks& masks, Stream& dropout) const {
  const std::size_t groups = batch_size_ / shape_.pac;
  masks.resize(shape_.discriminator_dim.size());
  for (std::size_t i = 0; i < masks.size(); ++i) {
    masks[i].resize(groups * shape_.discriminator_dim[i]);
    dropout.fill_dropout(masks[i], k_dropout);
  }
}

}  // namespace ctgan::synth::models
