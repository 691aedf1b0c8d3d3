// A set of attributes, as marginals, cliques and separators are: ids in ascending order, each once.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace ctgan::synth::marginals {

// The place of an attribute in its Domain.
using Attribute = std::uint32_t;

class AttributeSet {
 public:
  AttributeSet() = default;
  // In any order, and more than once.
  AttributeSet(std::initializer_list<Attribute> attributes);
  explicit AttributeSet(std::vector<Attribute> attributes);

  std::size_t size() const { return attributes_.size(); }
  bool empty() const { return attributes_.empty(); }
  Attribute operator[](std::size_t place) const { return attributes_[place]; }
  auto begin() const { return attributes_.begin(); }
  auto end() const { return attributes_.end(); }

  bool contains(Attribute attribute) const;
  bool contains(const AttributeSet& others) const;

  // By the ids, one after the other.
  auto operator<=>(const AttributeSet&) const = default;
  bool operator==(const AttributeSet&) const = default;

 private:
  std::vector<Attribute> attributes_;
};

AttributeSet union_of(const AttributeSet& a, const AttributeSet& b);
AttributeSet intersection_of(const AttributeSet& a, const AttributeSet& b);
// Those of `a` that are not in `b`.
AttributeSet difference_of(const AttributeSet& a, const AttributeSet& b);

}  // namespace ctgan::synth::marginals
