#include "server/synth/marginals/attribute_set.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ctgan::synth::marginals {

AttributeSet::AttributeSet(std::initializer_list<Attribute> attributes)
    : AttributeSet(std::vector<Attribute>(attributes)) {}

AttributeSet::AttributeSet(std::vector<Attribute> attributes) : attributes_(std::move(attributes)) {
  std::sort(attributes_.begin(), attributes_.end());
  attributes_.erase(std::unique(attributes_.begin(), attributes_.end()), attributes_.end());
}

bool AttributeSet::contains(Attribute attribute) const {
  return std::binary_search(begin(), end(), attribute);
}

bool AttributeSet::contains(const AttributeSet& others) const {
  return std::includes(begin(), end(), others.begin(), others.end());
}

AttributeSet union_of(const AttributeSet& a, const AttributeSet& b) {
  std::vector<Attribute> both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return AttributeSet(std::move(both));
}

AttributeSet intersection_of(const AttributeSet& a, const AttributeSet& b) {
  std::vector<Attribute> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return AttributeSet(std::move(common));
}

AttributeSet difference_of(const AttributeSet& a, const AttributeSet& b) {
  std::vector<Attribute> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return AttributeSet(std::move(rest));
}

}  // namespace ctgan::synth::marginals
