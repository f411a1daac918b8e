#include "query/health.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/json_string.h"
#include "query/guarded_query.h"
#include "query/health_sql.h"
#include "query/output.h"
#include "warehouse/database.h"

namespace millrace {
namespace {

constexpr std::size_t kAnswerMax = 16 << 20;

// Part of the tag: a page written for another shape of the answer must not be told that nothing changed.
constexpr std::string_view kAnswerVersion = "health-1";

struct NamedQuery {
  std::string_view name;
  std::string sql;
};

struct Question {
  std::string count_sql;
  std::vector<NamedQuery> lists;
};

Question question_of(const HealthRequest& request) {
  switch (request.about) {
    case HealthRequest::About::kRefusals:
      return {dead_letter_count_sql(request),
              {{"reasons", reasons_sql(request)},
               {"contracts", refusing_contracts_sql(request)},
               {"files", refused_files_sql(request)}}};
    case HealthRequest::About::kDeadLetters:
      return {dead_letter_count_sql(request), {{"dead_letters", dead_letters_sql(request)}}};
    case HealthRequest::About::kLoads:
      break;
  }
  return {load_count_sql(request), {{"loads", loads_sql(request)}, {"contracts", load_sums_sql(request)}}};
}

// One row whose columns are the members of the answer.
std::string statement_of(const Question& question) {
  std::string sql = fmt::format("SELECT ({}) AS total", question.count_sql);
  for (const NamedQuery& list : question.lists) {
    sql += fmt::format(",\n(SELECT coalesce(list(each), []) FROM ({}) each) AS {}", list.sql, list.name);
  }
  return sql;
}

std::string sql_member(const Question& question) {
  std::string members;
  for (const NamedQuery& list : question.lists) {
    members +=
        fmt::format("{}{}:{}", members.empty() ? "" : ",", json_quoted(list.name), json_quoted(list.sql));
  }
  return fmt::format(R"(,"sql":{{{}}}}})", members);
}

// Unlike any other request's, whatever the values are: lengths stand before texts.
std::string fingerprint(const HealthRequest& request) {
  std::string text = fmt::format("{};{};{};", static_cast<int>(request.about), request.offset, request.limit);
  for (const auto& value : {request.filter.reason, request.filter.contract, request.filter.file}) {
    text += value ? fmt::format("{}:{};", value->size(), *value) : "-;";
  }
  return text;
}

}  // namespace

Result<std::string> load_health(Connection& connection, const HealthRequest& request,
                                const HealthBounds& bounds) {
  const Question question = question_of(request);
  QueryOptions options;
  options.format = ResultFormat::kNdjson;
  options.timeout = bounds.timeout;
  options.stop = bounds.stop;
  BoundedText answer(kAnswerMax);
  MILLRACE_TRY(run_query(connection, statement_of(question), options, answer));
  std::string json = answer.take();
  json.resize(json.rfind('}'));  // more members follow
  return json + sql_member(question);
}

Result<std::string> health_etag(Connection& connection, const HealthRequest& request) {
  MILLRACE_ASSIGN(
      QueryResult row,
      connection.query(
          "SELECT concat_ws(';', (SELECT concat_ws(';', max(epoch), sum(position), count(*)) FROM "
          "raw.progress), (SELECT concat_ws(';', count(*), max(finished_at), bit_xor(hash(load_id, "
          "state))) FROM raw.load_files), (SELECT concat_ws(';', count(*), max(replayed_at), "
          "count(*) FILTER (WHERE status = 'open')) FROM raw.dead_letters))"));
  return fmt::format("\"{:016x}\"",
                     hash64(fmt::format("{};{};", kAnswerVersion, row.text(0, 0)) + fingerprint(request)));
}

Result<std::string> dead_letter_payload(Connection& connection, std::uint64_t id) {
  MILLRACE_ASSIGN(
      QueryResult rows,
      connection.query("SELECT payload FROM raw.dead_letters WHERE dead_letter_id = ? LIMIT 1", {id}));
  if (rows.row_count() == 0) return fail(ErrorCode::kNotFound, fmt::format("there is no dead letter {}", id));
  return rows.blob(0, 0);
}

}  // namespace millrace
