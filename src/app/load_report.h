// What a load tells a person: a bar while it runs, a summary when it is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <thread>

#include "app/session.h"
#include "engine/ingest.h"
#include "engine/tally.h"
#include "warehouse/file_source.h"

namespace millrace {

// Draws progress on the session's err until destroyed: a bar on a terminal, else a line every few seconds.
class LoadProgress {
 public:
  LoadProgress(Session& session, const IngestProgress& progress, const FileSource& source,
               std::uint64_t file_bytes_total);
  ~LoadProgress();
  LoadProgress(const LoadProgress&) = delete;
  LoadProgress& operator=(const LoadProgress&) = delete;

 private:
  void run(std::stop_token stop);
  std::string line() const;

  Session& session_;
  const IngestProgress& progress_;
  const FileSource& source_;
  const std::uint64_t file_bytes_total_;  // 0 when not known
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool drawn_ = false;
  std::jthread thread_;  // last: uses all above
};

struct LoadSummary {
  Tallies tallies;
  std::size_t files = 0;
  std::size_t known_files = 0;   // held nothing that was not stored before
  std::size_t failed_files = 0;  // could not be read, or not to the end
  std::uint64_t input_bytes = 0;
  double seconds = 0;
  bool dry_run = false;
  bool stopped = false;
};

std::string summary_text(const LoadSummary& summary);
std::string summary_json(const LoadSummary& summary);

}  // namespace millrace
