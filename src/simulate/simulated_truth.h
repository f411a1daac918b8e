// What is true of the visits that a simulation wrote, counted as they were made up and not by reading them
// back.
#pragma once

#include <array>
#include <cstdint>

#include "base/decimal.h"
#include "base/time.h"
#include "simulate/shop.h"
#include "simulate/simulated_visit.h"
#include "simulate/truth_json.h"

namespace millrace {

struct PageTruth {
  std::uint64_t views = 0;
  std::uint64_t visits = 0;  // with at least one view
};

struct SalesTruth {
  std::uint64_t items = 0;  // lines of purchases
  std::uint64_t units = 0;
  Decimal revenue;  // USD
};

struct SimulatedTruth {
  std::uint64_t visits = 0;
  std::uint64_t page_views = 0;
  std::uint64_t cart_adds = 0;
  std::uint64_t purchases = 0;
  std::uint64_t visits_with_cart = 0;
  SalesTruth sales;
  std::array<std::uint64_t, kDeviceCount> visits_by_device{};
  std::array<PageTruth, kPageCount> pages{};
  std::array<SalesTruth, kCategoryCount> categories{};
  std::array<SalesTruth, kProductCount> products{};
  Timestamp first_at;  // meaningless without visits
  Timestamp last_at;

  std::uint64_t events() const { return page_views + cart_adds + purchases; }

  void count(const SimulatedVisit& visit);
};

// Members of the same names; pages by URL, products by id, money as numbers with all their digits.
void tell(const SimulatedTruth& visits, TruthObject& truth);

}  // namespace millrace
