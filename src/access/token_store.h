// The tokens of a data folder. A token is shown once, when it is made; kept is its SHA-256 alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/time.h"

namespace millrace {

struct TokenInfo {
  std::string name;
  Role role = Role::kIngest;
  Timestamp created;
};

struct Identity {
  std::string name;  // of the token
  Role role = Role::kIngest;
};

// Thread-safe. Without any token everybody is let in: fit for loopback only.
class TokenStore {
 public:
  // Reads `folder`/tokens, or starts with none; kCorrupt names the line.
  static Result<std::unique_ptr<TokenStore>> open(FileSystem& files, const Clock& clock, std::string folder);
  ~TokenStore();

  // The secret, `mr_` and 43 characters. kConflict for a name that is there.
  Result<std::string> create(std::string_view name, Role role);
  Status revoke(std::string_view name);   // kNotFound
  std::vector<TokenInfo> tokens() const;  // by name
  bool empty() const;

  // Takes as long whatever the secret is.
  std::optional<Identity> find(std::string_view secret) const;

 private:
  class Impl;
  explicit TokenStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace
