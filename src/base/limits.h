// Every bound of the program in one place: nothing grows without one. Sizes are in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace {

// Records.
inline constexpr std::size_t kRecordSizeMax = 1 << 20;          // one line of a file, one message
inline constexpr std::size_t kEventSizeMax = 256 << 10;         // one event inside a visit
inline constexpr std::size_t kDepthMax = 32;                    // nesting of JSON
inline constexpr std::size_t kObjectKeysMax = 256;              // members of one JSON object
inline constexpr std::size_t kTextSizeMax = 64 << 10;           // one JSON string
inline constexpr std::size_t kDeadLetterPayloadMax = 16 << 20;  // kept of a record that is larger still

// Contracts, as files of YAML.
inline constexpr std::size_t kContractSizeMax = 256 << 10;
inline constexpr std::size_t kContractNodesMax = 20'000;  // with what aliases stand for
inline constexpr std::size_t kContractTextMax = 1 << 20;  // of those values
inline constexpr std::size_t kContractFindingsMax = 200;
inline constexpr std::size_t kContractPropertiesMax = 200;

// Files.
inline constexpr std::size_t kChunkSize = 16 << 20;  // read, hashed and decoded as one, at most
inline constexpr std::size_t kChunkSizeUsual =
    4 << 20;  // of most: the smaller, the sooner the last worker ends

inline constexpr std::size_t kContractHeadMax = 256 << 10;  // of a file, to tell its contract by

// Epochs: what one transaction of a load may hold before it is committed.
inline constexpr std::size_t kEpochInputMax = 256 << 20;
inline constexpr std::size_t kEpochBatchesMax = 256;        // many small files
inline constexpr std::size_t kEpochSuspectsMax = 16 << 20;  // bytes of records that may be duplicates

inline constexpr std::size_t kEpochClaimsMax = 1 << 20;  // visits and rows, 16 to 32 bytes each

// Duplicates: the filter of known keys of a contract; 128 MiB serve 44 million keys at 24 bits each.
inline constexpr std::size_t kKeyFilterBytesMax = 128 << 20;

// Topics.
inline constexpr std::size_t kTopicNameMax = 128;
inline constexpr std::uint32_t kTopicPartitionsMax = 64;
inline constexpr std::size_t kTopicsMax = 1'000;
inline constexpr std::size_t kKeySizeMax = 1 << 10;
inline constexpr std::size_t kAttributesMax = 100;
inline constexpr std::size_t kAttributesSizeMax = 64 << 10;
inline constexpr std::size_t kAppendPendingMax = 64 << 20;  // taken and not yet durable, of all topics
inline constexpr std::size_t kBatchBodyMax = 16 << 20;      // of one batch in a segment
inline constexpr std::size_t kCommitGroupSize = 8 << 20;    // from here on, appends wait for the next sync
inline constexpr std::size_t kAppendBlockSize = 64 << 10;   // small appends share a block of this size
inline constexpr std::size_t kTopicFileMax = 4 << 10;
inline constexpr std::size_t kSpaceProbeSize = 1 << 20;  // written to see whether a full disk has space again

// millrace publish: lines appended together, and appends that wait for their acknowledgement.
inline constexpr std::size_t kPublishBatchRecords = 1'000;
inline constexpr std::size_t kPublishBatchSize = 1 << 20;
inline constexpr std::size_t kPublishBatchesMax = 8;

// Requests.
inline constexpr std::size_t kInflatedBodyMax = 16 << 20;
inline constexpr std::size_t kInflationRatioMax = 200;
inline constexpr std::size_t kInflationFreeSize = 1 << 20;  // whatever the ratio: as much may come plain
inline constexpr std::size_t kDescriptorsMax = 65'536;      // that a server asks for
inline constexpr std::size_t kRequestEventsMax = 1'000;

// Tokens.
inline constexpr std::size_t kTokensMax = 1'000;
inline constexpr std::size_t kTokenNameMax = 64;
inline constexpr std::size_t kTokenFileMax = 256 << 10;
inline constexpr std::size_t kFailedLoginsMax = 20;             // of one address at once; then one each
inline constexpr std::int64_t kFailedLoginSeconds = 3;          // so many seconds
inline constexpr std::size_t kFailedLoginAddressesMax = 4'096;  // remembered

// Settlement: records taken up in one transaction.
inline constexpr std::size_t kSettlementRecordsMax = 4096;

// Commands that reach a running platform through its data folder.
inline constexpr std::size_t kControlCommandsMax = 64;
inline constexpr std::size_t kControlMessageMax = 4 << 20;

// Memory of DuckDB's buffers; the process needs about as much again.
inline constexpr std::size_t kLoadMemoryMax = 400 << 20;
inline constexpr std::size_t kServeMemoryMax = 512 << 20;

// SQL written by people.
inline constexpr std::size_t kStatementSizeMax = 1 << 20;

// Event time.
inline constexpr std::int64_t kFutureHorizonMicros = 24LL * 3600 * 1'000'000;

// The simulated shop: what may be asked for, and what it keeps in memory beside its products and vendors.
inline constexpr int kSimulatedDaysMax = 36'500;
inline constexpr std::uint64_t kSimulatedRecordsMax = 10'000'000'000;  // of a shape
inline constexpr std::uint32_t kSimulatedUsersMax = 10'000'000;
inline constexpr std::uint32_t kSimulatedProductsMin = 50;
inline constexpr std::uint32_t kSimulatedProductsMax = 1'000'000;
inline constexpr std::uint32_t kSimulatedVendorsMax = 20'000;
inline constexpr std::uint32_t kSimulatedCampaignsMax = 1'000;
inline constexpr std::size_t kSimulatedLateRecordsMax = 1 << 18;    // held back at a time
inline constexpr std::uint32_t kSimulatedCopyRecordsMax = 1 << 12;  // that may be written again
inline constexpr std::uint64_t kLiveRecordsMax = 1'000'000'000;  // of one run and shape
inline constexpr std::uint64_t kLiveVisitsPerMinuteMax = 10'000'000;
inline constexpr std::int64_t kLiveMicrosMax = 366LL * 24 * 3600 * 1'000'000;  // of one run
inline constexpr std::uint32_t kLiveBurstTimesMax = 1'000;
inline constexpr std::size_t kLiveBurstsMax = 1'000;

// Records on their way to a topic or an address.
inline constexpr std::size_t kSendQueueMax = 16 << 20;   // waiting to be sent
inline constexpr std::size_t kSendBatchMax = 512 << 10;  // of one request
inline constexpr std::size_t kSendAnswerMax = 64 << 10;  // kept of an answer
inline constexpr std::size_t kTokenSizeMax = 4 << 10;    // a file with a token

static_assert(kEventSizeMax <= kRecordSizeMax);
static_assert(kRecordSizeMax <= kDeadLetterPayloadMax);
static_assert(kDeadLetterPayloadMax <= kChunkSize, "a dead letter's bytes are cut from one chunk");
static_assert(kRecordSizeMax <= kChunkSizeUsual && kChunkSizeUsual <= kChunkSize);
static_assert(kChunkSize <= kEpochInputMax);
static_assert(kInflationFreeSize <= kInflatedBodyMax);
static_assert(kTokensMax * (kTokenNameMax + 128) <= kTokenFileMax, "a full file of tokens can be read again");

}  // namespace millrace
