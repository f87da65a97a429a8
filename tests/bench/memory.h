// Peak memory of a stretch of work, for the counter peak_mb.
#pragma once

namespace meshdeck::bench {

// Resident memory of this process in MiB; 0 where Linux does not say.
[[nodiscard]] double residentMb();
// Its peak since the last resetPeak().
[[nodiscard]] double peakMb();
void resetPeak();

} // namespace meshdeck::bench
