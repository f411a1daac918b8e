// How a request is answered by whoever has it, from any thread.
#pragma once

#include <atomic>
#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "http/http_message.h"

namespace millrace {

// Gives the answer to one request. Copies are the same answer: the first call counts. The client may have
// gone by then, or the server stopped: then nothing happens. When the last copy goes without a call, the
// client is told that the request failed, so that nothing waits for ever.
class Answer {
 public:
  // Where an answer ends. Holds all that it needs: it may outlive the server.
  class Receiver {
   public:
    virtual ~Receiver() = default;

    void give(HttpResponse response) {
      if (!given_.exchange(true)) receive(std::move(response));
    }

   protected:
    // What the destructor of each receiver calls: nobody can answer any more.
    void give_up() { give(error_response(500, "internal", "the request was dropped without an answer")); }

   private:
    virtual void receive(HttpResponse response) = 0;

    std::atomic<bool> given_ = false;
  };

  explicit Answer(std::shared_ptr<Receiver> receiver) : receiver_(std::move(receiver)) {}

  // Ends in a function, for those who wait, and for tests.
  template <std::invocable<HttpResponse> Function>
    requires(!std::derived_from<std::remove_cvref_t<Function>, Answer>)
  Answer(Function function)  // NOLINT: a function is an answer
      : receiver_(std::make_shared<FunctionReceiver<Function>>(std::move(function))) {}

  void operator()(HttpResponse response) const { receiver_->give(std::move(response)); }

 private:
  template <typename Function>
  class FunctionReceiver final : public Receiver {
   public:
    explicit FunctionReceiver(Function function) : function_(std::move(function)) {}
    ~FunctionReceiver() override { this->give_up(); }

   private:
    void receive(HttpResponse response) override { function_(std::move(response)); }

    Function function_;
  };

  std::shared_ptr<Receiver> receiver_;
};

}  // namespace millrace
