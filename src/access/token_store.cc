#include "access/token_store.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <span>
#include <utility>

#include "base/check.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::string_view kFileName = "tokens";
constexpr std::string_view kFirstLine = "millrace-tokens 1\n";
constexpr std::string_view kPrefix = "mr_";
constexpr std::size_t kSecretBytes = 32;

using Digest = std::array<unsigned char, 32>;

struct Token {
  TokenInfo info;
  Digest digest{};
};

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

Digest digest_of(std::string_view secret) {
  // Looked up once: that takes longer than the hash.
  static const std::unique_ptr<EVP_MD, FreeDigest> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  Digest digest;
  unsigned int size = 0;
  MILLRACE_CHECK(sha256 != nullptr);
  MILLRACE_CHECK(EVP_Digest(secret.data(), secret.size(), digest.data(), &size, sha256.get(), nullptr) == 1);
  MILLRACE_CHECK(size == digest.size());
  return digest;
}

// RFC 4648, 5, without padding.
std::string base64url(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned int bits = 0;
  int count = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 63];
  return text;
}

Result<std::string> new_secret() {
  std::array<unsigned char, kSecretBytes> bytes;
  // So few bytes come whole or not at all.
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return fail_errno("cannot get random bytes", errno);
  return std::string(kPrefix) + base64url(bytes);
}

bool is_name(std::string_view name) {
  const auto is_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kTokenNameMax && name.front() != '.' &&
         std::ranges::all_of(name, is_character);
}

std::string hex(const Digest& digest) {
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::optional<Digest> digest_from_hex(std::string_view text) {
  const auto value = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  Digest digest;
  if (text.size() != digest.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = value(text[2 * i]);
    const int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return digest;
}

// Cuts off what stands before the next blank.
std::string_view next_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

// NAME ROLE CREATED SHA-256
std::optional<Token> parse_token(std::string_view line) {
  const std::string_view name = next_word(line);
  const auto role = role_named(next_word(line));
  const auto created = parse_timestamp(next_word(line));
  const auto digest = digest_from_hex(line);
  if (!is_name(name) || !role || !created || !digest) return std::nullopt;
  return Token{{std::string(name), *role, *created}, *digest};
}

Result<std::vector<Token>> parse_tokens(std::string_view text, const std::string& path) {
  std::vector<Token> tokens;
  if (!text.starts_with(kFirstLine))
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}, line 1: this is no file of tokens that is known here", path));
  text.remove_prefix(kFirstLine.size());
  for (int line = 2; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    auto token = parse_token(text.substr(0, end));
    if (!token || end == std::string_view::npos)
      return fail(ErrorCode::kCorrupt, fmt::format("{}, line {}: this is no token; take the line out, or put "
                                                   "back a copy of the file",
                                                   path, line));
    tokens.push_back(std::move(*token));
    text.remove_prefix(end + 1);
  }
  std::ranges::sort(tokens, {}, [](const Token& each) { return each.info.name; });
  return tokens;
}

std::string format_tokens(const std::vector<Token>& tokens) {
  std::string text(kFirstLine);
  for (const Token& token : tokens) {
    text += fmt::format("{} {} {} {}\n", token.info.name, name(token.info.role),
                        format_timestamp(token.info.created), hex(token.digest));
  }
  return text;
}

auto find_named(auto& tokens, std::string_view name) {
  return std::ranges::find(tokens, name,
                           [](const Token& token) -> std::string_view { return token.info.name; });
}

}  // namespace

class TokenStore::Impl {
 public:
  Impl(FileSystem& files, const Clock& clock, std::string folder, std::vector<Token> tokens)
      : files_(files), clock_(clock), folder_(std::move(folder)), tokens_(std::move(tokens)) {}

  Result<std::string> create(std::string_view name, Role role) {
    if (!is_name(name)) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("'{}' cannot be the name of a token: 1 to {} of a-z 0-9 _ . -, no dot at its start",
                      name, kTokenNameMax));
    }
    const std::lock_guard changing(change_mutex_);
    std::vector<Token> changed = copy();
    if (find_named(changed, name) != changed.end())
      return fail(ErrorCode::kConflict,
                  fmt::format("there is a token {} already: revoke it, or choose another name", name));
    if (changed.size() == kTokensMax)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("there are {} tokens already, and no more are kept", kTokensMax));
    MILLRACE_ASSIGN(std::string secret, new_secret());
    changed.push_back({{std::string(name), role, clock_.now()}, digest_of(secret)});
    std::ranges::sort(changed, {}, [](const Token& each) { return each.info.name; });
    MILLRACE_TRY(store(std::move(changed)));
    return secret;
  }

  Status revoke(std::string_view name) {
    const std::lock_guard changing(change_mutex_);
    std::vector<Token> changed = copy();
    const auto found = find_named(changed, name);
    if (found == changed.end()) return fail(ErrorCode::kNotFound, fmt::format("there is no token {}", name));
    changed.erase(found);
    return store(std::move(changed));
  }

  std::vector<TokenInfo> list() const {
    std::vector<TokenInfo> infos;
    for (const Token& token : copy()) infos.push_back(token.info);
    return infos;
  }

  bool empty() const {
    const std::lock_guard lock(mutex_);
    return tokens_.empty();
  }

  // Looks at all tokens, and at all bytes of each, so that time tells nothing of them.
  std::optional<Identity> find(std::string_view secret) const {
    const Digest digest = digest_of(secret);
    const std::lock_guard lock(mutex_);
    const Token* found = nullptr;
    for (const Token& token : tokens_) {
      const bool equal = CRYPTO_memcmp(token.digest.data(), digest.data(), digest.size()) == 0;
      found = equal ? &token : found;
    }
    if (found == nullptr) return std::nullopt;
    return Identity{found->info.name, found->info.role};
  }

 private:
  std::vector<Token> copy() const {
    const std::lock_guard lock(mutex_);
    return tokens_;
  }

  // On disk first: what is known to nobody after a restart must not work before it.
  Status store(std::vector<Token> tokens) {
    MILLRACE_TRY(files_.make_folder(folder_));
    MILLRACE_TRY(files_.sync_folder(std::filesystem::path(folder_).parent_path().string()));
    MILLRACE_TRY(files_.replace_file(folder_, std::string(kFileName), format_tokens(tokens)));
    const std::lock_guard lock(mutex_);
    tokens_ = std::move(tokens);
    return {};
  }

  FileSystem& files_;
  const Clock& clock_;
  const std::string folder_;
  std::mutex change_mutex_;  // held while a change is stored; taken before the other
  mutable std::mutex mutex_;
  std::vector<Token> tokens_;  // by name
};

TokenStore::TokenStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TokenStore::~TokenStore() = default;

Result<std::unique_ptr<TokenStore>> TokenStore::open(FileSystem& files, const Clock& clock,
                                                     std::string folder) {
  const std::string path = (std::filesystem::path(folder) / kFileName).string();
  std::vector<Token> tokens;
  const auto text = files.read_file(path, kTokenFileMax);
  if (text.has_value()) {
    MILLRACE_ASSIGN(tokens, parse_tokens(*text, path));
  } else if (text.error().code != ErrorCode::kNotFound) {
    return std::unexpected(text.error());
  }
  return std::unique_ptr<TokenStore>(
      new TokenStore(std::make_unique<Impl>(files, clock, std::move(folder), std::move(tokens))));
}

Result<std::string> TokenStore::create(std::string_view name, Role role) {
  return impl_->create(name, role);
}

Status TokenStore::revoke(std::string_view name) {
  return impl_->revoke(name);
}

std::vector<TokenInfo> TokenStore::tokens() const {
  return impl_->list();
}

bool TokenStore::empty() const {
  return impl_->empty();
}

std::optional<Identity> TokenStore::find(std::string_view secret) const {
  return impl_->find(secret);
}

}  // namespace millrace
