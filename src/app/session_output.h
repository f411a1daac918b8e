// A session's out as the place where query results go.
#pragma once

#include "app/session.h"
#include "query/guarded_query.h"
#include "query/output.h"

namespace millrace {

class SessionOutput final : public Output {
 public:
  explicit SessionOutput(Session& session) : session_(session) {}
  Status write(std::string_view bytes) override { return session_.write(bytes); }

 private:
  Session& session_;
};

inline QueryOptions session_query_options(const Session& session, ResultFormat format) {
  QueryOptions options;
  options.format = format;
  options.stop = session.stop();
  options.width = static_cast<std::size_t>(session.out_width());
  return options;
}

}  // namespace millrace
