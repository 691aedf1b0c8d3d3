// Rows completed by a method that draws whole rows only: what is unknown of a row is taken, all of it together, from a drawn
// row that is like it, as nearest-neighbour hot deck imputation does (Andridge and Little, "A review of hot deck imputation
// for survey non-response", International Statistical Review 78, 2010, section 4) with the model's rows as donors. The donor
// is drawn evenly among those that agree in most of the known cells, all of them where any do. A donor that lacks a cell
// which is to be filled comes after all that lack none; where none is left, the cell is another donor's, by its frequency
// alone.
//
// Donors are a block of drawn rows, a function of the model and the seed: what is confidential was paid for when they could
// be drawn, so that matching costs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/synth/marginal_methods/coded_rows.h"
#include "server/synth/marginal_methods/known_codes.h"

namespace ctgan::synth::marginal_methods {

// Merged codes of drawn rows, ready to be compared with others'.
class Donors {
 public:
  // `is_missing` says of an attribute's codes which stand for missing cells alone; where it is empty, a missing cell is a
  // cell like others. REQUIRES: at least one row, and codes below 2^16 - 1.
  Donors(const std::vector<codecs::Codes>& codes, const std::vector<std::vector<bool>>& is_missing,
         random::Stream random);

  std::size_t rows() const { return rows_; }
  std::uint32_t code(std::size_t attribute, std::size_t donor) const { return codes_[attribute][donor]; }

  // The donor of a row: of each attribute its code and whether that is known. One number is drawn.
  std::size_t find(const std::vector<std::uint32_t>& codes, const std::vector<bool>& known,
                   random::Stream& random) const;

 private:
  // In whole strips, so that loops over them become vectors; codes of what fills the last one are nobody's.
  std::vector<std::vector<std::uint16_t>> codes_;
  std::vector<std::vector<std::uint8_t>> lacks_;  // 1 where a cell was missing; empty: nowhere
  std::size_t rows_;
};

// `parts` and what `draw` refers to outlive it.
class MatchedRows final : public model::CompletedBlocks {
 public:
  MatchedRows(const PrivateParts& parts, double total, const model::KnownRows& known, std::uint64_t seed,
              const DrawCodes& draw);

  std::size_t count() const override { return cut_.count(); }
  std::size_t first_row(std::size_t block) const override {
    return static_cast<std::size_t>(cut_.first_row(block));
  }
  table::Table make(std::size_t block) const override;

 private:
  const PrivateParts& parts_;
  KnownCodes known_;
  Donors donors_;
  sampling::SampleCut cut_;
  bool fill_;
};

}  // namespace ctgan::synth::marginal_methods
