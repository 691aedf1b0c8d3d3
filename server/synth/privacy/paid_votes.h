// Noisy numbers of votes, which were paid for: what teachers that each know other units may say together (Papernot et al.,
// "Scalable private learning with PATE", ICLR 2018, section 4.1; one count a question, as there are two answers).
//
// A unit is known to one teacher, whose vote it may turn: a count moves by 1 at most.
#pragma once

#include <cstdint>

#include "server/synth/privacy/exact_noise.h"
#include "server/synth/privacy/noise_bits.h"

namespace ctgan::synth::privacy {

// Not safe to share between threads.
class PaidVotes {
 public:
  double sigma() const { return noise_.sigma(); }
  std::uint64_t questions() const { return questions_; }

  // Which of so many teachers knows the next unit: each as likely, whatever others know. REQUIRES: teachers > 0.
  std::uint32_t draw_teacher(std::uint32_t teachers);
  // How many teachers say yes, with noise. Throws Error(internal) for more questions than were paid for.
  std::int64_t noisy(std::uint64_t yes);

 private:
  friend class Mechanisms;
  PaidVotes(DiscreteGaussian noise, std::uint64_t questions, NoiseBits& bits)
      : noise_(noise), questions_(questions), bits_(bits) {}

  DiscreteGaussian noise_;
  std::uint64_t questions_;
  std::uint64_t asked_ = 0;
  NoiseBits& bits_;
};

}  // namespace ctgan::synth::privacy
