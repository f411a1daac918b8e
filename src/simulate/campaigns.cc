#include "simulate/campaigns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kHourMicros = 3'600'000'000;
constexpr std::int64_t kDayMicros = 24 * kHourMicros;
constexpr std::uint32_t kHoursMin = 2;
constexpr std::uint32_t kHoursMax = 48;
constexpr std::uint32_t kBoostMin = 2;
constexpr std::uint32_t kBoostMax = 5;
constexpr auto kThemes = std::to_array<std::string_view>(
    {"spring-sale", "newsletter", "clearance", "influencer", "back-to-school", "flash-sale", "loyalty"});
constexpr auto kPlaces = std::to_array<std::string_view>(
    {"https://news.example.net", "https://social.example.org", "https://ads.example.net"});

Campaign draw_campaign(const WorldOptions& options, std::uint32_t number, Random& random) {
  const std::int64_t first_hour = options.start.micros / kDayMicros * 24;
  const std::uint32_t day = random.below(static_cast<std::uint32_t>(options.days));
  const std::int64_t hour = first_hour + day * 24 + 9 + random.below(12);
  const std::string_view theme = kThemes[random.below(kThemes.size())];
  Campaign campaign;
  campaign.name = fmt::format("{}-{}", theme, number + 1);
  campaign.referrer_url = fmt::format("{}/{}", kPlaces[random.below(kPlaces.size())], campaign.name);
  campaign.start = {hour * kHourMicros};
  campaign.hours = static_cast<int>(kHoursMin + random.below(kHoursMax - kHoursMin + 1));
  campaign.boost = kBoostMin + random.below(kBoostMax - kBoostMin + 1);
  return campaign;
}

}  // namespace

Campaigns::Campaigns(const WorldOptions& options) {
  Random random(options.seed, random_stream::kCampaigns);
  std::map<std::int64_t, std::size_t> hours;
  for (std::uint32_t i = 0; i < options.campaigns; ++i) {
    campaigns_.push_back(draw_campaign(options, i, random));
    const std::int64_t first = campaigns_.back().start.micros / kHourMicros;
    for (std::int64_t hour = first; hour < first + campaigns_.back().hours; ++hour) {
      const auto [found, is_new] = hours.emplace(hour, i);
      if (!is_new && campaigns_[found->second].boost < campaigns_.back().boost) found->second = i;
    }
  }
  hours_.assign(hours.begin(), hours.end());
}

const Campaign* Campaigns::at(Timestamp time) const {
  if (hours_.empty()) return nullptr;
  const std::int64_t hour = time.micros / kHourMicros;
  const auto found = std::ranges::lower_bound(hours_, hour, {}, &std::pair<std::int64_t, std::size_t>::first);
  return found != hours_.end() && found->first == hour ? &campaigns_[found->second] : nullptr;
}

const Campaign* Campaigns::that_brings(Timestamp time, Random& random) const {
  const Campaign* campaign = at(time);
  return campaign != nullptr && random.below(campaign->boost) > 0 ? campaign : nullptr;
}

}  // namespace millrace
