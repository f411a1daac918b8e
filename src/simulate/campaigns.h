// Advertising: hours in which more people come than usual, many of them from one link.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "simulate/random.h"
#include "simulate/world_options.h"

namespace millrace {

struct Campaign {
  std::string name;
  std::string referrer_url;
  Timestamp start;          // a whole hour
  int hours = 0;            // 2 to 48
  std::uint32_t boost = 1;  // so many times the traffic: 2 to 5

  Timestamp end() const { return {start.micros + hours * std::int64_t{3'600'000'000}}; }
};

// Immutable: safe to share between threads.
class Campaigns {
 public:
  explicit Campaigns(const WorldOptions& options);  // options that check() accepts

  std::span<const Campaign> all() const { return campaigns_; }

  // The one of this time; of several, the first with the most traffic. Null when there is none.
  const Campaign* at(Timestamp time) const;

  // The one that brought somebody who comes at this time: what a campaign adds to the traffic comes from it.
  const Campaign* that_brings(Timestamp time, Random& random) const;

 private:
  std::vector<Campaign> campaigns_;
  std::vector<std::pair<std::int64_t, std::size_t>> hours_;  // since 1970, with their campaign; in order
};

}  // namespace millrace
