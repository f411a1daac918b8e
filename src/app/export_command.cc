#include "app/export_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "app/number_text.h"
#include "base/nearest_word.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;

// When the rows of a table happened; the first that it has.
constexpr auto kTimeColumns =
    std::to_array<std::string_view>({"event_time", "started_at", "purchased_at", "order_placed_at",
                                     "changed_at", "window_start", "window_end", "received_at"});

struct Table {
  std::string schema;
  std::string name;
  std::vector<std::string> columns;

  std::string sql() const { return fmt::format("SELECT * FROM {}.{}", sql_name(schema), sql_name(name)); }
  bool has(std::string_view column) const { return std::ranges::find(columns, column) != columns.end(); }
};

Error no_such_table(Connection& connection, const Table& table) {
  std::vector<std::string> names;
  auto rows = connection.query("SELECT DISTINCT table_name FROM duckdb_columns() WHERE schema_name = ?",
                               {table.schema});
  for (std::size_t row = 0; rows && row < rows->row_count(); ++row) names.push_back(rows->text(row, 0));
  const auto near = nearest_word(table.name, names);
  return {ErrorCode::kNotFound, fmt::format("there is no table {}.{}{}", table.schema, table.name,
                                            near ? "; did you mean " + *near + "?" : "")};
}

Result<Table> find_table(Connection& connection, const std::string& text) {
  const std::size_t dot = text.find('.');
  Table table{dot == std::string::npos ? "curated" : text.substr(0, dot),
              dot == std::string::npos ? text : text.substr(dot + 1),
              {}};
  MILLRACE_ASSIGN(QueryResult rows,
                  connection.query("SELECT column_name FROM duckdb_columns() WHERE schema_name = ? AND "
                                   "table_name = ? ORDER BY column_index",
                                   {table.schema, table.name}));
  for (std::size_t row = 0; row < rows.row_count(); ++row) table.columns.push_back(rows.text(row, 0));
  if (table.columns.empty()) return std::unexpected(no_such_table(connection, table));
  return table;
}

// The column that a contract maps to the event time, else the first that tells when.
std::string time_column(const Table& table, const ContractStore& contracts) {
  if (const Contract* contract = contracts.find(table.name); contract != nullptr) {
    const auto property = contract->property_for(CanonicalField::kEventTime);
    if (property && table.has(contract->properties[*property].column)) {
      return contract->properties[*property].column;
    }
  }
  const auto found =
      std::ranges::find_if(kTimeColumns, [&](std::string_view name) { return table.has(name); });
  return found == kTimeColumns.end() ? "" : std::string(*found);
}

// A folder that goes with its owner.
class PassingFolder {
 public:
  explicit PassingFolder(fs::path path) : path_(std::move(path)) { remove(); }
  ~PassingFolder() { remove(); }
  PassingFolder(const PassingFolder&) = delete;
  PassingFolder& operator=(const PassingFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code error;
    fs::remove_all(path_, error);
  }

  fs::path path_;
};

std::unexpected<Error> cannot_write(const fs::path& path, const std::error_code& error) {
  return fail(ErrorCode::kIo, "cannot write " + path.string() + ": " + error.message());
}

Status make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot_write(path, error);
  return {};
}

// On another file system it is copied under a hidden name first, so that what has the name is whole.
Status move_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  const PassingFolder partial(to.parent_path() / ("." + to.filename().string() + ".partial"));
  fs::copy(from, partial.path(), fs::copy_options::recursive, error);
  if (error) return cannot_write(to, error);
  fs::rename(partial.path(), to, error);
  if (error) return cannot_write(to, error);
  return {};
}

// A folder that holds nothing but what an export puts there.
bool is_export(const fs::path& target) {
  std::error_code error;
  if (!fs::is_directory(target, error)) return false;
  for (fs::directory_iterator at(target, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with("event_date=") && !name.starts_with("part-")) return false;
  }
  return !error;
}

Status check_is_free(const fs::path& target, bool overwrite) {
  std::error_code error;
  if (!fs::exists(target, error)) return {};
  const std::string path = target.lexically_normal().string();
  if (!overwrite) {
    return fail(ErrorCode::kConflict,
                path + " is there already: name another place, or replace it with --overwrite");
  }
  if (is_export(target)) return {};
  return fail(ErrorCode::kConflict,
              path + " is no earlier export, and --overwrite replaces only those: name another place");
}

Status put_in_place(const fs::path& made, const fs::path& target, bool overwrite) {
  MILLRACE_TRY(make_folder(target.parent_path()));
  MILLRACE_TRY(check_is_free(target, overwrite));
  std::error_code error;
  if (!fs::exists(target, error)) return move_folder(made, target);
  const PassingFolder old(target.parent_path() / ("." + target.filename().string() + ".old"));
  fs::rename(target, old.path(), error);
  if (error) return cannot_write(target, error);
  const Status moved = move_folder(made, target);
  if (!moved) fs::rename(old.path(), target, error);  // back again; when that fails, it goes with `old`
  return moved;
}

std::uint64_t count_files(const fs::path& folder) {
  std::uint64_t count = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    count += at->is_regular_file() ? 1u : 0u;
  }
  return count;
}

Result<ExportRequest> request_of(const ExportOptions& options, Connection& connection,
                                 const ContractStore& contracts, const Session& session) {
  ExportRequest request{.select = options.query,
                        .time_column = options.day == "none" ? "" : options.day,
                        .format = options.format,
                        .guard_csv_formulas = !options.raw_csv,
                        .timeout = options.timeout,
                        .stop = session.stop()};
  if (options.table.empty()) return request;
  MILLRACE_ASSIGN(const Table table, find_table(connection, options.table));
  request.select = table.sql();
  if (options.day.empty()) request.time_column = time_column(table, contracts);
  return request;
}

std::string name_of(const ExportOptions& options) {
  if (!options.name.empty()) return options.name;
  return options.table.empty() ? "query" : options.table;
}

}  // namespace

Result<int> export_table(const ExportOptions& options, Warehouse& warehouse, Session& session) {
  static std::atomic<int> exports = 0;
  MILLRACE_ASSIGN(Connection connection, warehouse.database().connect());
  MILLRACE_ASSIGN(const ExportRequest request,
                  request_of(options, connection, warehouse.contracts(), session));
  const fs::path target = session.folder() / options.to / name_of(options);
  MILLRACE_TRY(check_is_free(target, options.overwrite));
  const PassingFolder made(fs::path(warehouse.database().export_folder()) / std::to_string(++exports));
  MILLRACE_TRY(make_folder(made.path()));
  MILLRACE_ASSIGN(const std::uint64_t rows, export_select(connection, request, made.path().string()));
  const std::uint64_t files = count_files(made.path());
  MILLRACE_TRY(put_in_place(made.path(), target, options.overwrite));
  session.say("Wrote {} rows in {} {} to {}\n", with_commas(rows), with_commas(files),
              files == 1 ? "file" : "files", (fs::path(options.to) / name_of(options)).string());
  return kExitOk;
}

}  // namespace millrace
