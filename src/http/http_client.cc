#include "http/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/check.h"
#include "base/limits.h"
#include "http/gzip.h"

namespace millrace {
namespace {

void start_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { MILLRACE_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

std::size_t keep_body(char* bytes, std::size_t, std::size_t size, void* into) {
  std::string& body = *static_cast<std::string*>(into);
  body.append(bytes, std::min(size, kSendAnswerMax - body.size()));
  return size;
}

// The body is read once: so libcurl cannot send it a second time by itself, as it does when a connection that
// it kept open dies under a request, and whoever asks learns that the outcome is not known.
std::size_t read_body(char* into, std::size_t, std::size_t size, void* from) {
  std::string_view& rest = *static_cast<std::string_view*>(from);
  const std::size_t taken = rest.copy(into, size);
  rest.remove_prefix(taken);
  return taken;
}

int stop_if_asked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

class Headers {
 public:
  ~Headers() { curl_slist_free_all(list_); }
  Headers() = default;
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;

  void add(const std::string& line) {
    curl_slist* const longer = curl_slist_append(list_, line.c_str());
    MILLRACE_CHECK(longer != nullptr);
    list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

ErrorCode code_of(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorCode::kInvalidArgument;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
      return ErrorCode::kNotFound;
    case CURLE_ABORTED_BY_CALLBACK:
      return ErrorCode::kCancelled;
    default:
      return ErrorCode::kUnavailable;
  }
}

}  // namespace

class HttpClient::Handle {
 public:
  Handle() {
    start_curl_once();
    curl_ = curl_easy_init();
    MILLRACE_CHECK(curl_ != nullptr);
  }
  ~Handle() { curl_easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // Values of the types that the option takes: libcurl's function is variadic.
  template <typename Value>
  void set(CURLoption option, Value value) {
    MILLRACE_CHECK(curl_easy_setopt(curl_, option, value) == CURLE_OK);
  }

  void set_options(const HttpClientOptions& options) {
    set(CURLOPT_NOSIGNAL, 1L);  // several threads
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.request_timeout.count()));
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_WRITEFUNCTION, keep_body);
    set(CURLOPT_READFUNCTION, read_body);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, stop_if_asked);
  }

  Result<HttpAnswer> perform(const std::string& url) {
    HttpAnswer answer;
    set(CURLOPT_WRITEDATA, &answer.body);
    error_[0] = 0;
    if (const CURLcode code = curl_easy_perform(curl_); code != CURLE_OK) {
      return fail(code_of(code), url + ": " + (error_[0] != 0 ? error_ : curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    curl_off_t seconds = 0;
    curl_easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > 0) answer.retry_after = std::chrono::seconds(seconds);
    return answer;
  }

 private:
  CURL* curl_;
  char error_[CURL_ERROR_SIZE] = {};
};

HttpClient::HttpClient(HttpClientOptions options)
    : options_(std::move(options)), handle_(std::make_unique<Handle>()) {
  handle_->set_options(options_);
}

HttpClient::~HttpClient() = default;

Result<HttpAnswer> HttpClient::post(const std::string& url, std::string_view content_type,
                                    std::string_view body, const std::stop_token& stop) {
  if (!is_http_url(url)) {
    return fail(ErrorCode::kInvalidArgument, url + ": expected an address such as http://127.0.0.1:8080/");
  }
  Headers headers;
  headers.add("Content-Type: " + std::string(content_type));
  headers.add("Expect:");  // or a body waits for a server that does not say 100 Continue
  if (!options_.bearer_token.empty()) headers.add("Authorization: Bearer " + options_.bearer_token);
  std::string packed;
  if (options_.gzip) {
    headers.add("Content-Encoding: gzip");
    packed = gzip(body);
    body = packed;
  }
  handle_->set(CURLOPT_URL, url.c_str());
  handle_->set(CURLOPT_HTTPHEADER, headers.get());
  handle_->set(CURLOPT_POST, 1L);
  handle_->set(CURLOPT_READDATA, &body);
  handle_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  handle_->set(CURLOPT_XFERINFODATA, &stop);
  auto answer = handle_->perform(url);
  handle_->set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  return answer;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char letter : text) {
    if (kPlain.find(letter) != std::string_view::npos) {
      encoded += letter;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
  }
  return encoded;
}

bool is_http_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

}  // namespace millrace
