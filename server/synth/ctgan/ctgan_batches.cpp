#include "server/synth/ctgan/ctgan_batches.h"

#include "server/synth/neural/shuffle.h"

namespace ctgan::synth::ctgan {
namespace {

using random::Stream;
using random::StreamId;

}  // namespace

CtganBatches::CtganBatches(const networks::CtganShape& shape, const neural::ConditionSampler& conditions,
                           const neural::RowSampler& rows, std::size_t batch_size, std::uint64_t seed,
                           threads::ThreadPool& pool)
    : shape_(shape),
      conditions_(conditions),
      rows_(rows),
      batch_size_(batch_size),
      seed_(seed),
      draws_(pool) {}

void CtganBatches::fill(networks::DiscriminatorBatch& batch, std::uint64_t pass) {
  Stream dropout(seed_, StreamId::dropout, pass), interpolation(seed_, StreamId::interpolation, pass);
  add_fake(batch.fake, pass, dropout);
  add_dropout(batch.real_dropout, dropout);
  add_dropout(batch.interpolated_dropout, dropout);
  batch.interpolation.resize(batch_size_ / shape_.pac);
  draws_.add(batch.interpolation, interpolation, neural::Distribution::uniform);
  draws_.run([&] {
    draw_conditions(batch.fake.input, pass);
    draw_real(batch, pass);
  });
}

void CtganBatches::fill(networks::GeneratorBatch& batch, std::uint64_t pass) {
  Stream dropout(seed_, StreamId::dropout, pass);
  add_fake(batch.fake, pass, dropout);
  draws_.run([&] { draw_conditions(batch.fake.input, pass); });
}

void CtganBatches::add_fake(networks::FakeRows& fake, std::uint64_t pass, Stream& dropout) {
  Stream latent(seed_, StreamId::latent, pass), gumbel(seed_, StreamId::gumbel, pass);
  fake.input.rows = batch_size_;
  fake.input.latent.resize(batch_size_ * shape_.embedding_dim);
  draws_.add(fake.input.latent, latent, neural::Distribution::normal);
  fake.gumbel.resize(batch_size_ * shape_.layout.width);
  draws_.add(fake.gumbel, gumbel, neural::Distribution::gumbel);
  add_dropout(fake.dropout, dropout);
}

void CtganBatches::add_dropout(networks::DropoutMasks& masks, Stream& dropout) {
  const std::size_t groups = batch_size_ / shape_.pac;
  masks.resize(shape_.discriminator_dim.size());
  for (std::size_t i = 0; i < masks.size(); ++i) {
    masks[i].resize(groups * shape_.discriminator_dim[i]);
    draws_.add(masks[i], dropout, neural::Distribution::dropout);
  }
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
  neural::shuffle(batch.real_condition, random);
  batch.real_rows.resize(batch_size_);
  for (std::size_t i = 0; i < batch_size_; ++i)
    batch.real_rows[i] =
        conditions_.empty() ? rows_.draw_any(random) : rows_.draw(batch.real_condition[i], random);
}

}  // namespace ctgan::synth::ctgan
