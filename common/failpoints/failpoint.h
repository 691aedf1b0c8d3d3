// Places at which a test kills the program as a power cut or the kernel would: by SIGKILL, with nothing cleaned up. They
// are in test builds only (CTGAN_FAILPOINTS in CMakeLists.txt); elsewhere nothing of them is in the programs.
//
//     failpoint("publication: a product was renamed");
//
// With $CTGAN_FAILPOINT_LOG a passed place is noted there as a line "program<TAB>place<TAB>how often so far"; the program
// is "fit", "ctgan-server work". The first process that passes the place that $CTGAN_FAILPOINT names by such a line
// makes the file $CTGAN_FAILPOINT_DEATH and dies. Safe from every thread.
#pragma once

namespace ctgan::failpoints {

#ifdef CTGAN_FAILPOINTS
void failpoint(const char* place);
#else
inline void failpoint(const char* /*place*/) {}
#endif

}  // namespace ctgan::failpoints
