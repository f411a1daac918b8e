// The text of each query behind the Data health screen, with every value quoted in place.
#pragma once

#include <string>

#include "query/health.h"

namespace millrace {

std::string loads_sql(const HealthRequest& request);
std::string load_sums_sql(const HealthRequest& request);  // a row for each contract
std::string dead_letters_sql(const HealthRequest& request);
std::string reasons_sql(const HealthRequest& request);
std::string refusing_contracts_sql(const HealthRequest& request);
std::string refused_files_sql(const HealthRequest& request);

// How many loads, or dead letters, there are in all.
std::string load_count_sql(const HealthRequest& request);
std::string dead_letter_count_sql(const HealthRequest& request);

}  // namespace millrace
