// Who may do what. A token has one role; a route asks for one kind of access.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

enum class Role : std::uint8_t {
  kIngest,  // sends events, and reads nothing: safe to stand in a shop's page
  kViewer,  // reads pages, numbers and SQL
  kAdmin,   // everything
};

std::string_view name(Role role);
std::optional<Role> role_named(std::string_view name);

// What a route is for. Has no default on purpose: who adds a route decides.
class Access {
 public:
  enum Kind : std::uint8_t { kPublic, kIngest, kRead, kAdmin };

  Access(Kind kind) : kind_(kind) {}  // NOLINT: a kind is an access
  Kind kind() const { return kind_; }
  bool allows(std::optional<Role> role) const;

 private:
  Kind kind_;
};

std::string_view name(Access access);

}  // namespace millrace
