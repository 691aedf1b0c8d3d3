// Loops compiled for several sets of vector instructions, of which the loader picks the processor's. Exactly
// rounded arithmetic without contraction gives the same bits in each.
#pragma once

#ifdef __SANITIZE_THREAD__
// What chooses among them runs before the sanitizer does, which it calls.
#define CTGAN_VECTOR_CLONES
#else
#define CTGAN_VECTOR_CLONES __attribute__((target_clones("default", "avx2", "avx512f")))
#endif
