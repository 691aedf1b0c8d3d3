#include "server/synth/neural/network_blocks.h"

#include <algorithm>
#include <utility>

namespace ctgan::synth::neural {
namespace {

using codecs::Codes;
using encoders::Block;
using encoders::EncodedContinuous;
using native_execution::RowGenerator;

constexpr std::size_t k_cells_a_block = std::size_t{1} << 18;

encoders::EncodedTable empty_table(const encoders::OutputLayout& layout, std::size_t rows) {
  encoders::EncodedTable table{layout, {}, rows};
  for (const Block& block : layout.blocks) {
    if (block.kind == Block::Kind::scalar)
      table.columns.emplace_back(
          EncodedContinuous{std::vector<std::uint8_t>(rows), std::vector<float>(rows)});
    else if (block.kind == Block::Kind::categories)
      table.columns.emplace_back(Codes::sized(block.width, rows));
  }
  return table;
}

template <typename Number>
void put(std::vector<Number>& to, std::size_t first, const float* from, std::size_t count) {
  std::transform(from, from + count, to.begin() + static_cast<std::ptrdiff_t>(first),
                 [](float number) { return static_cast<Number>(number); });
}

}  // namespace

NetworkBlocks::NetworkBlocks(const encoders::TableEncoder& encoder, RowGenerator generator,
                             std::uint64_t rows, std::uint64_t seed)
    : encoder_(encoder),
      generator_(std::move(generator)),
      cut_(rows, seed, sampling::SampleCut::rows_a_block(k_cells_a_block, encoder.codec().columns().size())) {
}

table::Table NetworkBlocks::make(std::size_t block) const {
  return make(block, Given(), true);
}

table::Table NetworkBlocks::make_candidates(std::size_t block, Given given) const {
  return make(block, given, false);
}

std::uint32_t NetworkBlocks::draw_given(Given given, random::Stream& random) {
  if (given.size() == 1) return given.front().position;
  double rows = 0;
  for (const encoders::Condition& condition : given) rows += static_cast<double>(condition.rows);
  double left = random.next_double() * rows;
  for (const encoders::Condition& condition : given) {
    left -= static_cast<double>(condition.rows);
    if (left < 0) return condition.position;
  }
  return given.back().position;
}

table::Table NetworkBlocks::make(std::size_t block, Given given, bool numbered) const {
  encoders::EncodedTable table = empty_table(encoder_.layout(), cut_.rows_in(block));
  auto buffers = take_buffers();
  draw(block, *buffers, given, table);
  give_back(std::move(buffers));
  return encoder_.decode(table, cut_.seed(), cut_.first_row(block), numbered);
}

void NetworkBlocks::store(const std::vector<float>& drawn, std::size_t first, std::size_t count,
                          encoders::EncodedTable& table) {
  constexpr std::size_t k_strip = RowGenerator::k_strip;
  const std::vector<Block>& blocks = table.layout.blocks;
  for (std::size_t done = 0; done < count; done += k_strip) {
    const float* from = drawn.data() + done * blocks.size();
    const std::size_t rows = std::min(k_strip, count - done);
    for (const Block& block : blocks) {
      auto& column = table.columns[block.column];
      if (block.kind == Block::Kind::scalar)
        put(std::get<EncodedContinuous>(column).scalar, first + done, from, rows);
      else if (block.kind == Block::Kind::modes)
        put(std::get<EncodedContinuous>(column).mode, first + done, from, rows);
      else
        std::visit([&](auto& codes) { put(codes, first + done, from, rows); }, std::get<Codes>(column).codes);
      from += k_strip;
    }
  }
}

std::unique_ptr<NetworkBlocks::Buffers> NetworkBlocks::take_buffers() const {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Buffers>(Buffers{generator_.workspace(), {}, {}, {}, {}, {}});
  auto buffers = std::move(idle_.back());
  idle_.pop_back();
  return buffers;
}

void NetworkBlocks::give_back(std::unique_ptr<Buffers> buffers) const {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(buffers));
}

}  // namespace ctgan::synth::neural
