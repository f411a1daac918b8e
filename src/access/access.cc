#include "access/access.h"

#include <array>

namespace millrace {
namespace {

constexpr std::array<std::string_view, 3> kRoleNames = {"ingest", "viewer", "admin"};
constexpr std::array<std::string_view, 4> kAccessNames = {"public", "ingest", "read", "admin"};

}  // namespace

std::string_view name(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> role_named(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

bool Access::allows(std::optional<Role> role) const {
  if (kind_ == kPublic) return true;
  if (!role) return false;
  switch (*role) {
    case Role::kIngest:
      return kind_ == kIngest;
    case Role::kViewer:
      return kind_ == kRead;
    case Role::kAdmin:
      return true;
  }
  return false;
}

std::string_view name(Access access) {
  return kAccessNames[access.kind()];
}

}  // namespace millrace
