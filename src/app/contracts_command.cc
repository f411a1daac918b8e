#include "app/contracts_command.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "app/contract_trial.h"
#include "app/record_reader.h"
#include "app/terminal_text.h"
#include "base/json_string.h"
#include "base/limits.h"
#include "base/nearest_word.h"
#include "event/builtin_contracts.h"
#include "event/contract_diff.h"
#include "event/contract_file.h"
#include "event/contract_match.h"
#include "event/json_text.h"

namespace millrace {
namespace {

constexpr std::size_t kWriteSize = 64 << 10;

std::string_view plural(std::size_t count) {
  return count == 1 ? "" : "s";
}

// One text per element, as a JSON array.
std::string json_array(const std::vector<std::string>& elements) {
  return fmt::format("[{}]", fmt::join(elements, ","));
}

Result<std::string> read_bounded(ByteStream& stream) {
  std::string text(kContractSizeMax + 1, '\0');
  MILLRACE_ASSIGN(const std::size_t size, stream.read(text));
  text.resize(size);
  return text;
}

Result<std::unique_ptr<ByteStream>> open_file(const std::string& file, Session& session) {
  if (file == "-") {
    FileDescriptor fd(::dup(session.in()));
    if (!fd.is_open()) return fail_errno("cannot read standard input", errno);
    return open_byte_stream(std::move(fd), session.stop());
  }
  MILLRACE_ASSIGN(FileDescriptor fd, open_for_reading((session.folder() / file).string()));
  return open_byte_stream(std::move(fd), session.stop());
}

const Contract* builtin_named(const std::string& name) {
  const auto& all = builtin_contracts();
  const auto found = std::ranges::find(all, name, &Contract::name);
  return found == all.end() ? nullptr : &*found;
}

// Where a person names a contract: a built-in one by its name, else a file.
struct NamedContract {
  std::string where;  // for messages
  ParsedContract parsed;
};

Result<NamedContract> find_contract(const std::string& name, Session& session) {
  if (const Contract* builtin = builtin_named(name)) return NamedContract{name, {*builtin, {}}};
  std::error_code error;
  if (name != "-" && !std::filesystem::exists(session.folder() / name, error)) {
    std::vector<std::string> names;
    for (const Contract& contract : builtin_contracts()) names.push_back(contract.name);
    const auto near = nearest_word(name, names);
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no contract and no file {}{}; see millrace contracts list", name,
                            near ? "; did you mean " + *near + "?" : ""));
  }
  MILLRACE_ASSIGN(const auto stream, open_file(name, session));
  auto text = read_bounded(*stream);
  if (!text) return std::unexpected(text.error().in(name));
  return NamedContract{name, parse_contract(*text)};
}

// Tells the errors of a contract that is to be used; whether there are any.
bool tell_errors(const NamedContract& named, Session& session) {
  for (const ContractFinding& finding : named.parsed.findings) {
    if (finding.is_error) session.say("{}\n", terminal_text(finding.text(named.where)));
  }
  return named.parsed.has_errors();
}

// ---- list, show ----

std::string format_text(const Contract& contract) {
  return contract.format == RecordFormat::kCsv ? "csv" : "json_lines";
}

Status list(bool json, Session& session) {
  std::vector<std::string> lines;
  std::string table =
      fmt::format("{:<18}{:<10}{:<18}{:<12}{}\n", "name", "version", "shape", "format", "what it is of");
  for (const Contract& contract : builtin_contracts()) {
    lines.push_back(fmt::format(R"({{"name":{},"version":{},"shape":{},"format":{},"description":{}}})",
                                json_quoted(contract.name), json_quoted(contract.version),
                                json_quoted(name(contract.shape)), json_quoted(format_text(contract)),
                                json_quoted(contract.description)));
    table += fmt::format("{:<18}{:<10}{:<18}{:<12}{}\n", contract.name, contract.version,
                         name(contract.shape), format_text(contract), contract.description);
  }
  return session.write(json ? json_array(lines) + "\n" : table);
}

Result<int> show(const std::string& name, Session& session) {
  MILLRACE_ASSIGN(const NamedContract named, find_contract(name, session));
  if (tell_errors(named, session)) return kExitChecksFailed;
  MILLRACE_TRY(session.write(named.parsed.contract.text));
  return kExitOk;
}

// ---- lint ----

std::string finding_json(const std::string& file, const ContractFinding& finding) {
  return fmt::format(R"({{"file":{},"line":{},"column":{},"severity":"{}","message":{},"remedy":{}}})",
                     json_quoted(file), finding.line, finding.column, finding.is_error ? "error" : "warning",
                     json_quoted(finding.message), json_quoted(finding.remedy));
}

Result<int> lint(const ContractsOptions& options, Session& session) {
  std::vector<std::string> found;
  std::size_t errors = 0;
  for (const std::string& name : options.contracts) {
    MILLRACE_ASSIGN(const NamedContract named, find_contract(name, session));
    for (const ContractFinding& finding : named.parsed.findings) {
      errors += finding.is_error ? 1 : 0;
      found.push_back(options.json ? finding_json(name, finding) : terminal_text(finding.text(name)) + "\n");
    }
  }
  MILLRACE_TRY(
      session.write(options.json ? json_array(found) + "\n" : fmt::format("{}", fmt::join(found, ""))));
  const std::size_t files = options.contracts.size();
  const std::size_t warnings = found.size() - errors;
  session.say("{} contract{}: {} error{}, {} warning{}\n", files, plural(files), errors, plural(errors),
              warnings, plural(warnings));
  return errors > 0 ? kExitChecksFailed : kExitOk;
}

// ---- diff ----

std::string diff_json(const ContractDiff& diff) {
  std::vector<std::string> changes;
  for (const ContractChange& change : diff.changes) {
    changes.push_back(fmt::format(R"({{"kind":"{}","what":{},"why":{}}})", name(change.kind),
                                  json_quoted(change.what), json_quoted(change.why)));
  }
  return fmt::format(R"({{"breaking":{},"changes":{},"version_fault":{}}})", diff.is_breaking(),
                     json_array(changes),
                     diff.version_fault.empty() ? "null" : json_quoted(diff.version_fault)) +
         "\n";
}

std::string diff_text(const ContractDiff& diff) {
  if (diff.changes.empty()) return "both mean the same\n";
  std::string text;
  for (const ContractChange& change : diff.changes) {
    text += terminal_text(fmt::format("{:<12}{}: {}\n", name(change.kind), change.what, change.why));
  }
  return text;
}

Result<int> diff(const ContractsOptions& options, Session& session) {
  MILLRACE_ASSIGN(const NamedContract before, find_contract(options.contracts.at(0), session));
  MILLRACE_ASSIGN(const NamedContract after, find_contract(options.contracts.at(1), session));
  const bool has_errors = tell_errors(before, session);
  if (tell_errors(after, session) || has_errors) return kExitChecksFailed;
  const ContractDiff found = diff_contracts(before.parsed.contract, after.parsed.contract);
  MILLRACE_TRY(session.write(options.json ? diff_json(found) : diff_text(found)));
  if (found.version_fault.empty()) return kExitOk;
  session.say("{}\n", terminal_text(found.version_fault));
  return kExitChecksFailed;
}

// ---- test ----

std::string outcome_text(const TrialOutcome& outcome) {
  if (outcome.is_refused) {
    return fmt::format("{:>8}  refused: {}: {}\n", outcome.line, outcome.becomes, outcome.message);
  }
  std::string text = fmt::format("{:>8}  {:<17}{:<22}", outcome.line, outcome.becomes, outcome.time);
  for (const auto& [column, value] : outcome.values)
    text += fmt::format(" {}={}", column, quoted_excerpt(value));
  return text + "\n";
}

std::string outcome_json(const TrialOutcome& outcome) {
  if (outcome.is_refused) {
    return fmt::format(R"({{"line":{},"refused":{},"message":{}}})", outcome.line,
                       json_quoted(outcome.becomes), json_quoted(outcome.message));
  }
  std::string values;
  for (const auto& [column, value] : outcome.values) {
    values += fmt::format("{}{}:{}", values.empty() ? "" : ",", json_quoted(column), json_quoted(value));
  }
  return fmt::format(R"({{"line":{},"becomes":{},"event_time":{},"values":{{{}}}}})", outcome.line,
                     json_quoted(outcome.becomes), outcome.time.empty() ? "null" : json_quoted(outcome.time),
                     values);
}

std::string counts_json(const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts)
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", json_quoted(name), count);
  return "{" + text + "}";
}

std::string summary_text(const TrialSummary& summary) {
  std::string text = fmt::format("\n{} record{}, {} refused\n", summary.records, plural(summary.records),
                                 summary.refused_records);
  for (const auto& [name, count] : summary.accepted) text += fmt::format("{:>12}  {}\n", count, name);
  for (const auto& [reason, count] : summary.refused)
    text += fmt::format("{:>12}  refused: {}\n", count, reason);
  return text;
}

// The contract that the options name, or the one that the file's names tell.
Result<NamedContract> contract_for(const ContractsOptions& options, std::string_view head, Session& session) {
  if (!options.contract.empty()) return find_contract(options.contract, session);
  std::vector<const Contract*> all;
  for (const Contract& contract : builtin_contracts()) all.push_back(&contract);
  const ContractMatch match = match_contract(head, all);
  if (match.best.size() == 1) return NamedContract{match.best[0]->name, {*match.best[0], {}}};
  if (match.best.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} follows no built-in contract: {}; name yours with --contract", options.file,
                            terminal_text(match.nearest)));
  }
  std::vector<std::string> names;
  for (const Contract* contract : match.best) names.push_back(contract->name);
  return fail(ErrorCode::kInvalidArgument, fmt::format("{} could be {}; say which with --contract",
                                                       options.file, fmt::join(names, " or ")));
}

class FileTest {
 public:
  FileTest(const ContractsOptions& options, const Contract& contract, Timestamp now, Session& session)
      : options_(options),
        contract_(contract),
        session_(session),
        trial_(ContractTrial::make(contract, now)) {}

  Result<int> run(RecordReader& reader) {
    text_ = options_.json ? fmt::format(R"({{"contract":{},"version":{},"records":[)",
                                        json_quoted(contract_.name), json_quoted(contract_.version))
                          : fmt::format("by the contract {} {}\n\n", contract_.name, contract_.version);
    for (;;) {
      auto record = reader.next(contract_);
      if (!record) return std::unexpected(record.error().in(options_.file));
      if (!*record) break;
      if (session_.stop().stop_requested()) return fail(ErrorCode::kCancelled, "stopped");
      for (const TrialOutcome& outcome : trial_->take(**record)) MILLRACE_TRY(show(outcome));
    }
    const TrialSummary& summary = trial_->summary();
    text_ += options_.json ? fmt::format(
                                 "],\"summary\":{{\"records\":{},\"refused_records\":{},\"accepted\":{},"
                                 "\"refused\":{}}}}}\n",
                                 summary.records, summary.refused_records, counts_json(summary.accepted),
                                 counts_json(summary.refused))
                           : more() + summary_text(summary);
    MILLRACE_TRY(session_.write(text_));
    return summary.refused.empty() ? kExitOk : kExitChecksFailed;
  }

 private:
  Status show(const TrialOutcome& outcome) {
    if (shown_++ >= options_.limit) return {};
    if (options_.json && shown_ > 1) text_ += ',';
    text_ += options_.json ? outcome_json(outcome) : terminal_text(outcome_text(outcome));
    if (text_.size() < kWriteSize) return {};
    const Status written = session_.write(text_);
    text_.clear();
    return written;
  }

  std::string more() const {
    if (shown_ <= options_.limit) return {};
    return fmt::format("          … and {} more; --limit shows them\n", shown_ - options_.limit);
  }

  const ContractsOptions& options_;
  const Contract& contract_;
  Session& session_;
  std::unique_ptr<ContractTrial> trial_;
  std::string text_;
  std::size_t shown_ = 0;
};

Result<int> test(const ContractsOptions& options, const Clock& clock, Session& session) {
  MILLRACE_ASSIGN(auto stream, open_file(options.file, session));
  RecordReader reader(std::move(stream));
  const auto head = reader.head();
  if (!head) return std::unexpected(head.error().in(options.file));
  MILLRACE_ASSIGN(const NamedContract named, contract_for(options, *head, session));
  if (tell_errors(named, session)) return kExitChecksFailed;
  return FileTest(options, named.parsed.contract, clock.now(), session).run(reader);
}

}  // namespace

Result<int> contracts(const ContractsOptions& options, const Clock& clock, Session& session) {
  switch (options.action) {
    case ContractsOptions::Action::kList:
      MILLRACE_TRY(list(options.json, session));
      return kExitOk;
    case ContractsOptions::Action::kShow:
      return show(options.contracts.at(0), session);
    case ContractsOptions::Action::kLint:
      return lint(options, session);
    case ContractsOptions::Action::kDiff:
      return diff(options, session);
    case ContractsOptions::Action::kTest:
      return test(options, clock, session);
  }
  return kExitOk;
}

}  // namespace millrace
