// topics and publish: what works on the topic log.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>

#include "app/command_words.h"
#include "app/number_text.h"
#include "base/limits.h"

namespace millrace {
namespace {

struct TopicWords {
  TopicsOptions options;
  std::string output;
  std::string retention = "7d";
  std::string retention_bytes = "0";
  std::string compression = "none";
  std::string from = "earliest";
  std::string confirm;
};

void add_topic(CLI::App& command, std::string& topic) {
  command.add_option("TOPIC", topic, "Its name")->required();
}

void add_create(CLI::App& command, TopicWords& words) {
  command.footer(
      "\nA topic that is published to and not there is made as well, with these defaults.\n\n"
      "  millrace topics create orders --partitions 8 --retention 30d --compression zstd\n");
  add_topic(command, words.options.topic);
  command.add_option("--partitions", words.options.settings.partitions, "How many; they never change")
      ->check(CLI::Range(1u, kTopicPartitionsMax))
      ->capture_default_str();
  command
      .add_option("--retention", words.retention, "How long records are kept, such as 12h or 7d; 0: for ever")
      ->capture_default_str();
  command
      .add_option("--retention-bytes", words.retention_bytes,
                  "How much each partition keeps, such as 10GB; 0: any")
      ->capture_default_str();
  command.add_option("--compression", words.compression, "Of what is stored: none, zstd")
      ->capture_default_str();
}

void add_read(CLI::App& command, TopicWords& words) {
  command.footer(
      "\nPartitions come one after the other, each in the order of its offsets; with --follow, as records "
      "arrive.\nA key or payload that is no UTF-8 text stands in base64, as key_base64 or "
      "payload_base64.\n\n"
      "  millrace topics read visits --limit 10\n"
      "  millrace topics read visits --output raw | millrace load -\n"
      "  millrace topics read visits --partition 0 --from 2024-07-01T09:00:00Z --follow\n");
  add_topic(command, words.options.topic);
  command.add_option("--partition", words.options.partition, "Only this one; else all");
  command
      .add_option("--from", words.from, "earliest, latest, an offset, or a time of arrival (ISO 8601, UTC)")
      ->capture_default_str();
  command.add_option("--limit", words.options.limit, "At most so many records");
  command.add_flag("--follow", words.options.follow, "Go on with what arrives, until stopped");
  add_output(command, words.output, "ndjson, or raw for a line with each payload");
}

Result<TopicSettings> settings_of(const TopicWords& words) {
  TopicSettings settings = words.options.settings;
  const auto seconds = words.retention == "0" ? 0 : parse_duration(words.retention);
  if (!seconds) {
    return fail(ErrorCode::kInvalidArgument,
                "--retention " + words.retention + ": expected a time such as 30m, 12h, 7d or 2w, or 0");
  }
  const auto bytes = parse_size(words.retention_bytes);
  if (!bytes) {
    return fail(ErrorCode::kInvalidArgument,
                "--retention-bytes " + words.retention_bytes + ": expected a size such as 500MB or 10GB");
  }
  if (words.compression != "none" && words.compression != "zstd") {
    return fail(ErrorCode::kInvalidArgument,
                "--compression " + words.compression + ": expected none or zstd");
  }
  settings.retention_seconds = *seconds;
  settings.retention_bytes = *bytes;
  settings.compression = words.compression == "zstd" ? LogCompression::kZstd : LogCompression::kNone;
  return settings;
}

Result<TopicStart> start_named(const std::string& from) {
  if (from == "earliest") return TopicEnd::kEarliest;
  if (from == "latest") return TopicEnd::kLatest;
  std::int64_t offset = 0;
  const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), offset);
  if (error == std::errc() && end == from.data() + from.size() && offset >= 0) return Offset{offset};
  if (const auto time = parse_timestamp(from)) return *time;
  return fail(ErrorCode::kInvalidArgument, "--from " + from +
                                               ": expected earliest, latest, an offset, or a time such as "
                                               "2024-07-01T09:00:00Z");
}

Result<Command> finish_topics(TopicWords& words) {
  using Action = TopicsOptions::Action;
  TopicsOptions& options = words.options;
  switch (options.action) {
    case Action::kCreate: {
      MILLRACE_ASSIGN(options.settings, settings_of(words));
      break;
    }
    case Action::kList:
    case Action::kShow: {
      MILLRACE_ASSIGN(options.json, is_json(words.output));
      break;
    }
    case Action::kRead: {
      MILLRACE_ASSIGN(options.from, start_named(words.from));
      if (words.output != "ndjson" && words.output != "raw") {
        return fail(ErrorCode::kInvalidArgument, "--output " + words.output + ": expected ndjson or raw");
      }
      options.raw = words.output == "raw";
      break;
    }
    case Action::kDelete:
      if (!words.confirm.empty() && words.confirm != "DELETE") {
        return fail(ErrorCode::kInvalidArgument, "--confirm " + words.confirm + ": expected DELETE");
      }
      options.confirmed = !words.confirm.empty();
      break;
  }
  if (options.action != Action::kList) MILLRACE_TRY(check_topic_name(options.topic));
  return options;
}

void add_topics(CLI::App& app, CommandTable& commands) {
  using Action = TopicsOptions::Action;
  const auto words = std::make_shared<TopicWords>();
  CLI::App& command = *app.add_subcommand("topics", "What arrives by a door or is published, kept durably");
  command.require_subcommand(1);
  const auto add = [&](const std::string& name, Action action, const std::string& about) -> CLI::App& {
    CLI::App& sub = *command.add_subcommand(name, about);
    // Before the words are read, so that each has a default of its own.
    sub.preparse_callback([words, action](std::size_t) {
      words->options.action = action;
      words->output = action == Action::kRead ? "ndjson" : "table";
    });
    return sub;
  };
  add_create(add("create", Action::kCreate, "A new topic"), *words);
  CLI::App& list = add("list", Action::kList, "All topics: records, size, oldest and newest arrival");
  list.add_option("--output", words->output, "How the answer is written: table, json")->default_str("table");
  CLI::App& show = add("show", Action::kShow, "One topic, by partition");
  add_topic(show, words->options.topic);
  show.add_option("--output", words->output, "How the answer is written: table, json")->default_str("table");
  add_read(add("read", Action::kRead, "The records of a topic, as lines"), *words);
  CLI::App& removal = add("delete", Action::kDelete, "A topic with all its records");
  removal.footer("\nTells what it would delete, and deletes it only with --confirm DELETE.\n");
  add_topic(removal, words->options.topic);
  removal.add_option("--confirm", words->confirm, "DELETE: do it; there is no way back");
  commands["topics"] = [words] { return finish_topics(*words); };
}

Status read_attributes(const std::vector<std::string>& words, PublishOptions& options) {
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(ErrorCode::kInvalidArgument, "--attribute " + word + ": expected name=value");
    }
    options.attributes.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return {};
}

void add_publish(CLI::App& app, CommandTable& commands) {
  struct Words {
    PublishOptions options;
    std::vector<std::string> attributes;
    std::string output = "table";
  };
  const auto words = std::make_shared<Words>();
  PublishOptions& options = words->options;
  CLI::App& command = *app.add_subcommand("publish", "Records into a topic, durable when they are counted");
  command.footer(
      "\nEach line is a record; blank lines are none. The file is plain, gzip or zstd. Records of one key "
      "stay "
      "in\norder. Exit code 4: some lines are too long and were not published.\n\n"
      "  millrace publish visits visits.jsonl\n"
      "  millrace simulate --visits 1000 | millrace publish visits --key-field user_id\n"
      "  millrace publish images --whole --key P-1 --attribute type=image/png photo.png\n");
  command.add_option("TOPIC", options.topic, "Made if needed")->required();
  command.add_option("FILE", options.file, "File; - for standard input")->capture_default_str();
  command.add_flag("--whole", options.whole, "The file as it is, as one record");
  CLI::Option* key = command.add_option("--key", options.key, "Key of all records");
  command.add_option("--key-field", options.key_field, "Member of each line, as JSON, that is its key")
      ->excludes(key);
  command.add_option("--attribute", words->attributes, "name=value, kept with each record; can be repeated")
      ->allow_extra_args(false);
  add_output(command, words->output, "table, json");
  commands["publish"] = [words]() -> Result<Command> {
    MILLRACE_TRY(check_topic_name(words->options.topic));
    MILLRACE_TRY(read_attributes(words->attributes, words->options));
    MILLRACE_TRY(check_record({words->options.key, "", {}}));
    if (words->options.whole && !words->options.key_field.empty()) {
      return fail(ErrorCode::kInvalidArgument, "--key-field is of lines, and --whole has none; take --key");
    }
    MILLRACE_ASSIGN(words->options.json, is_json(words->output));
    return words->options;
  };
}

}  // namespace

void add_topic_commands(CLI::App& app, CommandTable& commands) {
  add_topics(app, commands);
  add_publish(app, commands);
}

}  // namespace millrace
