#include "app/live_command.h"

#include <cstdlib>
#include <fstream>
#include <map>

#include "app/http_record_sender.h"
#include "app/live_simulation.h"
#include "app/number_text.h"
#include "app/whole_file.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kLinesBetweenMicros = 10 * kSecondMicros;

Result<LiveShopOptions> shop_options(const SimulateOptions& options, Timestamp start) {
  LiveShopOptions shop;
  MILLRACE_ASSIGN(shop.shapes, shapes_named(options.shapes, kLiveShapes));
  MILLRACE_ASSIGN(shop.spoil, spoil_options(options));
  shop.seed = options.seed;
  shop.start = start;
  shop.visits_per_minute = *options.visits_per_minute;
  shop.bursts = options.bursts;
  shop.users = options.users;
  shop.products = options.products;
  MILLRACE_TRY(check(shop));
  return shop;
}

// One shape goes to the topic that is named; several each to the one of its own name, behind the prefix.
std::map<Shape, std::string> topics_of(const SimulateOptions& options, const std::vector<Shape>& shapes) {
  std::map<Shape, std::string> topics;
  const bool is_topic = !goes_to_address(options) && !options.to.empty();
  for (const Shape shape : shapes) {
    if (is_topic && shapes.size() == 1) {
      topics[shape] = options.to;
    } else {
      topics[shape] = (is_topic ? options.to : "") + std::string(name(shape));
    }
  }
  return topics;
}

Result<std::string> read_token(const SimulateOptions& options, const Session& session) {
  if (options.token_file.empty()) {
    const char* const token = std::getenv("MILLRACE_TOKEN");
    return std::string(token == nullptr ? "" : token);
  }
  std::ifstream file(session.folder() / options.token_file);
  std::string token(kTokenSizeMax + 1, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(file.gcount()));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' '))
    token.pop_back();
  if (!token.empty() && token.size() <= kTokenSizeMax) return token;
  return fail(ErrorCode::kInvalidArgument,
              "--token-file " + options.token_file + ": no token can be read there");
}

std::string progress_text(const LiveProgress& progress) {
  const double minutes = static_cast<double>(progress.running_micros) / (60.0 * kSecondMicros);
  const double rate = minutes > 0 ? static_cast<double>(progress.made) / minutes : 0;
  std::string text =
      fmt::format("{} acknowledged, {} waiting, {} a minute", with_commas(progress.sent.acknowledged_total),
                  with_commas(progress.sent.waiting), with_commas(static_cast<std::uint64_t>(rate)));
  if (progress.sent.refused_requests > 0) {
    text += fmt::format(", {} requests refused for a while", with_commas(progress.sent.refused_requests));
  }
  if (progress.skipped_records > 0)
    text += fmt::format(", {} records left out", with_commas(progress.skipped_records));
  return text;
}

// A line that is redrawn on a terminal; else one every ten seconds.
class ProgressLine {
 public:
  explicit ProgressLine(Session& session) : session_(session) {}
  ~ProgressLine() {
    if (session_.err_is_terminal() && shown_micros_ > 0) session_.say("\r\x1b[K");
  }

  void show(const LiveProgress& progress) {
    if (!session_.err_is_terminal() && progress.running_micros - shown_micros_ < kLinesBetweenMicros) return;
    shown_micros_ = progress.running_micros;
    session_.say("{}{}{}", session_.err_is_terminal() ? "\r\x1b[K" : "", progress_text(progress),
                 session_.err_is_terminal() ? "" : "\n");
  }

 private:
  Session& session_;
  std::int64_t shown_micros_ = 0;
};

TruthObject sent_truth(const LiveSimulation& simulation, const LiveProgress& progress,
                       const std::map<Shape, std::string>& topics) {
  TruthObject all;
  for (const auto& [shape, topic] : topics) {
    const auto found = progress.sent.acknowledged.find(topic);
    const std::uint64_t acknowledged = found == progress.sent.acknowledged.end() ? 0 : found->second;
    TruthObject one;
    one.add("topic", topic);
    one.add("acknowledged", acknowledged);
    one.add("unacknowledged", simulation.made(shape) - acknowledged);
    all.add(name(shape), one);
  }
  return all;
}

Status write_truth(const SimulateOptions& options, const LiveShop& shop, const TruthObject& sent,
                   const LiveProgress& progress, const Session& session) {
  TruthObject live;
  live.add("since", format_timestamp(shop.world().options().start));
  live.add("seed", options.seed);
  live.add("visits_per_minute", *options.visits_per_minute);
  live.add("skipped_records", progress.skipped_records);
  live.add("records_sent_again", progress.sent.sent_again);
  TruthObject truth;
  truth.add("live", live);
  truth.add("sent", sent);
  truth.add("shapes", shop.truth());
  MILLRACE_ASSIGN(WholeFile file, WholeFile::create(session.folder() / options.truth_file));
  MILLRACE_TRY(file.write(truth.json() + "\n"));
  return file.finish();
}

void tell_end(const LiveProgress& progress, Session& session) {
  session.say("{} records in {:.1f} s: {}\n", with_commas(progress.made),
              static_cast<double>(progress.running_micros) / kSecondMicros, progress_text(progress));
  if (progress.sent.sent_again > 0) {
    session.say("{} records were sent again without an answer to the first time: they may be there twice\n",
                with_commas(progress.sent.sent_again));
  }
  if (progress.skipped_records > 0) {
    session.say(
        "{} records were left out where sending stood still for more than a second (--catch-up makes up for "
        "them)\n",
        with_commas(progress.skipped_records));
  }
}

}  // namespace

bool goes_to_address(const SimulateOptions& options) {
  return is_http_url(options.to);
}

Result<std::unique_ptr<RecordSender>> sender_to_address(const SimulateOptions& options,
                                                        const Session& session) {
  MILLRACE_ASSIGN(std::string token, read_token(options, session));
  return std::make_unique<HttpRecordSender>(options.to, std::move(token));
}

Result<int> simulate_live(const SimulateOptions& options, RecordSender& sender, const Clock& clock,
                          Session& session) {
  MILLRACE_ASSIGN(const std::vector<Shape> shapes, shapes_named(options.shapes, kLiveShapes));
  SteadyLiveClock live_clock(clock);
  MILLRACE_ASSIGN(const LiveShopOptions of_shop, shop_options(options, live_clock.now()));
  LiveSimulationOptions live;
  live.topics = topics_of(options, shapes);
  live.for_micros = options.for_micros;
  live.catch_up = options.catch_up;

  LiveShop shop(of_shop);
  SendQueue queue(sender);
  ProgressLine line(session);
  LiveSimulation simulation(live, shop, queue, live_clock,
                            [&](const LiveProgress& progress) { line.show(progress); });
  const Status done = simulation.run(session.stop());
  const LiveProgress progress = simulation.progress();
  const TruthObject sent = sent_truth(simulation, progress, live.topics);
  tell_end(progress, session);
  if (!options.truth_file.empty()) MILLRACE_TRY(write_truth(options, shop, sent, progress, session));
  if (done) return kExitOk;
  if (done.error().code != ErrorCode::kUnavailable) return std::unexpected(done.error());
  session.say("millrace: {} records were not acknowledged: {}\n",
              with_commas(progress.made - progress.sent.acknowledged_total), done.error().message);
  return kExitPartial;
}

}  // namespace millrace
