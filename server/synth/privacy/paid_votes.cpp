#include "server/synth/privacy/paid_votes.h"

#include "common/errors/error.h"

namespace ctgan::synth::privacy {

std::uint32_t PaidVotes::draw_teacher(std::uint32_t teachers) {
  return static_cast<std::uint32_t>(uniform_below(bits_, teachers));
}

std::int64_t PaidVotes::noisy(std::uint64_t yes) {
  if (asked_ == questions_)
    throw errors::Error(errors::Kind::internal, "more questions were asked than were paid for");
  ++asked_;
  return static_cast<std::int64_t>(yes) + noise_.draw(bits_);
}

}  // namespace ctgan::synth::privacy
