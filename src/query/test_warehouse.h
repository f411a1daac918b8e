// For tests: an empty warehouse in memory with the real tables.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "query/guarded_query.h"
#include "query/output.h"
#include "warehouse/database.h"
#include "warehouse/schema.h"

namespace millrace {

struct TestWarehouse {
  TestWarehouse() {
    const Status prepared = prepare_schema(connection);
    EXPECT_TRUE(prepared.has_value()) << prepared.error().message;
  }

  void write(std::string_view sql) {
    const Status written = connection.execute(sql);
    ASSERT_TRUE(written.has_value()) << written.error().message;
  }

  // The whole answer, or "error: …".
  std::string ask(std::string_view sql, ResultFormat format = ResultFormat::kNdjson) {
    QueryOptions options;
    options.format = format;
    return ask(sql, options);
  }

  std::string ask(std::string_view sql, const QueryOptions& options) {
    BoundedText output(64 << 20);
    const Status status = run_query(connection, sql, options, output);
    return status.has_value() ? output.text() : "error: " + status.error().message;
  }

  Database database = Database::open(":memory:", {}).value();
  Connection connection = database.connect().value();
};

}  // namespace millrace
