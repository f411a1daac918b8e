#include "access/access.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Access, EachRoleMayWhatItIsForAndAdminsMayAll) {
  const auto allowed = [](Access access) {
    std::string roles;
    if (access.allows(std::nullopt)) roles += "nobody ";
    for (const Role role : {Role::kIngest, Role::kViewer, Role::kAdmin}) {
      if (access.allows(role)) roles += std::string(name(role)) + " ";
    }
    return roles;
  };
  EXPECT_EQ(allowed(Access::kPublic), "nobody ingest viewer admin ");
  EXPECT_EQ(allowed(Access::kIngest), "ingest admin ");
  EXPECT_EQ(allowed(Access::kRead), "viewer admin ");
  EXPECT_EQ(allowed(Access::kAdmin), "admin ");
}

TEST(Access, RolesAreReadAsTheyAreWritten) {
  for (const Role role : {Role::kIngest, Role::kViewer, Role::kAdmin})
    EXPECT_EQ(role_named(name(role)), role);
  EXPECT_FALSE(role_named("owner").has_value());
  EXPECT_FALSE(role_named("").has_value());
}

}  // namespace
}  // namespace millrace
